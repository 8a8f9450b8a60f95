"""From a report, hours and dates to a dated plan, as data. The same input gives the same plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from mls_kit.exam import PlanRules, load_method
from mls_kit.html import render
from mls_kit.method import Diagnosis, Prospects, Timeline, availability, carry_to, diagnose, prioritize, share_rule, with_shares
from mls_kit.plan.aims import LAST_DAY, Aim, find_aims
from mls_kit.plan.days import STEP, Calendar, Fit, clock_times, fit_before, next_day, real_pace, usual_week, week_of
from mls_kit.plan.overview import Checkpoint, PlanWeek, list_weeks, make_checkpoints
from mls_kit.plan.schedule import Block
from mls_kit.plan.sessions import Known, Session, describe, make_blocks
from mls_kit.problems import InputError, Problem
from mls_kit.report import WISHES, DaysOff, Notes, ScoreReport, reading

if TYPE_CHECKING:
    from mls_kit.plan.progress import Move


@dataclass(frozen=True, eq=False)
class Plan:
    """A dated plan for a "retake", or to "keep up" after a pass; ``target``: the report, or its ratings carried over (model).

    Of an updated plan, ``moved`` says which domains practice has moved, and ``replaced`` is what was planned before.
    """

    purpose: str
    report: ScoreReport
    target: ScoreReport
    earlier: tuple[ScoreReport, ...]
    diagnosis: Diagnosis
    timeline: Timeline
    priorities: pd.DataFrame = field(repr=False)
    share_rule: str
    start: date
    hours_per_week: float
    exam_day: date | None = None
    fit: Fit | None = None
    blocks: tuple[Block, ...] = field(default=(), repr=False)  # the time of each session, and its theme
    warnings: tuple[str, ...] = ()
    days_off: DaysOff = field(default_factory=DaysOff)
    study_time: str | None = None
    moved: tuple[Move, ...] = ()
    replaced: tuple[Session, ...] = field(default=(), repr=False)
    aim: str = "article"  # the name of the chosen one of ``aims``
    aims: tuple[Aim, ...] = ()
    prospects: Prospects | None = field(default=None, repr=False)  # None where the model cannot speak
    begun: date | None = None  # first day of the first plan; ``start`` is that of this one
    done: tuple[float, ...] = ()  # hours of study by domain before ``start`` that count
    practice_source: str = ""  # where the learner's questions come from
    known: Known = field(default_factory=Known, repr=False)  # what was done before ``start``

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """What to do in each block, and what to open."""
        return tuple(describe(self))

    @cached_property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The practice exams, with their aims."""
        return make_checkpoints(self)

    @property
    def is_carried_over(self) -> bool:
        """Whether the plan is for another exam than the report's."""
        return self.target is not self.report

    def weeks(self) -> list[PlanWeek]:
        """Return what each calendar week holds."""
        return list_weeks(self)

    def to_frame(self) -> pd.DataFrame:
        """Return the sessions as a table, one row each, in order of time."""
        columns = [field.name for field in fields(Session)]
        columns.insert(-1, "url")
        pages = [(each.resource.title, each.resource.url) if each.resource else ("", "") for each in self.sessions]
        rows = [vars(each) | {"resource": title, "url": url} for each, (title, url) in zip(self.sessions, pages, strict=True)]
        return pd.DataFrame(rows, columns=columns)


def build_plan(
    report: ScoreReport,
    *,
    earlier: Sequence[ScoreReport] = (),
    today: date | str | None = None,
    hours_per_week: float | None = None,
    target_date: date | str | None = None,
    days_off: Any = None,
    retake_exam: str = "",
    split: str = "article",
    aim: str = "",
    practice_source: str = "",
    studied_last_month: float | None = None,
    study_time: str | None = None,
) -> Plan:
    """Return the plan that follows from a report; after a pass, three light reviews of each domain.

    Parameters
    ----------
    today : the first day of the plan
    hours_per_week, target_date, days_off : in place of the report's own
        Without hours the article's least for the report; without a date the day that ``aim`` names.
    retake_exam : an exam to plan for in place of one that ended; ratings are carried over by the crosswalk (model)
    split : how single domains share the time: "article", "weights" (by exam weight) or "model" (the best split in it)
    aim : which day: "soonest", "steady" (default), "sure" or "article"; ``data/method.yaml`` says what they mean
    practice_source : where practice questions come from, such as the name of a provider
    studied_last_month : hours really studied; hours a week far above that pace are cut to 1.5 times the pace
    study_time : when weekday sessions start, as HH:MM

    An InputError names all hours, dates and times that cannot be, or says that no crosswalk leads to ``retake_exam``.

    >>> report = ScoreReport("SAA-C03", 650, "NI, Meets, Meets, Meets", taken_on="2026-11-02", hours_per_week=10)
    >>> str(build_plan(report, today="2026-11-22").exam_day)
    '2027-08-01'
    """
    given = _read_given(report, today=today, hours_per_week=hours_per_week, target_date=target_date, days_off=days_off,
                        studied_last_month=studied_last_month, study_time=study_time, split=split, aim=aim,
                        practice_source=practice_source)  # fmt: skip
    start, off = given["today"], given["days_off"]
    _check_order(report, earlier)
    found = diagnose(report, earlier, today=start)
    if report.passed and not retake_exam:
        plan = Plan("keep up", report, report, tuple(earlier), found, found.timeline, prioritize(report), share_rule(report), start,
                    0.0, days_off=off, study_time=given["study_time"], practice_source=given["practice_source"])  # fmt: skip
        return _with_reviews(plan)
    target = carry_to(report, retake_exam) if retake_exam else report
    timeline, ahead = found.timeline, None
    soonest = max(start + timedelta(days=1), target.facts.first_day or start)
    if target is report:
        soonest = max(soonest, found.retake.soonest(start))
        ahead = Prospects.of(report)
    else:
        timeline = diagnose(target, today=start).timeline
    hours, warnings = real_pace(given["hours"] or float(timeline.hours_per_week[0]), given["studied"], load_method().plan)
    ranked, rule = _split(target, given["split"], timeline, ahead)
    plan = Plan("retake", report, target, tuple(earlier), found, timeline, ranked, rule, start, hours, warnings=tuple(warnings),
                days_off=off, study_time=given["study_time"], aim=given["aim"], prospects=ahead, begun=start,
                practice_source=given["practice_source"])  # fmt: skip
    return lay_out(plan, soonest, given["target"], Known())


