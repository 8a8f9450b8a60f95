"""How many minutes on which day, and do they fit before the exam? A regular week, with a buffer in every week."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate

from mls_kit.exam import PlanRules, load_method
from mls_kit.report import DaysOff

STEP = 5  # minutes: no activity is planned more finely


def week_of(day: date) -> date:
    """Return the first day of a day's week: a Monday, or a Sunday where the rules say so."""
    return day - timedelta(days=(day.weekday() - load_method().plan.first_weekday) % 7)


def usual_week(hours_per_week: float, days_off: DaysOff, rules: PlanRules) -> dict[int, int]:
    """Return minutes by weekday (0 is Monday), by the list in the rules; what would be too short a session is left out.

    More hours never mean less time on any day.
    """
    shortest, longest = rules.session_minutes
    left = int(hours_per_week * 60 + 1e-6) // STEP * STEP  # 33.4 hours are a hair less than 2004 minutes
    week: dict[int, int] = {}
    steps = [step for step in rules.steps if step[0] not in days_off.weekdays]
    first = list(dict.fromkeys(day for day, _ in steps))[: rules.most_days]
    for day, up_to in sorted(steps, key=lambda step: step[0] not in first):  # days beyond the most are put off
        had = week.get(day, 0)
        more = max(min(up_to - had, left), 0)
        if (had + more) % longest < shortest:
            more = max(more - (had + more) % longest, 0)
        if more:
            week[day] = had + more
            left -= more
        if had + more < up_to:
            break
    return week


def minutes_by_day(start: date, until: date, hours_per_week: float, days_off: DaysOff, rules: PlanRules) -> list[int]:
    """Return the minutes of each day before ``until``; where the usual week has none, days that are not off take a session."""
    week, (shortest, longest) = usual_week(hours_per_week, days_off, rules), rules.session_minutes
    days = [start + timedelta(days=ahead) for ahead in range((until - start).days)]
    minutes = [0 if day in days_off else week.get(day.weekday(), 0) for day in days]
    left = 0 if any(minutes) else int(hours_per_week * 60)
    for place, day in enumerate(days):
        if left >= shortest and day not in days_off:
            minutes[place] = min(left, longest)
            left -= minutes[place]
    return minutes


@dataclass(frozen=True)
class Calendar:
    """The days on which the exam may be: none before ``soonest``, none off, none after the exam's ``last_day`` or a year.

    Where the last day lies before ``soonest``, it holds nothing.
    """

    start: date
    soonest: date
    last_day: date | None
    hours_per_week: float
    days_off: DaysOff

    @cached_property
    def ends(self) -> bool:
        """Whether the exam's last day, and not the year, is where the days end."""
        return self.last_day is not None and self.soonest <= self.last_day < self._year

    @cached_property
    def _year(self) -> date:
        return max(self.start + timedelta(weeks=load_method().plan.longest_weeks), self.soonest)

    @cached_property
    def days(self) -> list[date]:
        """Return the days; at least one, the first possible."""
        until = self.last_day if self.ends and self.last_day else self._year
        ahead = range((until - self.soonest).days + 1)
        found = [day for n in ahead if (day := self.soonest + timedelta(days=n)) not in self.days_off]
        return found or [until if self.ends else next_day(until, self.days_off)]

    @cached_property
    def hours(self) -> list[float]:
        """Return the hours, spare ones included, before each of the days."""
        before = self._before(self.days[-1])
        return [before[(day - self.start).days] for day in self.days]

    def hours_by(self, day: date) -> float:
        """Return the hours, spare ones included, before any day."""
        place = bisect_left(self.days, day)
        found = self.hours[place] if self.days[place : place + 1] == [day] else 0
        return found or self._before(day)[-1]

    def _before(self, until: date) -> list[float]:
        minutes = minutes_by_day(self.start, until, self.hours_per_week, self.days_off, load_method().plan)
        return [found / 60 for found in accumulate(minutes, initial=0)]

    def first(self, hours: float) -> int | None:
        """Return the place of the first day before which so many hours fit; None where there is none."""
        place = bisect_left(self.hours, hours)
        return place if place < len(self.days) else None


def next_day(day: date, days_off: DaysOff) -> date:
    """Return the day, or the first one after it that is not off."""
    while day in days_off:
        day += timedelta(days=1)
    return day


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
    """Whether the hours that the article asks for, spare ones included, fit before the exam."""

    needed_least: float  # the least the article asks
    needed: float  # the kit's suggestion (model)
    available: float  # from the first day to the day before the exam
    nearest_day: date | None  # the first exam day by which the least fits; None where that is more than a year away

    @property
    def fits(self) -> bool:
        """Whether the hours available reach the least the article asks."""
        return self.available >= self.needed_least


def fit_before(exam_day: date, least: float, suggested: float, when: Calendar) -> Fit:
    """Return whether so many hours fit before a day."""
    first = when.first(least)
    return Fit(least, suggested, when.hours_by(exam_day), None if first is None else when.days[first])


def real_pace(hours: float, studied: float | None, rules: PlanRules) -> tuple[float, list[str]]:
    """Return the hours a week to plan with, cut to what last month makes likely, and what to say of it."""
    warnings = []
    if studied is not None:
        real = studied * 7 / 30
        if hours > rules.pace_growth * real:
            cut = max(rules.hours_per_week["lowest"], round(rules.pace_growth * real, 1))
            pace = f"{rules.pace_growth:g} times last month's real pace of {real:.1f}"
            warnings.append(f"{hours:g} hours a week is more than {pace}. The plan uses {cut:g}.")
            hours = cut
    if hours > rules.overload_hours:
        warnings.append(f"{hours:g} hours a week is a lot. Check that you mean it.")
    return hours, warnings
