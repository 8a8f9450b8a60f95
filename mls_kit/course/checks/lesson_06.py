"""Exercises of lesson 06: patterns, timelines and the calendar."""

from __future__ import annotations

from functools import lru_cache

from mls_kit.course.checks._verdict import Choice, Value
from mls_kit.method import Timeline, diagnose
from mls_kit.plan import build_plan
from mls_kit.report import ScoreReport


def _line(report: ScoreReport | None) -> Timeline:
    if report is None:
        raise ValueError("Exercise 6.1 is about your report: check('6.1', your_answer, report)")
    return diagnose(report).timeline


@lru_cache(maxsize=1)
def _enough() -> int:
    colleague = ScoreReport("SAA-C03", 650, "NI, Meets, Meets, Meets")
    for hours in range(1, 41):
        fit = build_plan(colleague, hours_per_week=hours, today="2026-11-23", target_date="2027-01-18").fit
        if fit and fit.fits:
            return hours
    raise AssertionError("no number of hours fits")


CHECKS = {
    "6.1": Value(
        expected=lambda report: _line(report).hours_needed[0],
        right="{expected} hours: whether they take the fewest weeks or twice as many is for your calendar to say.",
        otherwise="It is a number of hours in all: the shortest number of weeks times the fewest hours a week.",
        mistakes=(
            (lambda report: _line(report).hours_needed[1], "That is what the kit suggests; asked is the least."),
            (lambda report: _line(report).hours_per_week[0], "Those are the hours of one week. For how many weeks?"),
            (lambda report: _line(report).weeks[0], "Those are weeks. How many hours does each of them hold?"),
            (
                lambda report: _line(report).weeks[0] * _line(report).hours_per_week[0],
                "Nearly: your report has no weak domain, and the kit takes the upper end of the weeks for it.",
            ),
            (
                lambda report: _line(report).weeks[1] * _line(report).hours_per_week[0],
                "That takes the longest number of weeks; asked is the shortest.",
            ),
        ),
    ),
    "6.2": Value(
        expected=lambda _report: _enough(),
        right="{expected} hours a week: sixty hours in all over eight weeks. More weeks need fewer hours in each.",
        otherwise="With {answer} hours it is not the smallest number that fits. Sixty hours have to go into eight weeks.",
        mistakes=(
            (lambda _report: 15, "15 hours fit, but the article's 15 go with four weeks. Your colleague has eight."),
            (lambda _report: 7.5, "60 / 8 is right; asked is the smallest whole number of hours that fits."),
            (lambda _report: 7, "Seven hours in eight weeks are 56: four too few."),
        ),
    ),
    "6.3": Choice(
        choices=("first possible day", "day the hours fit", "no day yet"),
        best="day the hours fit",
        points=(
            "the wait is a rule about sittings and says nothing about readiness; an early attempt costs the full fee and "
            "another wait; a plan without an end drifts, while a day that the hours reach can still be moved if a "
            "checkpoint misses its mark."
        ),
    ),
}
