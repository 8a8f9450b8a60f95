"""A plan made anew from the practice log and what is left of the time, with what changed and why, in words.

Kind: model. The rules are ``replan`` in ``data/method.yaml``; what the log says is worked out in ``progress``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Protocol

import pandas as pd

from mls_kit.fit import Fit
from mls_kit.method import load_method
from mls_kit.outlook import Change, ImpossibleReportError, compare_reports
from mls_kit.plan import Plan, exam_warnings, kept_from, moved_earlier
from mls_kit.priorities import rank_domains, share_rule
from mls_kit.problems import InputError
from mls_kit.progress import Move, Pace, Trend, moves_of, pace_of, practiced_domains, trend_of
from mls_kit.readiness import Readiness, readiness
from mls_kit.reading import Notes, read_date, read_number
from mls_kit.replan_words import Said, attempt_said, move_said, moves_said, pace_said, trend_said
from mls_kit.report import ScoreReport
from mls_kit.sessions import make_sessions
from mls_kit.timetable import hours_available, nearest_day, study_days

__all__ = ["Replanned", "Said", "first_logged", "replan"]


class Asks(Protocol):
    """Something that can make the plan that was lived so far: ``PlanRequest``."""

    def first_plan(self, log: pd.DataFrame, today: date) -> Plan:
        """Return that plan."""


@dataclass(frozen=True, eq=False)
class Replanned:
    """A plan made anew.

    Attributes
    ----------
    plan, before : Plan
        The new plan, and the one it takes the place of.
    readiness : Readiness
    pace : Pace
        Planned and done hours so far.
    moves : tuple of Move
        Domains that practice has moved by one rating.
    trend : Trend or None
        The last sets against those before them; None where there are too few.
    attempts : tuple of (ScoreReport, ScoreReport, Change or None)
        Attempts at the same exam, pair by pair, with the noise of the change.
    offered : date or None
        The first exam day that fits, where the plan's own does not.
    changes : tuple of Said
        What changed and why.
    """

    plan: Plan
    before: Plan
    readiness: Readiness
    pace: Pace
    moves: tuple[Move, ...]
    trend: Trend | None
    attempts: tuple[tuple[ScoreReport, ScoreReport, Change | None], ...]
    offered: date | None
    changes: tuple[Said, ...]


def first_logged(report: ScoreReport, exam: str, log: pd.DataFrame) -> date | None:
    """Return the first day after the report's exam on which something was logged for ``exam``."""
    days = log.loc[log["exam"] == exam, "date"]
    days = days[days > pd.Timestamp(report.taken_on)] if report.taken_on else days
    return days.min().date() if len(days) else None


