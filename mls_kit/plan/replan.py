"""Update a plan from the practice log and the time left (model), with what changed and why, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from mls_kit.exam import load_method
from mls_kit.method import compare_reports, rank_domains, share_rule
from mls_kit.plan.activities import make_sessions
from mls_kit.plan.build import Plan, exam_warnings, kept_from, moved_earlier
from mls_kit.plan.days import Fit, hours_available, nearest_day, study_days
from mls_kit.plan.progress import Move, Pace, Trend, moves_of, pace_of, practiced_domains, trend_of
from mls_kit.practice import Readiness, readiness
from mls_kit.problems import InputError
from mls_kit.report import Notes, ScoreReport, read_date, read_number
from mls_kit.score_model import Change, ImpossibleReportError


@dataclass(frozen=True, eq=False)
class Replanned:
    """An updated plan, the one ``before`` it, and what changed and why; its kind is model."""

    plan: Plan
    before: Plan
    readiness: Readiness
    pace: Pace
    moves: tuple[Move, ...]  # domains that practice has moved by one rating
    trend: Trend | None  # None where there are too few sets
    attempts: tuple[tuple[ScoreReport, ScoreReport, Change | None], ...]  # at the same exam, pair by pair
    offered: date | None  # the first exam day that fits, where the plan's own does not
    changes: tuple[Said, ...]


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
) -> Replanned:
    """Return a plan updated from the practice log (as ``read_log`` gives it) and the time that is left.

    Parameters
    ----------
    today : the first day of the new plan; if something is logged for it already, the day after
    done_hours : hours of study since the plan began; otherwise the log's minutes are compared with the plan's sets
    target_date : another exam day; the plan's own if left out

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


class Said(NamedTuple):
    """A sentence on what changed: ``about`` hours, priority, exam day, progress, or attempts; and its kind."""

    about: str
    text: str
    kind: str = "model"


def pace_said(before: Plan, pace: Pace, start: date, hours: float) -> Said:
    """Say how planned and done hours compare, and what hours a week the new plan expects."""
    until = f"From {before.start} to {start - timedelta(days=1)}"
    same = f"The plan keeps its {hours:g} hours a week."
    if not pace.planned:
        return Said("hours", f"Nothing was planned before {start}, so there is no pace to correct. {same}")
    if not pace.told and not pace.lines and pace.factor == 1:
        none = f"{pace.planned:.1f} hours of question sets were planned, and none is logged."
        return Said("hours", f"{until} {none} {same}")
    what = "hours of study were planned and" if pace.told else "hours of question sets were planned, and your log has"
    rule = load_method().replan.pace
    took = f" {pace.estimated} of its {pace.lines} lines have no minutes, and were taken at the exam's pace."
    now = f"The new plan expects {hours:g} hours a week in place of {before.hours_per_week:g}."
    now = same if hours == before.hours_per_week else now
    how = f"(Another {rule.prior_hours:g} hours count as done just as planned, because a few days say little.)"
    hint = "" if pace.told or pace.factor >= 1 else " If you studied more than you logged, give the hours in all."
    return Said("hours", f"{until} {pace.planned:.1f} {what} {pace.done:.1f}{' were done' * pace.told}: "
                f"{100 * pace.done / pace.planned:.0f} %. {now} {how}{took if pace.estimated else ''}{hint}")  # fmt: skip


def move_said(move: Move) -> str:
    """Say of one domain what practice makes of its rating, and how surely."""
    return (
        f"{move.domain} counts as {move.new} here; the report says {move.old}. In practice {move.right} of {move.asked} fresh "
        f"timed questions were right, which makes that {100 * move.sure:.0f} % sure, practice being taken to be easier."
    )


def moves_said(before: Plan, after: Plan, moves: tuple[Move, ...], ready: Readiness) -> list[Said]:
    """Say which domains move, or why none does, and what that does to the shares of the time."""
    rule = load_method().replan.evidence
    if before.share_rule in ("weights", "model"):
        none = "The split of the time that you chose does not follow single ratings, so practice moves no domain."
        return [Said("priority", none)]
    if not moves:
        few = int((ready.domains["out_of"] < rule.questions).sum())
        short = (
            f" {few} of {len(ready.domains)} domains have fewer than {rule.questions} such questions so far."
            if few
            else ""
        )
        return [Said("priority", f"No domain moves: in none does fresh timed practice differ from the rating surely enough "
                     f"({100 * rule.sure:.0f} %).{short}")]  # fmt: skip
    shares = [f"{name} {before.priorities.loc[name, 'share']:.0f} to {share:.0f} %"
              for name, share in after.priorities["share"].items()
              if abs(share - before.priorities.loc[name, "share"]) >= 0.5]  # fmt: skip
    then = f" Shares of the time: {', '.join(shares)}." if shares else " The shares of the time stay."
    return [*(Said("priority", move_said(move)) for move in moves[:-1]), Said("priority", move_said(moves[-1]) + then)]


def trend_said(trend: Trend | None, ready: Readiness) -> Said:
    """Say whether progress has stopped, and what to change then."""
    rule = load_method().replan.stopped
    if trend is None:
        return Said("progress", f"Whether you get better cannot be told yet: that takes {2 * rule.sets} fresh timed sets of "
                    "all domains.")  # fmt: skip
    both = f"the last {trend.sets} sets had {trend.now:.0f} % right, the {trend.sets} before them {trend.before:.0f} %"
    noise = f"by chance alone the difference varies by {trend.noise:.0f} points either way"
    if trend.reached:
        return Said("progress", f"Your last sets reach the goal: {both}.")
    if not trend.stopped:
        return Said("progress", f"You are getting better: {both}; {noise}.")
    cause = ready.causes.most_common(1)[0][0] if ready.causes else ""
    advice = rule.change.get(cause, rule.otherwise)
    why = f" Most of your errors are logged as “{cause}”." if cause in rule.change else ""
    weakest = ready.domains["mean"].idxmin() if (ready.domains["out_of"] > 0).all() else ""
    where = f" The weakest domain in practice is {weakest}." if weakest else ""
    return Said("progress", f"Progress has stopped, as far as can be told: {both}; {noise}.{why}{where} {advice}")


def attempt_said(pair: tuple[ScoreReport, ScoreReport, Change | None]) -> Said:
    """Say whether a change between two attempts is more than noise."""
    first, second, change = pair
    title = f"{first.scaled_score} to {second.scaled_score}"
    if change is None:
        return Said("attempts", f"The attempts {title} cannot be compared: the model cannot read both reports alike.")
    verdict = "chance alone can do that, and so can real progress"
    if change.chance <= 0.2:
        verdict = "hardly chance alone" if change.chance <= 0.05 else "seldom chance alone"
    return Said("attempts", f"From one attempt to the next, {title}, is {change.points:+.0f} points. At unchanged ability a "
                f"score at least as far from what was to be expected comes in {100 * change.chance:.0f} % of retakes: {verdict}. "
                f"Chance that you know more now than then: {100 * change.rose:.0f} %.")  # fmt: skip
