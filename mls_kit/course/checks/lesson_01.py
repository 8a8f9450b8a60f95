"""Exercises of lesson 01: the parts of a score report."""

from __future__ import annotations

from mls_kit.course.checks._verdict import Choice, Value
from mls_kit.report import ScoreReport, my_report


def _points(report: ScoreReport | None) -> int:
    return (report or my_report()).points_from_passing


def _as_percent(report: ScoreReport | None) -> float:
    used = report or my_report()
    return 100 * used.scaled_score / used.facts.score_range[1]


CHECKS = {
    "1.1": Value(
        expected=_points,
        right="{expected} scaled points. Its sign is the result; its size is neither questions nor percent.",
        otherwise="{answer} is not the score minus the passing standard. Both stand in the upper half of the sheet.",
        mistakes=(
            (lambda report: -_points(report), "The sign is the other way round: below the standard is negative."),
            (
                lambda report: _points(report) / 10,
                "That is a tenth of it, as if the scale were in percent. Scaled points are asked for.",
            ),
            (
                _as_percent,
                "That turns the score into a percentage of the scale's top. A scaled score is not a percentage.",
            ),
        ),
    ),
    "1.2": Value(
        expected=lambda _report: {1, 2},
        right="Score and result follow each other. The standard and the weights are the exam's; the ratings count by section.",
        otherwise="{answer} is not it. Give a set of numbers such as {{4, 5}}: for each part, is there another word or number now?",
        mistakes=(
            (
                lambda _report: {2},
                "The score is one. Look at the first box too: which side of the standard is it on now?",
            ),
            (lambda _report: {1, 2, 3}, "The passing standard belongs to the exam. A score does not move it."),
            (lambda _report: {1, 2, 5}, "Compare the marks by section again: they were counted by section and stay."),
        ),
    ),
    "1.3": Choice(
        choices=("right", "half right", "not on the page"),
        best="not on the page",
        points=(
            "a scale that begins at 100 gives points for nothing right, so its numbers are no percentages; forms differ, so a "
            "score stands for no fixed number right; and neither the number right nor its distance from passing is on the page."
        ),
    ),
}
