"""How many minutes on which day? A regular week from hours and days off, with a buffer kept free in every week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import groupby

from mls_kit.exam import PlanRules
from mls_kit.report import WEEKDAYS, DaysOff

__all__ = ["StudyDay", "clock_times", "hours_available", "nearest_day", "study_days", "usual_week"]

STEP = 5  # minutes: no activity is planned more finely


@dataclass(frozen=True)
class StudyDay:
    """One day of study. ``minutes``: for study; ``buffer``: kept free on top; ``week``: 1 for the first seven days."""

    day: date
    week: int
    minutes: int
    buffer: int = 0


def usual_week(hours_per_week: float, days_off: DaysOff, rules: PlanRules) -> dict[int, int]:
    """Return minutes by weekday (0 is Monday) for a regular week; they sum to at most the hours.

    As many days as the hours fill, in the order of the rules, with weekend days counting more. A day is never longer
    than the rules allow, so that very many hours on few days do not all fit.

    Examples
    --------
    >>> from mls_kit.exam import load_method
    >>> usual_week(10, DaysOff(weekdays=frozenset({6})), load_method().plan)
    {5: 175, 1: 85, 3: 85, 0: 85, 2: 85, 4: 85}
    """
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
    """Return the study days from ``start`` up to the day before the exam, with a buffer in every week.

    The buffer is 15-20 % of the week's minutes, taken from its last days: that is when a week needs mending.
    """
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
    """Return the buffer of a week of ``total`` minutes: in steps of 5 where that stays within 15-20 %.

    Examples
    --------
    >>> from mls_kit.exam import load_method
    >>> buffer_minutes(600, load_method().plan), buffer_minutes(40, load_method().plan)
    (105, 7)
    """
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
    """Return the start of each activity of a day as HH:MM, with a break after every two hours.

    A day that would end too late starts earlier.

    Examples
    --------
    >>> from mls_kit.exam import load_method
    >>> clock_times(date(2026, 11, 24), [60, 60, 45], load_method().plan)
    ['19:00', '20:00', '21:10']
    """
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
