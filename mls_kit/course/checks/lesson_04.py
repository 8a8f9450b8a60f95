"""Exercises of lesson 04: domain ratings."""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value
from mls_kit.report import ScoreReport
from mls_kit.score_model import Assumptions, RatingBands, rating_probabilities

_THREE = RatingBands(("Needs Improvement", "Competent", "Strong"), Assumptions().cuts_three_labels)


def _strong(questions: int) -> float:
    return float(rating_probabilities(0.85, questions, _THREE)[-1])


def _chance(_report: ScoreReport | None) -> Value:
    return Value(
        _strong(12),
        right=f"About {_strong(12):.0%}: one time in four, someone well inside the band gets a lesser word.",
        otherwise="You need the last of the three chances for a proportion of 0.85 and 12 questions.",
        mistakes=[
            (100 * _strong(12), "That is the percentage; a chance runs from 0 to 1."),
            (0.85, "0.85 is the share truly right. The chance of the word depends on the count too."),
            (_strong(10), "That is the chance with ten questions; here there are 12."),
        ],
        tolerance=0.005,
    )


def _enough(_report: ScoreReport | None) -> Value:
    enough = next(n for n in range(10, 500, 10) if _strong(n) >= 0.95)
    return Value(
        enough,
        right=f"{enough} questions for one domain, more than a whole exam has. So ratings cannot be sure near a threshold.",
        otherwise="With {answer} questions it is not the smallest multiple of ten at which the chance reaches 0.95.",
    )


CHECKS = {
    "4.1": _chance,
    "4.2": _enough,
    "4.3": Decision(
        choices=("move all hours", "confirm first", "ignore"),
        best="confirm first",
        points=(
            "confirming costs about half an hour, a wrong move costs weeks; twenty questions say more than the ten or so "
            "behind the word; and the weight makes a true gap here expensive, so ignoring it is no answer either."
        ),
    ),
}
