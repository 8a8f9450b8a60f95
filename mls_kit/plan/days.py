"""How many minutes on which day, and do they fit before the exam? A regular week, with a buffer in every week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import groupby

from mls_kit.exam import PlanRules
from mls_kit.method import Timeline
from mls_kit.report import WEEKDAYS, DaysOff

STEP = 5  # minutes: no activity is planned more finely


@dataclass(frozen=True)
class StudyDay:
    """One day of study, in minutes; ``buffer`` is kept free on top; ``week``: 1 for the first seven days."""

    day: date
    week: int
    minutes: int
    buffer: int = 0


def usual_week(hours_per_week: float, days_off: DaysOff, rules: PlanRules) -> dict[int, int]:
    """Return minutes by weekday (0 is Monday): as many days as the hours fill, none longer than the rules allow."""
    short = [name[:3] for name in WEEKDAYS]
    order = [short.index(name) for name in rules.slots.order]
    open_days = [day for day in order if day not in days_off.weekdays]
    total = hours_per_week * 60
    most = min(len(open_days), rules.slots.most_days)
    if total > most * rules.day_minutes.longest:
        most = len(open_days)
    for count in range(most, 0, -1):
        chosen = open_days[:count]
        weights = {day: rules.slots.weekend_weight if day >= 5 else 1.0 for day in chosen}
        if max(weights.values()) * total / sum(weights.values()) > rules.day_minutes.longest:
            weights = dict.fromkeys(chosen, 1.0)
        minutes = _in_steps(total, weights, rules.day_minutes.longest)
        if min(minutes.values()) >= rules.day_minutes.usual_shortest or count == 1:
            return minutes
    return {}


def _in_steps(total: float, weights: dict[int, float], longest: int) -> dict[int, int]:
    """Share minutes out by weight in steps of five, none lost but what does not fill a step or a day."""
    whole = sum(weights.values())
    minutes = {day: min(longest, int(total * weight / whole) // STEP * STEP) for day, weight in weights.items()}
    for day in minutes:
        if minutes[day] + STEP <= longest and sum(minutes.values()) + STEP <= total:
            minutes[day] += STEP
    return minutes


def _days(start: date, end: date, week: dict[int, int], days_off: DaysOff) -> Iterator[StudyDay]:
    first = start.weekday()
    for ahead in range((end - start).days):
        minutes = week.get((first + ahead) % 7)
        if minutes and (day := start + timedelta(days=ahead)) not in days_off:
            yield StudyDay(day, ahead // 7 + 1, minutes)


def study_days(
    start: date, exam_day: date, hours_per_week: float, days_off: DaysOff, rules: PlanRules
) -> list[StudyDay]:
    """Return the study days before the exam; 15-20 % of a week, from its last days, is buffer: then it needs mending."""
    planned: list[StudyDay] = []
    days = _days(start, exam_day, usual_week(hours_per_week, days_off, rules), days_off)
    for _, group in groupby(days, key=lambda day: day.week):
        week = list(group)
        left = buffer_minutes(sum(day.minutes for day in week), rules)
        kept = []
        for day in reversed(week):
            free = min(left, day.minutes)
            left -= free
            kept.append(StudyDay(day.day, day.week, day.minutes - free, free))
        planned += reversed(kept)
    return planned


def buffer_minutes(total: int, rules: PlanRules) -> int:
    """Return the buffer of a week of ``total`` minutes: in steps of 5 where that stays within 15-20 %."""
    exact = total * rules.buffer_share
    stepped = round(exact / STEP) * STEP
    return stepped if 0.15 * total <= stepped <= 0.20 * total else round(exact)


def hours_available(start: date, exam_day: date, hours_per_week: float, days_off: DaysOff, rules: PlanRules) -> float:
    """Return the hours, buffer included, from ``start`` up to the day before the exam."""
    week = usual_week(hours_per_week, days_off, rules)
    return sum(day.minutes for day in _days(start, exam_day, week, days_off)) / 60


def nearest_day(start: date, hours: float, hours_per_week: float, days_off: DaysOff, rules: PlanRules) -> date | None:
    """Return the first exam day before which ``hours`` fit; None where that is more than twenty years away."""
    week, found = usual_week(hours_per_week, days_off, rules), 0.0
    for day in _days(start, start + timedelta(days=7310), week, days_off):
        found += day.minutes
        if found >= hours * 60:
            return day.day + timedelta(days=1)
    return None


def clock_times(day: date, minutes: list[int], rules: PlanRules, weekday_start: str | None = None) -> list[str]:
    """Return when each activity of a day starts (HH:MM), a break after every two hours; a day that ends late begins early."""
    slots, day_rules = rules.slots, rules.day_minutes
    offsets, at, since_break = [], 0, 0
    for length in minutes:
        if since_break and since_break + length > day_rules.break_after:
            at, since_break = at + day_rules.rest, 0
        offsets.append(at)
        at, since_break = at + length, since_break + length
    wanted = slots.weekend if day.weekday() >= 5 else weekday_start or slots.weekday
    latest = _minute(slots.latest_end) - at
    begin = max(min(_minute(wanted), latest - latest % 15), 0)
    return [f"{(begin + offset) // 60 % 24:02d}:{(begin + offset) % 60:02d}" for offset in offsets]


@lru_cache
def _minute(clock: str) -> int:
    """Return the minute of the day that a clock time means."""
    then = time.fromisoformat(clock)
    return 60 * then.hour + then.minute


@dataclass(frozen=True)
class Fit:
    """Whether the hours, buffer included, fit before the exam."""

    needed_least: float  # the least the article asks
    needed: float  # the kit's suggestion (model)
    available: float  # from the first day to the day before the exam
    nearest_day: date | None  # the first exam day by which the least fits

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
            pace = f"{rules.pace_growth:g} times last month's real pace of {real:.1f}"
            warnings.append(f"{hours:g} hours a week are more than {pace}. The plan uses {cut:g}.")
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