def replan(
    plan: Plan | Asks,
    log: pd.DataFrame,
    today: date | str | None = None,
    done_hours: float | str | None = None,
    target_date: date | str | None = None,
) -> Replanned:
    """Make a plan anew from the practice log and what is left of the time.

    Parameters
    ----------
    plan : Plan or PlanRequest
        The plan so far, or the request that it came from.
    log : DataFrame
        As ``read_log`` gives it.
    today : date or str, optional
        The first day of the new plan; if something is logged for it already, the day after.
    done_hours : float, optional
        Hours of study since the plan began, reading and labs too; otherwise the log's minutes are compared with the
        plan's question sets.
    target_date : date or str, optional
        Another exam day; the plan's own if left out.

    Returns
    -------
    Replanned

    Raises
    ------
    InputError
        The plan is for no exam, or a value cannot be; all are named.

    Examples
    --------
    >>> from mls_kit.plan import build_plan
    >>> from mls_kit.practice_log import read_log
    >>> from mls_kit._folders import data_folder
    >>> log, _ = read_log(data_folder() / "logs" / "example.csv")
    >>> report = ScoreReport("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-10-20", today="2026-11-22", hours_per_week=10)
    >>> found = replan(build_plan(report, today="2026-10-25"), log, "2026-11-22")
    >>> found.plan.hours_per_week, [move.domain for move in found.moves]
    (6.3, ['Modeling'])
    """
    now, told, target = _read_given(today, done_hours, target_date)
    before = plan if isinstance(plan, Plan) else plan.first_plan(log, now)
    if before.purpose != "retake" or before.exam_day is None or before.fit is None:
        raise InputError("Planning anew: you passed, so that there is no exam to plan for", [])
    logged_today = ((log["exam"] == before.target.exam) & (log["date"] == pd.Timestamp(now))).any()
    start = max(now + timedelta(days=1) if logged_today else now, before.start)
    ready = readiness(before.target, log, now)
    pace = pace_of(before, log, start, told)
    bounds = load_method().plan.hours_per_week
    hours = min(max(round(before.hours_per_week * pace.factor, 1), bounds["lowest"]), bounds["highest"])
    exam_day, fit, days_said = _exam_day(before, pace, start, now, hours, target)
    moves = moves_of(before, ready) if before.share_rule not in ("weights", "model") else ()
    after = _assemble(before, log, moves, start, exam_day, hours, fit)
    trend = trend_of(ready.sets)
    attempts = tuple((a, b, _compare(a, b)) for a, b in pairwise([*before.earlier, before.report]) if a.exam == b.exam)
    changes = [pace_said(before, pace, start, hours), *moves_said(before, after, moves, ready), days_said,
               trend_said(trend, ready), *map(attempt_said, attempts)]  # fmt: skip
    offered = fit.nearest_day if not fit.fits else None
    return Replanned(after, before, ready, pace, moves, trend, attempts, offered, tuple(changes))


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
) -> tuple[date, Fit, Said]:
    """Keep the exam day, or take the one wanted; one that has passed is moved. Say in numbers whether it fits."""
    assert before.exam_day
    rules, off = load_method().plan, before.days_off
    least, suggested = (max(0.0, round(need - pace.in_all, 1)) for need in before.timeline.hours_needed)
    soonest = max(start + timedelta(days=1), before.diagnosis.earliest_retake or start)
    nearest = nearest_day(start, least, hours, off, rules)
    nearest = max(nearest, soonest) if nearest else None
    day = target or before.exam_day
    lead = f"The exam day stays {day}." if day == before.exam_day else f"The exam day is {day} now, as you asked."
    if day < now:
        gone, limit = day, start + timedelta(weeks=rules.longest_weeks)
        day = min(nearest or limit, max(limit, soonest))
        why = "the first day that fits at this pace" if nearest and day >= nearest else "as far ahead as a plan may run"
        lead = f"The exam day, {gone}, has passed. The plan runs to {day} now, {why}."
    fit = Fit(least, suggested, hours_available(start, day, hours, off, rules), nearest)
    numbers = (
        f"Of the least the plan asks for, {before.timeline.hours_needed[0]:g} hours, about {pace.in_all:.1f} are done and "
        f"{least:g} are left; up to the exam day {hours:g} hours a week come to {fit.available:.1f}."
    )
    if fit.fits:
        return day, fit, Said("exam day", f"{lead} {numbers} The hours fit.")
    offer = f"The first day that fits is {nearest}." if nearest else "No day within twenty years fits at this pace."
    return day, fit, Said("exam day", f"{lead} {numbers} The hours do not fit. {offer}")


def _assemble(
    before: Plan, log: pd.DataFrame, moves: tuple[Move, ...], start: date, exam_day: date, hours: float, fit: Fit
) -> Plan:
    rules, target = load_method().plan, before.target
    ranked, rule = before.priorities, before.share_rule
    moved: tuple[str, ...] = ()
    if moves:
        labels = target.ratings | {move.domain: move.new for move in moves}
        ranked, rule = rank_domains(target.facts, list(labels.values())), share_rule(labels.values())
        moved = tuple(move_said(move) for move in moves)
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
                   sessions=tuple(sessions), goals=tuple(goals), warnings=tuple(warnings), moved=moved,
                   replaced=before.sessions)  # fmt: skip


def _compare(first: ScoreReport, second: ScoreReport) -> Change | None:
    try:
        return compare_reports(first, second)
    except ImpossibleReportError:
        return None
