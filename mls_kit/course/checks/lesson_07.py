"""Exercises of lesson 07: practice and readiness."""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value
from mls_kit.exam import find_exam
from mls_kit.practice import rule_rate
from mls_kit.report import ScoreReport
from mls_kit.score_model import counts_posterior

_TRUE = 0.80


def _rate(report: ScoreReport | None) -> Value:
    exam = report.facts if report else find_exam("MLS-C01")
    rate = rule_rate(exam, _TRUE)
    return Value(
        rate,
        right=f"About {rate:.0%}. Someone exactly at the goal is sent away two times in three: the price of rarely letting "
        "someone through who is not ready.",
        otherwise="You need rule_rate for your exam and a true proportion of 0.80.",
        mistakes=[
            (100 * rate, "That is the percentage; a chance runs from 0 to 1."),
            (
                rule_rate(exam, _TRUE, sets=1, floor=False),
                "That is the chance for one set. The rule asks for more than one in a row.",
            ),
            (_TRUE, "0.80 is the share truly right. How often sets reach the goal is another number."),
        ],
        tolerance=0.005,
    )


def _first_reaching(low_end: float) -> int:
    """Return the smallest multiple of 50 questions, 84 % of them right, whose low end reaches a proportion."""
    sizes = range(50, 2000, 50)
    return next(n for n in sizes if counts_posterior(round(0.84 * n), n).quantile(0.05) >= low_end)


def _questions(_report: ScoreReport | None) -> Value:
    enough = _first_reaching(0.80)
    return Value(
        enough,
        right=f"{enough} questions. To be nearly sure of 80 % you must score above it, over several full sets.",
        otherwise="With {answer} questions it is not the smallest multiple of 50 whose low end reaches 0.80.",
        mistakes=[
            (_first_reaching(0.795), "Close: there the low end only rounds to 0.80. It has to reach it."),
        ],
    )


CHECKS = {
    "7.1": _rate,
    "7.2": _questions,
    "7.3": Decision(
        choices=("sit the exam", "two fresh timed sets first", "change the material"),
        best="two fresh timed sets first",
        points=(
            "untimed questions seen before show memory, not readiness, so those sets say little either way; two fresh timed sets "
            "cost four hours and can save the fee; and only results on fresh questions could show that the material is at fault."
        ),
    ),
}
