"""The days to choose from: soonest, steady and sure by the chance of passing (model), and the article's timeline."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mls_kit.exam import load_method
from mls_kit.method import Timeline
from mls_kit.plan.days import Calendar, usual_week

if TYPE_CHECKING:
    from mls_kit.method import Course, Prospect


@dataclass(frozen=True)
class Aim:
    """One exam day to choose; ``day`` is None where it is out of reach within a year at the hours a week given."""

    name: str  # soonest, steady, sure, article, or own
    kind: str  # model or article
    day: date | None
    hours: float  # of study before the day, spare ones included; before the last day possible where out of reach
    weeks: int
    wanted: float | None  # the chance asked for; None for the article's day and one's own
    prospect: Prospect | None  # after these hours; None where the model cannot speak
    hours_per_week: float | None = None  # where out of reach: that would do; None where none would
    why: str = ""  # what holds the day: earliest retake, last day of the exam; empty where only the chance does


def find_aims(
    when: Calendar, timeline: Timeline, course: Course | None, begun: date, done: float = 0.0, own: date | None = None
) -> tuple[Aim, ...]:
    """Return one's own day, where there is one; the days by the chance, where the model can speak; and the article's.

    From ``begun`` on the article's weeks count, and ``done`` hours count for it.
    """
    search = _Search(when, timeline, course, begun, done)
    chosen = [search.on("own", "model" if course else "article", own)] if own else []
    return (*chosen, *search.by_chance(), search.article())


RETAKE, REACHED, LAST_DAY = "the earliest retake sets the day", "already reached", "the last day of the exam sets the day"


@dataclass(frozen=True)
class _Search:
    when: Calendar
    timeline: Timeline
    course: Course | None
    begun: date
    done: float

    def by_chance(self) -> list[Aim]:
        if not self.course:
            return []
        when, found = self.when, []
        for name, chance in ((rule.name, rule.chance) for rule in load_method().aims.days if rule.chance):
            place = self.course.reaching(chance, len(when.days), when.hours.__getitem__)
            if place is not None:
                decides = [REACHED] * (not place) + [RETAKE] * (not place and self._waits)
                found.append(self.on(name, "model", when.days[place], chance, ": ".join(decides)))
            else:
                day = when.days[-1] if when.ends else None
                found.append(self.on(name, "model", day, chance, LAST_DAY if when.ends else "", self._enough(chance)))
        return found

    @property
    def _waits(self) -> bool:
        return self.when.soonest > self.when.start + timedelta(days=1)

    def _enough(self, chance: float) -> float | None:
        """Return the fewest whole hours a week that reach a chance by the last day possible."""
        assert self.course
        when, rules = self.when, load_method().plan
        days = [when.start + timedelta(days=n) for n in range((when.days[-1] - when.start).days)]
        count = Counter(day.weekday() for day in days if day not in when.days_off)
        tried = range(int(when.hours_per_week) + 1, int(rules.hours_per_week["highest"]) + 1)

        def in_all(place: int) -> float:
            return sum(minutes * count[day] for day, minutes in usual_week(tried[place], when.days_off, rules).items()) / 60

        place = self.course.reaching(chance, len(tried), in_all)
        return None if place is None else float(tried[place])

    def article(self) -> Aim:
        """Return the first day on which the suggested hours fit, and the fewest weeks are over; or the last day possible."""
        when, last = self.when, len(self.when.days) - 1
        place = when.first(max(self.timeline.hours_needed[1] - self.done, 0))
        weeks = bisect_left(when.days, self.begun + timedelta(weeks=self.timeline.weeks[0]))
        late = place is None or weeks > last
        place = max(last if place is None else place, min(weeks, last))
        why = LAST_DAY if late and when.ends else RETAKE if not place and self._waits else ""
        return self.on("article", "article", when.days[place], None, why)

    def on(
        self, name: str, kind: str, day: date | None, wanted: float | None = None, why: str = "", enough: float | None = None
    ) -> Aim:
        when, until = self.when, day or self.when.days[-1]
        hours = when.hours_by(until)
        prospect = self.course.after(hours) if self.course else None
        weeks = max(round((until - when.start).days / 7), 1)
        return Aim(name, kind, day, hours, weeks, wanted, prospect, enough, why)
