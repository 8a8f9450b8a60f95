"""Exercises of lesson 05: weighted priorities."""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value
from mls_kit.method import prioritize
from mls_kit.report import ScoreReport


def _of_example(domain: str, column: str, *ratings: str) -> float:
    return float(prioritize(ScoreReport("MLS-C01", 690, list(ratings))).loc[domain, column])


def _weighted_gap(_report: ScoreReport | None) -> Value:
    weak, competent = (
        _of_example("Exploratory Data Analysis", "weighted_gap", "Strong", label, "Strong", "Strong")
        for label in ("Needs Improvement", "Competent")
    )
    return Value(
        weak,
        right=f"{weak:.2f}: nearly a whole average domain. It is over 0.90, so this domain is in the tier Highest.",
        otherwise="Take the gap of the rating, times the weight, over the weight of an average domain of four.",
        mistakes=[
            (0.24, "You left out the last step: an average domain of four weighs 25, so divide 24 by 25."),
            (24, "24 is the weight. Divide it by the weight of an average domain."),
            (competent, "That is the weighted gap of Competent, whose gap counts half."),
        ],
        tolerance=0.005,
    )


def _share(_report: ScoreReport | None) -> Value:
    share = _of_example("Modeling", "share", "Strong", "Competent", "NI", "Competent")
    return Value(
        share,
        right=f"{share:.0f} %. Only one weak domain is left, so the article's rule for that case takes over from the tiers.",
        otherwise="Ask prioritize for the changed report, and read the share of Modeling.",
        mistakes=[
            (
                _of_example("Modeling", "share", "Strong", "Competent", "NI", "NI"),
                "That is the share before the change. Now only one domain needs improvement: which rule is for that?",
            ),
            (
                100 * 40 / (40 + 20 + 20 + 10),
                "You scaled the points of the tiers. With exactly one weak domain a more specific rule of the article applies.",
            ),
        ],
        tolerance=0.05,
    )


CHECKS = {
    "5.1": _weighted_gap,
    "5.2": _share,
    "5.3": Decision(
        choices=("tune the split", "add hours", "drop Strong domains"),
        best="add hours",
        points=(
            "the chance rises with hours far more than with any change of the split, the bands hide small differences, "
            "and a Strong domain left alone fades while its questions still count."
        ),
    ),
}
