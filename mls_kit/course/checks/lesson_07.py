"""Exercises of lesson 07: practice and readiness."""

from __future__ import annotations

from mls_kit.course.checks._verdict import Choice, Value
from mls_kit.exam import Exam, find_exam
from mls_kit.practice import rule_rate
from mls_kit.report import ScoreReport
from mls_kit.score_model import counts_posterior

_TRUE = 0.80


def _exam(report: ScoreReport | None) -> Exam:
    return report.facts if report else find_exam("MLS-C01")


def _low(questions: int) -> float:
    return counts_posterior(round(0.84 * questions), questions).quantile(0.05)


CHECKS = {
    "7.1": Value(
        expected=lambda report: rule_rate(_exam(report), _TRUE),
        right="About {expected:.0%}. Someone exactly at the goal is sent away two times in three: the price of rarely letting "
        "someone through who is not ready.",
        otherwise="You need rule_rate for your exam and a true proportion of 0.80.",
        mistakes=(
            (
                lambda report: 100 * rule_rate(_exam(report), _TRUE),
                "That is the percentage; a chance runs from 0 to 1.",
            ),
            (
                lambda report: rule_rate(_exam(report), _TRUE, sets=1, floor=False),
                "That is the chance for one set. The rule asks for more than one in a row.",
            ),
            (lambda _report: 0.80, "0.80 is the share truly right. How often sets reach the goal is another number."),
        ),
        tolerance=0.005,
    ),
    "7.2": Value(
        expected=lambda _report: next(n for n in range(50, 2000, 50) if _low(n) >= 0.80),
        right="{expected} questions. To be nearly sure of 80 % you must score above it, over several full sets.",
        otherwise="With {answer} questions it is not the smallest multiple of 50 whose low end reaches 0.80.",
        mistakes=(
            (
                lambda _report: next(n for n in range(50, 2000, 50) if _low(n) >= 0.795),
                "Close: there the low end only rounds to 0.80. It has to reach it.",
            ),
        ),
    ),
    "7.3": Choice(
        choices=("sit the exam", "two fresh timed sets first", "change the material"),
        best="two fresh timed sets first",
        points=(
            "untimed questions seen before show memory, not readiness, so those sets say little either way; two fresh timed sets "
            "cost four hours and can save the fee; and only results on fresh questions could show that the material is at fault."
        ),
    ),
}