def lay_out(plan: Plan, soonest: date, own: date | None, known: Known) -> Plan:
    """Return a plan with the days to choose from, and the sessions up to the one its aim names, or one's own."""
    rules, target, start, off = load_method().plan, plan.target, plan.start, plan.days_off
    hours, table, timeline = plan.hours_per_week, plan.priorities, plan.timeline
    shares = [float(table.loc[domain.name, "share"]) for domain in target.facts.domains]
    when = Calendar(start, soonest, target.facts.last_day(target.language), hours, off)
    course = plan.prospects.course(shares, plan.done) if plan.prospects else None
    aims = find_aims(when, timeline, course, plan.begun or start, sum(plan.done), own)
    chosen = choose(aims, plan.aim)
    exam_day = chosen.day or when.days[-1]
    least, suggested = (max(0.0, round(needed - sum(plan.done), 1)) for needed in timeline.hours_needed)
    fit = fit_before(exam_day, least, suggested, when)
    plan = replace(plan, exam_day=exam_day, fit=fit, aim=chosen.name, aims=aims, known=known)
    blocks = make_blocks(plan)
    limit = "" if plan.is_carried_over else plan.diagnosis.retake.limit_said
    there = availability(target.facts, exam_day, target.language)
    said = said_of_day(chosen, aims, exam_day, fit, when, timeline, target)
    warnings = [*plan.warnings, *([limit] if limit else []), *said, *plan.report.remarks,
                *([] if there.state == "open" else [there.why]), *kept_from(hours, off, rules),
                *moved_earlier(blocks, plan.study_time, rules)]  # fmt: skip
    if not blocks and exam_day > start:
        warnings.append(_say("empty", start=start, exam_day=exam_day))
    return replace(plan, blocks=tuple(blocks), warnings=tuple(warnings))


def choose(aims: Sequence[Aim], name: str) -> Aim:
    """Return one's own day, else the one named, else the article's: where the model cannot speak, only that is there."""
    return next(aim for wanted in ("own", name, "article") for aim in aims if aim.name == wanted)


def said_of_day(
    chosen: Aim, aims: Sequence[Aim], exam_day: date, fit: Fit, when: Calendar, timeline: Timeline, target: ScoreReport
) -> list[str]:
    """Say what is odd in the day of the exam."""
    if exam_day <= when.start:
        return [_say("over", day=exam_day)]
    article = aims[-1].day
    said = []
    if chosen.kind == "article" and chosen.name != "own" and not any(aim.kind == "model" for aim in aims):
        said.append(_say("no_model", silent=target.facts.silent))
    if chosen.wanted and chosen.day is None:
        said.append(_say("out_of_reach", aim=chosen, hours=when.hours_per_week, day=exam_day, article=article))
    elif chosen.wanted and chosen.why == LAST_DAY and when.last_day:
        why = availability(target.facts, when.last_day + timedelta(days=1), target.language).why
        said.append(_say("last_day", aim=chosen, why=why))
    if chosen.name == "own" and exam_day < when.soonest:
        said.append(_say("too_early", day=exam_day, soonest=when.soonest))
    if exam_day in when.days_off:
        said.append(_say("day_off", day=exam_day))
    if chosen.wanted is None and not fit.fits:
        said.append(_say("few_hours", fit=fit, day=exam_day, hours=when.hours_per_week))
    if chosen.name == "own" and exam_day < when.start + timedelta(weeks=timeline.weeks[0]):
        said.append(_say("few_weeks", day=exam_day, weeks=timeline.weeks[0]))
    return said


def _say(what: str, **values: Any) -> str:
    return str(render("plan/said.html.j2", what, **values))


