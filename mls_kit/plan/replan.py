"""Update a plan from the practice log and the time left (model), with what changed and why, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from mls_kit.exam import load_method
from mls_kit.method import compare_reports, rank_domains, share_rule
from mls_kit.plan.activities import make_sessions
from mls_kit.plan.build import Plan, exam_warnings, kept_from, moved_earlier
from mls_kit.plan.days import Fit, hours_available, nearest_day, study_days
from mls_kit.plan.progress import Move, Pace, Trend, moves_of, pace_of, practiced_domains, trend_of
from mls_kit.practice import Readiness, Tick, readiness
from mls_kit.problems import InputError
from mls_kit.report import Notes, ScoreReport, read_date, read_number
from mls_kit.score_model import Change, ImpossibleReportError


@dataclass(frozen=True, eq=False)
class Replanned:
    """An updated plan, the one ``before`` it, and what changed and why, all of it model; ``explain`` finds the words."""

    plan: Plan
    before: Plan
    readiness: Readiness
    pace: Pace
    moves: tuple[Move, ...]  # domains that practice has moved by one rating
    trend: Trend | None  # None where there are too few sets
    attempts: tuple[tuple[ScoreReport, ScoreReport, Change | None], ...]  # at the same exam, pair by pair
    day_is: str  # the exam day is "kept", "asked for", or, as it has passed, "the first that fits" or "as far as a plan runs"

    @property
    def last_day(self) -> date:
        """The last day that is over: what was planned up to it is compared with what was done."""
        return self.plan.start - timedelta(days=1)

    @property
    def offered(self) -> date | None:
        """The first exam day that fits, where the plan's own does not."""
        fit = self.plan.fit
        return fit.nearest_day if fit and not fit.fits else None


def first_logged(report: ScoreReport, exam: str, log: pd.DataFrame) -> date | None:
    """Return the first day after the report's exam on which something was logged for ``exam``."""
    days = log.loc[log["exam"] == exam, "date"]
    days = days[days > pd.Timestamp(report.taken_on)] if report.taken_on else days
    return days.min().date() if len(days) else None


def replan(
    before: Plan,
    log: pd.DataFrame,
    today: date | str | None = None,
    done_hours: float | str | None = None,
    target_date: date | str | None = None,
    ticks: Sequence[Tick] = (),
) -> Replanned:
    """Return a plan updated from the practice log (as ``read_log`` gives it), ticked sessions, and the time that is left.

    Parameters
    ----------
    today : the first day of the new plan; if something is logged or ticked for it already, the day after
    done_hours : hours of study since the plan began; otherwise what is ticked and logged is compared with the plan
    target_date : another exam day; the plan's own if left out
    ticks : sessions that were done, as ``read_done`` gives them

    Raises
    ------
    InputError : the plan is for no exam, or a value cannot be; all are named

    Examples
    --------
    >>> from mls_kit import build_plan, practice
    >>> report = ScoreReport("MLS-C01", 690, "S, C, NI, NI", today="2026-11-22", hours_per_week=10)
    >>> entry = practice.PracticeEntry("2026-11-20", "MLS-C01", "own set", "Modeling", 38, 40)
    >>> [m.domain for m in replan(build_plan(report, today="2026-11-01"), pd.DataFrame([entry.row()]), "2026-11-22").moves]
    ['Modeling']
    """
    now, told, target = _read_given(today, done_hours, target_date)
    if before.purpose != "retake" or before.exam_day is None or before.fit is None:
        raise InputError("Planning anew: you passed, so that there is no exam to plan for", [])
    exam = before.target.exam
    begun = ((log["exam"] == exam) & (log["date"] == pd.Timestamp(now))).any() or (exam, now) in {
        (t.exam, t.day) for t in ticks
    }
    start = max(now + timedelta(days=1) if begun else now, before.start)
    ready = readiness(before.target, log, now)
    pace = pace_of(before, log, start, told, ticks)
    bounds = load_method().plan.hours_per_week
    hours = min(max(round(before.hours_per_week * pace.factor, 1), bounds["lowest"]), bounds["highest"])
    exam_day, fit, day_is = _exam_day(before, pace, start, now, hours, target)
    moves = moves_of(before, ready) if before.share_rule not in ("weights", "model") else ()
    after = _assemble(before, log, moves, start, exam_day, hours, fit)
    trend = trend_of(ready.sets)
    attempts = tuple((a, b, _compare(a, b)) for a, b in pairwise([*before.earlier, before.report]) if a.exam == b.exam)
    return Replanned(after, before, ready, pace, moves, trend, attempts, day_is)


