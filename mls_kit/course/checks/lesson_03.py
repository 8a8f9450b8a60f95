"""Exercises of lesson 03: how sure is a score?"""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value, needed
from mls_kit.method import labels_of, model_of
from mls_kit.report import ScoreReport
from mls_kit.score_model import ScoreModel, lengthened, sittings_behind


def _model(report: ScoreReport) -> ScoreModel:
    return model_of(report.facts, labels_of(report) or ("Needs Improvement", "Competent", "Strong"))


def _csem(report: ScoreReport | None) -> Value:
    used = needed(report, "3.1")
    model = _model(used)
    at_standard = sittings_behind(model, model.scale.standard)
    return Value(
        at_standard.csem,
        right=f"About {at_standard.csem:.0f} points: so far another sitting at the same ability typically lies from the standard.",
        otherwise="You need `.csem` of the sittings behind the passing standard, in scaled points.",
        mistakes=[
            (
                sittings_behind(model, used.scaled_score).csem,
                "That is the CSEM behind the report's score. The question is about the passing standard.",
            ),
            (
                at_standard.passing,
                "That is the chance to reach the standard. The standard error is `.csem`.",
            ),
        ],
        tolerance=0.5,
    )


def _longer(report: ScoreReport | None) -> Value:
    model = _model(needed(report, "3.2"))
    standard, size = model.scale.standard, model.form.size
    most = sittings_behind(model, standard).csem * 2 / 3
    enough = next(n for n in range(10, 1000, 10) if sittings_behind(lengthened(model, n), standard).csem <= most)
    return Value(
        enough,
        right=f"{enough} scored questions: more than twice as many for a third less noise. Certainty is dear.",
        otherwise="With {answer} questions it is not the first multiple of ten with a CSEM of two thirds of today's.",
        mistakes=[
            (
                -(-15 * size // 100) * 10,
                "One and a half times as many would do if noise fell in step with length. It falls with the square root.",
            )
        ],
    )


CHECKS = {
    "3.1": _csem,
    "3.2": _longer,
    "3.3": Decision(
        choices=("start over", "keep the plan", "give up"),
        best="keep the plan",
        points=(
            "a drop of 12 points is far smaller than what chance brings between two sittings, so it says nothing of the "
            "studying, good or bad; fresh practice sets say more, and sooner; only a clear and repeated drop would."
        ),
    ),
}
