"""Exercises of lesson 05: weighted priorities."""

from __future__ import annotations

from mls_kit.course.checks._verdict import Choice, Value
from mls_kit.method import prioritize
from mls_kit.report import ScoreReport

_EXAM, _DOMAIN = "MLS-C01", "Exploratory Data Analysis"


def _gap(label: str) -> float:
    ratings = ["Strong", label, "Strong", "Strong"]
    return float(prioritize(ScoreReport(_EXAM, 700, ratings)).loc[_DOMAIN, "weighted_gap"])


def _modeling(ratings: str) -> float:
    return float(prioritize(ScoreReport(_EXAM, 690, ratings)).loc["Modeling", "share"])


CHECKS = {
    "5.1": Value(
        expected=lambda _report: _gap("Needs Improvement"),
        right="{expected:.2f}: nearly a whole average domain. It is over 0.90, so this domain is in the tier Highest.",
        otherwise="Take the gap of the rating, times the weight, over the weight of an average domain of four.",
        mistakes=(
            (
                lambda _report: 0.24,
                "You left out the last step: an average domain of four weighs 25, so divide 24 by 25.",
            ),
            (lambda _report: 24, "24 is the weight. Divide it by the weight of an average domain."),
            (lambda _report: _gap("Competent"), "That is the weighted gap of Competent, whose gap counts half."),
        ),
        tolerance=0.005,
    ),
    "5.2": Value(
        expected=lambda _report: _modeling("Strong, Competent, NI, Competent"),
        right="{expected:.0f} %. Only one weak domain is left, so the article's rule for that case takes over from the tiers.",
        otherwise="Ask prioritize for the changed report, and read the share of Modeling.",
        mistakes=(
            (
                lambda _report: _modeling("Strong, Competent, NI, NI"),
                "That is the share before the change. Now only one domain needs improvement: which rule is for that?",
            ),
            (
                lambda _report: 100 * 40 / (40 + 20 + 20 + 10),
                "You scaled the points of the tiers. With exactly one weak domain a more specific rule of the article applies.",
            ),
        ),
        tolerance=0.05,
    ),
    "5.3": Choice(
        choices=("tune the split", "add hours", "drop Strong domains"),
        best="add hours",
        points=(
            "the chance rises with hours far more than with any change of the split, the bands hide small differences, "
            "and a Strong domain left alone fades while its questions still count."
        ),
    ),
}
