"""Exercises of lesson 02: from a raw score to a scaled score."""

from __future__ import annotations

from mls_kit.course.checks._verdict import Choice, Value
from mls_kit.method import labels_of, model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import Assumptions, ScoreModel

_FEWER = 5


def _model(report: ScoreReport | None, harder: float | None = None) -> ScoreModel:
    if report is None:
        raise ValueError('this exercise needs the report: check("2.1", answer, report)')
    labels = labels_of(report) or ("Needs Improvement", "Competent", "Strong")
    return model_of(report.facts, labels, None if harder is None else Assumptions(retake_shift=harder))


def _one_short(report: ScoreReport | None) -> tuple[int, int]:
    """Scaled scores of one question below form A's cut, on form A and on form B."""
    model = _model(report)
    right = model.scale.raw_cut - 1
    return int(model.scale.report(right)), int(model.retake_scores[int(right)])


def _harder(report: ScoreReport | None) -> float:
    cut = _model(report).scale.raw_cut
    steps = (step / 20 for step in range(17))
    return next(step for step in steps if _model(report, step).retake_cut <= cut - _FEWER)


CHECKS = {
    "2.1": Value(
        expected=lambda report: _one_short(report)[1],
        right="{expected}: one question short on form A fails, and the same count on the harder form B passes.",
        otherwise="You need form B's score for one question less than form A's cut: `model.retake_scores[...]`.",
        mistakes=(
            (lambda report: _one_short(report)[0], "That is the score on form A. The question is about form B."),
            (
                lambda report: int(_model(report).retake_scores[int(_model(report).scale.raw_cut)]),
                "That is form B's score for exactly form A's cut; take one question less.",
            ),
        ),
    ),
    "2.2": Value(
        expected=_harder,
        right="About {expected:g}: the cut gives way to the difficulty, so the person behind a score stays the same.",
        otherwise="At {answer} form B's cut is not for the first time five questions below form A's. Go up by 0.05 a step.",
        mistakes=(
            (lambda report: -_harder(report), "The sign: above 0 is harder, and a harder form has a lower cut."),
        ),
        tolerance=0.001,
    ),
    "2.3": Choice(
        choices=("trust it", "ignore it", "average it with others"),
        best="ignore it",
        points=(
            "no owner publishes a raw cut or a conversion table; each form has its own, so one table cannot be right for "
            "all; and an average of guesses is a guess. What is published is the standard on the scale."
        ),
    ),
}
