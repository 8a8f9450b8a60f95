"""A plan in few lines, as data: each week, and each practice exam with its aim and what to do if it is missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from mls_kit.exam import load_method
from mls_kit.html import render
from mls_kit.plan.days import week_of
from mls_kit.plan.sessions import ALL

if TYPE_CHECKING:
    from mls_kit.plan.build import Plan
    from mls_kit.plan.sessions import Session


@dataclass(frozen=True)
class PlanWeek:
    """What one calendar week of a plan holds; names of domains are in the order of their time."""

    start: date  # its first day, a Monday where the rules say no other
    minutes: int
    focus: tuple[tuple[str, tuple[str, ...]], ...]  # domains read or practiced, each with the numbers of its tasks met
    checked: tuple[str, ...]  # domains with their diagnostic set
    reviewed: tuple[str, ...]
    mixed: int  # sets across all domains
    exams: tuple[int, ...]  # numbers of the practice exams; 0 is a shorter test
    free: tuple[date, ...]  # days of the plan without a session, neither the exam's nor off every week
    exam: date | None


@dataclass(frozen=True)
class Checkpoint:
    """A practice exam: the percent to reach, rising to the goal, and in words what to do below ``below`` percent."""

    number: int
    day: date
    aim: int
    below: int
    if_not: str


def list_weeks(plan: Plan) -> list[PlanWeek]:
    """Return the weeks of a plan from its first day to the exam, without empty ones before the last session."""
    weeks = []
    end = plan.exam_day or (plan.sessions[-1].day if plan.sessions else plan.start)
    sessions = {monday: list(group) for monday, group in groupby(plan.sessions, key=lambda each: week_of(each.day))}
    if plan.exam_day:
        sessions.setdefault(week_of(plan.exam_day), [])
    for monday, found in sorted(sessions.items()):
        exam = plan.exam_day if plan.exam_day and week_of(plan.exam_day) == monday else None
        busy = {session.day for session in found} | {exam}
        days = [day for n in range(7) if plan.start <= (day := monday + timedelta(days=n)) <= end]
        free = tuple(day for day in days if day not in busy and day.weekday() not in plan.days_off.weekdays)
        learned = [s for s in found if s.kind in ("study", "practice") and not s.check]
        weeks.append(PlanWeek(
            monday, sum(session.minutes for session in found),
            tuple((name, tuple(sorted({s.task for s in learned if s.domain == name and s.task}))) for name in _by_time(learned)),
            tuple(_by_time([session for session in found if session.check])),
            tuple(_by_time([session for session in found if session.kind == "review"])),
            sum(session.kind == "mixed" for session in found),
            tuple(session.number for session in found if session.kind in ("test", "checkpoint")),
            free, exam,
        ))  # fmt: skip
    return weeks


def _by_time(sessions: Sequence[Session]) -> list[str]:
    """Return the domains of sessions, those with most time first."""
    names = dict.fromkeys(session.domain for session in sessions if session.domain != ALL)
    return sorted(names, key=lambda name: -sum(session.minutes for session in sessions if session.domain == name))


def make_checkpoints(plan: Plan) -> tuple[Checkpoint, ...]:
    """Return the practice exams of a plan: aims rise from today's level to the goal, which the last ones have to reach."""
    method = load_method().plan
    rule, goal = method.checkpoints, method.goal_percent
    exams = [session for session in plan.sessions if session.kind == "checkpoint"]
    level = 100 * plan.prospects.share_right if plan.prospects else rule.level_unknown
    level = min(max(level, rule.level_least), goal)
    early = len(exams) - method.readiness_sets
    later = next((aim for aim in plan.aims if aim.wanted and aim.day and plan.exam_day and aim.day > plan.exam_day), None)
    found = []
    for place, session in enumerate(exams, start=1):
        counts = place > early
        aim = goal if counts else round(level + (goal - level) * place / (early + 1))
        below = goal if counts else aim - rule.margin
        spare = next((each.day for each in plan.sessions if each.kind == "buffer" and each.day > session.day), None)
        which = "last" if place == len(exams) else "counts" if counts else "keep" if place == 1 or not later else "later"
        moved = plan.exam_day + timedelta(weeks=rule.move_weeks) if plan.exam_day else None
        ends = plan.target.facts.last_day(plan.target.language)
        values = {"below": below, "spare": spare, "later": later, "weeks": rule.move_weeks, "sets": method.readiness_sets,
                  "ends": ends if ends and moved and moved > ends >= session.day else None}  # fmt: skip
        found.append(Checkpoint(session.number, session.day, aim, below, str(render("plan/said.html.j2", which, **values))))
    return tuple(found)