def _read_given(report: ScoreReport, **asked: Any) -> dict[str, Any]:
    """Read what was given beside the report; everything wrong is named at once."""
    notes, bounds = Notes(), load_method().plan.hours_per_week
    given: dict[str, Any] = {"hours": report.hours_per_week, "target": report.target_date, "days_off": report.days_off}
    given |= {"today": date.today(), "studied": None, "study_time": None}

    def read(into: str, name: str, how: Callable[..., Any], *limits: float, **more: Any) -> None:
        if not reading.is_blank(asked[name]):
            given[into] = how(asked[name], name, *limits, notes, **more)

    read("today", "today", reading.read_date)
    read("hours", "hours_per_week", reading.read_number, bounds["lowest"], bounds["highest"], whole=False)
    read("target", "target_date", reading.read_date)
    read("studied", "studied_last_month", reading.read_number, 0, 500, whole=False)
    read("study_time", "study_time", reading.read_time)
    if asked["days_off"] is not None and asked["days_off"] != "":
        given["days_off"] = reading.read_days_off(asked["days_off"], notes)
    given |= {name: WISHES[name](asked[name], notes) for name in ("split", "aim", "practice_source")}
    if given["target"] and given["today"]:
        if given["target"] <= given["today"]:
            late = ": on the exam day there is nothing left to plan" * (given["target"] == given["today"])
            notes.add("target_date", given["target"], f"a day after the first day of the plan, {given['today']}{late}")
        latest = given["today"] + timedelta(weeks=load_method().plan.longest_weeks)
        if given["target"] > latest:
            notes.add("target_date", given["target"], f"at most a year ahead, up to {latest}", str(latest))
    if notes.problems:
        raise InputError("The request for a plan", notes.problems)
    return given


def _check_order(report: ScoreReport, earlier: Sequence[ScoreReport]) -> None:
    """Refuse earlier attempts that do not lie before the report."""
    notes, same = Notes(), [other for other in earlier if other.exam == report.exam]
    if same and report.attempt <= len(same):
        expected = f"above {len(same)}, the number of earlier attempts given"
        notes.add("attempt", report.attempt, expected, str(len(same) + 1))
    for other in same:
        if other.taken_on and report.taken_on and other.taken_on >= report.taken_on:
            notes.add("earlier, taken_on", other.taken_on, f"a day before this report's, {report.taken_on}")
    if notes.problems:
        raise InputError("The request for a plan", notes.problems)


def _split(target: ScoreReport, split: str, timeline: Timeline, ahead: Prospects | None) -> tuple[pd.DataFrame, str]:
    """Return the priorities with the shares of the chosen split, and the name of the rule they follow."""
    ranked = prioritize(target)
    if split == "article":
        return ranked, share_rule(target)
    if split == "weights":
        total = sum(domain.weight for domain in target.facts.domains)
        return with_shares(ranked, [100 * domain.weight / total for domain in target.facts.domains], target.facts), split
    if ahead is None:
        expected = "a possible split. The model needs a score for this exam that fits its assumptions"
        raise InputError("The request for a plan", [Problem("split", split, expected, "article")])
    best = ahead.hours(timeline.hours_needed[1], "best")
    return with_shares(ranked, [100 * hours / sum(best) for hours in best], target.facts), split


def kept_from(hours: float, days_off: DaysOff, rules: PlanRules) -> list[str]:
    """Say when fewer hours are planned than there are."""
    held = sum(usual_week(hours, days_off, rules).values()) / 60
    if held > hours - STEP / 60:
        return []
    longest = max(minutes for _, minutes in rules.steps) / 60
    full = hours - held > rules.session_minutes[0] / 60
    return [_say("hours_held", held=held, hours=hours, longest=longest if full else None)]


def moved_earlier(blocks: Sequence[Block], study_time: str | None, rules: PlanRules) -> list[str]:
    """Say when weekday sessions start before the time asked for, because they would end too late."""
    if not study_time:
        return []
    days = groupby(blocks, key=lambda block: block.day)
    starts = {day: clock_times(day, [each.minutes for each in group], rules, study_time)[0] for day, group in days}
    earlier = [start for day, start in starts.items() if day.weekday() < 5 and start < study_time]
    values = {"days": len(earlier), "wanted": study_time, "earliest": min(earlier, default=""), "end": rules.slots.latest_end}
    return [_say("moved_earlier", **values)] if earlier else []


def _with_reviews(plan: Plan) -> Plan:
    """Return a plan with light reviews of each domain, one a day, at growing distances."""
    rules, blocks = load_method().plan, []
    for ahead in rules.keep_up_days:
        day = plan.start + timedelta(days=ahead)
        for domain in plan.report.facts.domains:
            day = next_day(day, plan.days_off)
            week = (week_of(day) - week_of(plan.start)).days // 7 + 1
            blocks.append(Block(day, week, rules.keep_up_minutes, "review", domain.number))
            day += timedelta(days=1)
    return replace(plan, blocks=tuple(blocks), warnings=(*plan.report.remarks, *moved_earlier(blocks, plan.study_time, rules)))
