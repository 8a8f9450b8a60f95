"""Exercises of lesson 03: how sure is a score?"""

from __future__ import annotations

from mls_kit.course.checks._verdict import Choice, Value
from mls_kit.method import labels_of, model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import ScoreModel, lengthened, sittings_behind


def _model(report: ScoreReport | None) -> ScoreModel:
    if report is None:
        raise ValueError('this exercise needs the report: check("3.1", answer, report)')
    return model_of(report.facts, labels_of(report) or ("Needs Improvement", "Competent", "Strong"))


def _csem(report: ScoreReport | None, questions: int | None = None) -> float:
    """CSEM at the passing standard."""
    model = _model(report)
    return sittings_behind(lengthened(model, questions or model.form.size), model.scale.standard).csem


def _longer(report: ScoreReport | None) -> int:
    most = _csem(report) * 2 / 3
    return next(n for n in range(10, 1000, 10) if _csem(report, n) <= most)


CHECKS = {
    "3.1": Value(
        expected=_csem,
        right="About {expected:.0f} points: so far another sitting at the same ability typically lies from the standard.",
        otherwise="You need `.csem` of the sittings behind the passing standard, in scaled points.",
        mistakes=(
            (
                lambda report: sittings_behind(_model(report), report.scaled_score).csem if report else None,
                "That is the CSEM behind the report's score. The question is about the passing standard.",
            ),
            (
                lambda report: sittings_behind(_model(report), _model(report).scale.standard).passing,
                "That is the chance to reach the standard. The standard error is `.csem`.",
            ),
        ),
        tolerance=0.5,
    ),
    "3.2": Value(
        expected=_longer,
        right="{expected} scored questions: more than twice as many for a third less noise. Certainty is dear.",
        otherwise="With {answer} questions it is not the first multiple of ten with a CSEM of two thirds of today's.",
        mistakes=(
            (
                lambda report: -(-15 * _model(report).form.size // 100) * 10,
                "One and a half times as many would do if noise fell in step with length. It falls with the square root.",
            ),
        ),
    ),
    "3.3": Choice(
        choices=("start over", "keep the plan", "give up"),
        best="keep the plan",
        points=(
            "a drop of 12 points is far smaller than what chance brings between two sittings, so it says nothing of the "
            "studying, good or bad; fresh practice sets say more, and sooner; only a clear and repeated drop would."
        ),
    ),
}