def _read_given(today: Any, done_hours: Any, target: Any) -> tuple[date, float | None, date | None]:
    notes = Notes()
    now = date.today() if today is None else read_date(today, "today", notes)
    done = None if done_hours is None else read_number(done_hours, "done_hours", 0, 5000, notes, whole=False)
    wanted = read_date(target, "target_date", notes) if target else None
    if now and wanted:
        latest = now + timedelta(weeks=load_method().plan.longest_weeks)
        if not now < wanted <= latest:
            notes.add("target_date", wanted, f"a day after {now} and at most a year ahead, up to {latest}")
    if notes.problems or now is None:
        raise InputError("Planning anew", notes.problems)
    return now, done, wanted


def _exam_day(
    before: Plan, pace: Pace, start: date, now: date, hours: float, target: date | None
) -> tuple[date, Fit, str]:
    """Keep the exam day, or take the one wanted; one that has passed is moved. Return how, too."""
    assert before.exam_day
    rules, off = load_method().plan, before.days_off
    least, suggested = (max(0.0, round(need - pace.in_all, 1)) for need in before.timeline.hours_needed)
    soonest = max(start + timedelta(days=1), before.diagnosis.earliest_retake or start)
    nearest = nearest_day(start, least, hours, off, rules)
    nearest = max(nearest, soonest) if nearest else None
    day = target or before.exam_day
    day_is = "kept" if day == before.exam_day else "asked for"
    if day < now:
        limit = start + timedelta(weeks=rules.longest_weeks)
        day = min(nearest or limit, max(limit, soonest))
        day_is = "the first that fits" if nearest and day >= nearest else "as far as a plan runs"
    return day, Fit(least, suggested, hours_available(start, day, hours, off, rules), nearest), day_is


def _assemble(
    before: Plan, log: pd.DataFrame, moves: tuple[Move, ...], start: date, exam_day: date, hours: float, fit: Fit
) -> Plan:
    rules, target = load_method().plan, before.target
    ranked, rule = before.priorities, before.share_rule
    if moves:
        labels = target.ratings | {move.domain: move.new for move in moves}
        ranked, rule = rank_domains(target.facts, list(labels.values())), share_rule(labels.values())
    days = study_days(start, exam_day, hours, before.days_off, rules)
    sessions, goals = make_sessions(
        target, ranked, days, exam_day, rules, before.study_time, practiced_domains(before, log)
    )
    warnings = [*exam_warnings(before.report, target, exam_day), *kept_from(hours, before.days_off, rules),
                *moved_earlier(sessions, before.study_time, rules)]  # fmt: skip
    if not fit.fits:
        then = f" The first day that fits at {hours:g} hours a week is {fit.nearest_day}." if fit.nearest_day else ""
        warnings.append(f"The hours do not fit before {exam_day}: {fit.needed_least:g} still needed at least, "
                        f"{fit.available:.1f} available.{then}")  # fmt: skip
    if not sessions:
        warnings.append(f"There is no study day between {start} and {exam_day}: the plan is empty.")
    return replace(before, priorities=ranked, share_rule=rule, start=start, exam_day=exam_day, hours_per_week=hours, fit=fit,
                   sessions=tuple(sessions), goals=tuple(goals), warnings=tuple(warnings), moved=moves,
                   replaced=before.sessions)  # fmt: skip


def _compare(first: ScoreReport, second: ScoreReport) -> Change | None:
    try:
        return compare_reports(first, second)
    except ImpossibleReportError:
        return None
