"""Exercises of lesson 06: patterns, timelines and the calendar."""

from __future__ import annotations

from mls_kit.course.checks.verdict import Decision, Value, needed
from mls_kit.method import diagnose
from mls_kit.plan import build_plan
from mls_kit.report import ScoreReport


def _least_hours(report: ScoreReport | None) -> Value:
    line = diagnose(needed(report, "6.1")).timeline
    least, suggested = line.hours_needed
    return Value(
        least,
        right=f"{least} hours: whether they take the fewest weeks or twice as many is for your calendar to say.",
        otherwise="It is a number of hours in all: the shortest number of weeks times the fewest hours a week.",
        mistakes=[
            (suggested, "That is what the kit suggests; asked is the least."),
            (line.hours_per_week[0], "Those are the hours of one week. For how many weeks?"),
            (line.weeks[0], "Those are weeks. How many hours does each of them hold?"),
            (
                line.weeks[0] * line.hours_per_week[0],
                "Nearly: your report has no weak domain, and the kit takes the upper end of the weeks for it.",
            ),
            (
                line.weeks[1] * line.hours_per_week[0],
                "That takes the longest number of weeks; asked is the shortest.",
            ),
        ],
    )


def _fits(hours: int) -> bool:
    colleague = ScoreReport("SAA-C03", 650, "NI, Meets, Meets, Meets")
    fit = build_plan(colleague, hours_per_week=hours, today="2026-11-23", target_date="2027-01-18").fit
    return bool(fit and fit.fits)


def _colleague(_report: ScoreReport | None) -> Value:
    enough = next(hours for hours in range(1, 41) if _fits(hours))
    return Value(
        enough,
        right=f"{enough} hours a week: sixty hours in all over eight weeks. More weeks need fewer hours in each.",
        otherwise="With {answer} hours it is not the smallest number that fits. Sixty hours have to go into eight weeks.",
        mistakes=[
            (15, "15 hours fit, but the article's 15 go with four weeks. Your colleague has eight."),
            (7.5, "60 / 8 is right; asked is the smallest whole number of hours that fits."),
            (7, "Seven hours in eight weeks are 56: four too few."),
        ],
    )


CHECKS = {
    "6.1": _least_hours,
    "6.2": _colleague,
    "6.3": Decision(
        choices=("first possible day", "day the hours fit", "no day yet"),
        best="day the hours fit",
        points=(
            "the wait is a rule about sittings and says nothing about readiness; an early attempt costs the full fee and "
            "another wait; a plan without an end drifts, while a day that the hours reach can still be moved if a "
            "checkpoint misses its mark."
        ),
    ),
}
