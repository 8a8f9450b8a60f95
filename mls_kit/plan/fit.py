"""Do the hours fit before the exam? What is needed, what is available, and the nearest day that works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mls_kit.exam import PlanRules
from mls_kit.method import Timeline
from mls_kit.plan.days import hours_available, nearest_day
from mls_kit.report import DaysOff

__all__ = ["Fit", "choose_exam_day", "real_pace"]


@dataclass(frozen=True)
class Fit:
    """Whether the hours fit before the exam.

    Hours, buffer included. ``needed_least``: the least the article asks; ``needed``: the kit's suggestion (model);
    ``available``: from the first day to the day before the exam; ``nearest_day``: the first exam day by which the
    least fits.
    """

    needed_least: float
    needed: float
    available: float
    nearest_day: date | None

    @property
    def fits(self) -> bool:
        """Whether the hours available reach the least the article asks."""
        return self.available >= self.needed_least


def real_pace(hours: float, studied: float | None, rules: PlanRules) -> tuple[float, list[str]]:
    """Return the hours a week to plan with, cut to what last month makes likely, and what to say of it."""
    warnings = []
    if studied is not None:
        real = studied * 7 / 30
        if hours > rules.pace_growth * real:
            cut = max(rules.hours_per_week["lowest"], round(rules.pace_growth * real, 1))
            warnings.append(
                f"{hours:g} hours a week are more than {rules.pace_growth:g} times last month's real pace of "
                f"{real:.1f}. The plan uses {cut:g}."
            )
            hours = cut
    if hours > rules.overload_hours:
        warnings.append(f"{hours:g} hours a week is a heavy load beside anything else: check that it is meant.")
    return hours, warnings


def choose_exam_day(
    timeline: Timeline,
    start: date,
    soonest: date,
    target: date | None,
    hours: float,
    days_off: DaysOff,
    rules: PlanRules,
) -> tuple[date, Fit, list[str]]:
    """Choose the exam day, not before ``soonest``, and say with numbers whether the hours fit before it."""
    least, suggested = timeline.hours_needed
    limit = start + timedelta(weeks=rules.longest_weeks)
    fitting = nearest_day(start, least, hours, days_off, rules)
    fitting = max(fitting, soonest) if fitting else None
    warnings = []
    if target is None:
        wanted = nearest_day(start, suggested, hours, days_off, rules) or limit
        target = min(max(wanted, soonest, start + timedelta(weeks=timeline.weeks[0])), max(limit, soonest))
    elif target < soonest:
        warnings.append(f"The exam cannot be sat on {target}: the earliest day is {soonest}.")
    if target < (shortest := start + timedelta(weeks=timeline.weeks[0])):
        warnings.append(
            f"{target} is sooner than the article's {timeline.weeks[0]} weeks for such a report, which end on {shortest}: "
            f"many hours in few weeks are remembered for a shorter time."
        )
    fit = Fit(least, suggested, hours_available(start, target, hours, days_off, rules), fitting)
    if not fit.fits:
        then = f"The nearest day that works at {hours:g} hours a week is {fitting}." if fitting else ""
        warnings.append(
            f"The hours do not fit before {target}: {fit.needed_least:g} needed at least, {fit.available:.1f} "
            f"available. {then} The plan below keeps the priorities and leaves the rest undone."
        )
    return target, fit, warnings
