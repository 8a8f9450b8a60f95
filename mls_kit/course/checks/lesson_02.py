"""Exercises of lesson 02: from a raw score to a scaled score."""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value, needed
from mls_kit.method import labels_of, model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Assumptions

_LABELS = ("Needs Improvement", "Competent", "Strong")
_FEWER = 5


def _score_on_form_b(report: ScoreReport | None) -> Value:
    used = needed(report, "2.1")
    model = model_of(used.facts, labels_of(used) or _LABELS)
    cut = int(model.scale.raw_cut)
    score = int(model.retake_scores[cut - 1])
    return Value(
        score,
        right=f"{score}: one question short on form A fails, and the same count on the harder form B passes.",
        otherwise="You need form B's score for one question less than form A's cut: `model.retake_scores[...]`.",
        mistakes=[
            (int(model.scale.report(cut - 1)), "That is the score on form A. The question is about form B."),
            (
                int(model.retake_scores[cut]),
                "That is form B's score for exactly form A's cut; take one question less.",
            ),
        ],
    )


def _harder(report: ScoreReport | None) -> Value:
    used = needed(report, "2.2")
    labels = labels_of(used) or _LABELS
    most = model_of(used.facts, labels).scale.raw_cut - _FEWER
    steps = (step / 20 for step in range(17))
    harder = next(s for s in steps if model_of(used.facts, labels, Assumptions(retake_shift=s)).retake_cut <= most)
    return Value(
        harder,
        right=f"About {harder:g}: the cut gives way to the difficulty, so the person behind a score stays the same.",
        otherwise="At {answer} form B's cut is not for the first time five questions below form A's. Go up by 0.05 a step.",
        mistakes=[(-harder, "The sign: above 0 is harder, and a harder form has a lower cut.")],
        tolerance=0.001,
    )


CHECKS = {
    "2.1": _score_on_form_b,
    "2.2": _harder,
    "2.3": Decision(
        choices=("trust it", "ignore it", "average it with others"),
        best="ignore it",
        points=(
            "no owner publishes a raw cut or a conversion table; each form has its own, so one table cannot be right for "
            "all; and an average of guesses is a guess. What is published is the standard on the scale."
        ),
    ),
}
