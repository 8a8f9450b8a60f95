"""From study days and shares to sessions and goals: budgets, the order of the days, and the words of each session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import pandas as pd

from mls_kit.activities import Session, describe, split_blocks
from mls_kit.method import PlanRules, load_method
from mls_kit.report import ScoreReport
from mls_kit.schedule import Activity, fill, make_budgets, test_minutes
from mls_kit.timetable import StudyDay, clock_times

__all__ = ["Goal", "make_sessions", "start_times"]


@dataclass(frozen=True)
class Goal:
    """A measurable goal for one domain, and the day by which it is checked."""

    domain: str
    measure: str
    by: date


def make_sessions(
    report: ScoreReport,
    ranked: pd.DataFrame,
    days: list[StudyDay],
    exam_day: date,
    rules: PlanRules,
    study_time: str | None,
    practiced: frozenset[int] = frozenset(),
) -> tuple[list[Session], list[Goal]]:
    """Fill the study days with sessions by the shares of ``ranked``, and set a goal for each domain.

    Domains ``practiced`` already, by number, are reviewed from the first day and need no diagnostic set.
    """
    exam, method = report.facts, load_method()
    if not days or not sum(day.minutes for day in days):
        return [], []
    numbers = {domain.name: domain.number for domain in exam.domains}
    lowest = method.priority.tiers[-1].name
    tiers = zip(ranked.index, ranked["tier"], strict=True)
    maintained = {numbers[name] for name, tier in tiers if tier == lowest}
    shares = {numbers[name]: float(share) for name, share in zip(ranked.index, ranked["share"], strict=True)}
    tests = test_minutes(days, exam.minutes.value or 180, rules)
    total = sum(day.minutes for day in days)
    single = min(int(total * rules.domain_share), total - sum(tests.values()))
    budgets = make_budgets(single, shares, maintained, rules)
    for budget in budgets:
        budget.known = budget.known or budget.domain in practiced
    activities = fill(days, exam_day, budgets, tests, rules)
    goals = _goals(ranked, activities, sorted(tests), exam_day, numbers, rules)
    weakish = {number for number in shares if number not in maintained}
    activities = split_blocks(activities, weakish, exam, rules, practiced)
    checkpoints = _checkpoints(sorted(tests), rules)
    starts = start_times(activities, rules, study_time)
    sessions = describe(activities, starts, checkpoints, exam, rules)
    return sessions, goals


def _checkpoints(tests: list[date], rules: PlanRules) -> set[date]:
    every = rules.checkpoint_every_weeks
    return set(tests[every - 1 :: every]) | set(tests[-rules.readiness_sets :])


def start_times(activities: list[Activity], rules: PlanRules, study_time: str | None) -> list[str]:
    """Return when each activity starts, as HH:MM."""
    starts: list[str] = []
    for day, group in groupby(activities, key=lambda activity: activity.day):
        starts += clock_times(day, [activity.minutes for activity in group], rules, study_time)
    return starts


def _goals(
    ranked: pd.DataFrame,
    activities: list[Activity],
    tests: list[date],
    exam_day: date,
    numbers: dict[str, int],
    rules: PlanRules,
) -> list[Goal]:
    """One goal a domain, checked at the first test after its first pass."""
    goals = []
    for name in ranked.index:
        days = [a.day for a in activities if a.domain == numbers[name] and a.kind == "first pass"]
        end = max(days, default=activities[0].day)
        by = next((day for day in tests if day >= end), exam_day - timedelta(days=1))
        measure = (
            f"Answer {rules.goal_percent} % of {rules.diagnostic_questions} fresh {name} questions right, "
            f"timed, in {rules.readiness_sets} sets"
        )
        goals.append(Goal(name, measure, by))
    return goals
