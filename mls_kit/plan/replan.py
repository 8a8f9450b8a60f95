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
from mls_kit.plan.build import Plan, lay_out
from mls_kit.plan.days import week_of
from mls_kit.plan.progress import Move, Pace, Trend, met_tasks, moves_of, pace_of, practiced_domains, trend_of
from mls_kit.plan.sessions import Known, Session
from mls_kit.practice import Readiness, Tick, readiness, seen_questions
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
    day_is: str  # the exam day is "kept", "asked for", "moved", or moved because it has "passed"

    @property
    def day_before(self) -> date:
        """The exam day of the plan before."""
        assert self.before.exam_day
        return self.before.exam_day

    @property
    def moved_by(self) -> int:
        """By how many days the exam day has moved; below 0 where it is sooner."""
        assert self.plan.exam_day
        return (self.plan.exam_day - self.day_before).days

    @property
    def last_day(self) -> date:
        """The last day that is over: what was planned up to it is compared with what was done."""
        return self.plan.start - timedelta(days=1)

    @property
    def to_do(self) -> list[Session]:
        """What the plan has for the rest of this week."""
        end = week_of(self.readiness.today) + timedelta(weeks=1)
        return [session for session in self.plan.sessions if session.day < end]

    @property
    def offered(self) -> date | None:
        """The first day by which the article's hours fit, where the day is not the model's and they do not fit before it."""
        fit = self.plan.fit
        return fit.nearest_day if fit and not fit.fits and self.plan.aim in ("own", "article") else None


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

    An InputError where the plan is for no exam, or a value cannot be; all are named.

    >>> from mls_kit import build_plan, practice
    >>> report = ScoreReport("MLS-C01", 690, "S, C, NI, NI", today="2026-11-22", hours_per_week=10)
    >>> entry = practice.PracticeEntry("2026-11-20", "MLS-C01", "own set", "Modeling", 38, 40)
    >>> [m.domain for m in replan(build_plan(report, today="2026-11-01"), pd.DataFrame([entry.row()]), "2026-11-22").moves]
    ['Modeling']
    """
    now, told, target = _read_given(today, done_hours, target_date)
    if before.purpose != "retake" or before.exam_day is None or before.fit is None:
        raise InputError("Replanning: you passed, so there is no exam to plan for", [])
    exam = before.target.exam
    begun = ((log["exam"] == exam) & (log["date"] == pd.Timestamp(now))).any() or (exam, now) in {(t.exam, t.day) for t in ticks}
    start = max(now + timedelta(days=1) if begun else now, before.start)
    ready = readiness(before.target, log, now)
    pace = pace_of(before, log, start, told, ticks)
    bounds = load_method().plan.hours_per_week
    hours = min(max(round(before.hours_per_week * pace.factor, 1), bounds["lowest"]), bounds["highest"])
    moves = moves_of(before, ready) if before.share_rule not in ("weights", "model") else ()
    gone = before.exam_day < now
    own = target or (before.exam_day if before.aim == "own" and not gone else None)
    known = Known(practiced_domains(before, log, ticks), seen_questions(exam, log), met_tasks(before, ticks))
    after = _assemble(before, known, moves, start, hours, pace.in_all, own)
    day_is = "asked for" if target else "passed" if gone else "kept" if after.exam_day == before.exam_day else "moved"
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
        raise InputError("Replanning", notes.problems)
    return now, done, wanted


def _assemble(
    before: Plan, known: Known, moves: tuple[Move, ...], start: date, hours: float, in_all: float, own: date | None
) -> Plan:
    """Return the plan for what is left; hours done so far count."""
    target, ranked, rule = before.target, before.priorities, before.share_rule
    shares = [before.priorities.loc[domain.name, "share"] for domain in target.facts.domains]
    earlier = before.done or (0.0,) * len(shares)
    done = tuple(float(old + in_all * share / 100) for old, share in zip(earlier, shares, strict=True))
    if moves:
        labels = target.ratings | {move.domain: move.new for move in moves}
        ranked, rule = rank_domains(target.facts, list(labels.values())), share_rule(labels.values())
    begun = before.begun or before.start
    soonest = max(start + timedelta(days=1), begun if before.is_carried_over else before.diagnosis.retake.soonest(begun))
    aim = load_method().aims.default if before.aim == "own" else before.aim
    plan = replace(before, priorities=ranked, share_rule=rule, start=start, hours_per_week=hours, warnings=(), moved=moves,
                   replaced=before.sessions, done=done, aim=aim)  # fmt: skip
    return lay_out(plan, soonest, own, known)


def _compare(first: ScoreReport, second: ScoreReport) -> Change | None:
    try:
        return compare_reports(first, second)
    except ImpossibleReportError:
        return None
