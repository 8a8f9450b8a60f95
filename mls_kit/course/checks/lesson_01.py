"""Exercises of lesson 01: the parts of a score report."""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value
from mls_kit.report import ScoreReport, my_report


def _points(report: ScoreReport | None) -> Value:
    used = report or my_report()
    points = used.points_from_passing
    return Value(
        points,
        right=f"{points} scaled points. Its sign is the result; its size is neither questions nor percent.",
        otherwise="{answer} is not the score minus the passing standard. Both stand in the upper half of the sheet.",
        mistakes=[
            (-points, "The sign is the other way round: below the standard is negative."),
            (points / 10, "That is a tenth of it, as if the scale were in percent. Scaled points are asked for."),
            (
                100 * used.scaled_score / used.facts.score_range[1],
                "That turns the score into a percentage of the scale's top. A scaled score is not a percentage.",
            ),
        ],
    )


def _changed_parts(_report: ScoreReport | None) -> Value:
    return Value(
        {1, 2},
        right="Score and result follow each other. The standard and the weights are the exam's; the ratings count by section.",
        otherwise="{answer} is not it. Give a set of numbers such as {{4, 5}}: for each part, is there another word or number now?",
        mistakes=[
            ({2}, "The score is one. Look at the first box too: which side of the standard is it on now?"),
            ({1, 2, 3}, "The passing standard belongs to the exam. A score does not move it."),
            ({1, 2, 5}, "Compare the marks by section again: they were counted by section and stay."),
        ],
    )


CHECKS = {
    "1.1": _points,
    "1.2": _changed_parts,
    "1.3": Decision(
        choices=("right", "half right", "not on the page"),
        best="not on the page",
        points=(
            "a scale that begins at 100 gives points for nothing right, so its numbers are no percentages; forms differ, so a "
            "score stands for no fixed number right; and neither the number right nor its distance from passing is on the page."
        ),
    ),
}
