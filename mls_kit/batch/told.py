"""What a plan says of its learner in a line: kept in the record when the plan is made, read by index and summary."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, FiniteFloat

from mls_kit.exam import load_method
from mls_kit.html import render
from mls_kit.method import Prospect, availability
from mls_kit.plan import Aim, Plan

_SAID = "batch/said.html.j2"
DECISIONS = ("exam", "day", "hours", "goal")  # what somebody has to decide: another exam, another day, more hours, ...

Chance = tuple[FiniteFloat, FiniteFloat, FiniteFloat]  # and the low and high end of its band


Day = Annotated[str, AfterValidator(lambda text: text and str(date.fromisoformat(text)))]  # YYYY-MM-DD, or ""


class Told(NamedTuple):
    """One plan in a line, as JSON can hold it: days as YYYY-MM-DD, shares from 0 to 1, None where something is not known."""

    exam: str  # that is planned for
    domain: str = ""  # that comes first
    hours_per_week: FiniteFloat | None = None
    hours: FiniteFloat | None = None  # before the day
    weeks: int | None = None
    earliest: Day = ""  # retake
    day: Day = ""  # of the exam, as aimed at
    now: Chance | None = None
    then: Chance | None = None
    to_do: Annotated[str, Field(pattern=f"^({'|'.join(DECISIONS)}|passed)?$")] = ""  # "" to follow the plan
    why: str = ""  # of what there is to do
    warnings: str = ""


def told_of(plan: Plan) -> Told:
    """Return what a plan says of its learner."""
    if plan.purpose == "keep up":
        return Told(plan.target.exam, to_do="passed", warnings=" ".join(plan.warnings))
    aim = next((aim for aim in plan.aims if aim.name == plan.aim), None)
    to_do, why = _decision(plan, aim)
    day = plan.exam_day if to_do != "exam" and not (aim and aim.day is None) else None
    return Told(
        plan.target.exam,
        str(plan.priorities.index[0]),
        round(plan.hours_per_week, 1),
        round(aim.hours if aim else plan.fit.available if plan.fit else 0, 1) if day else None,
        aim.weeks if aim and day else max(round((day - plan.start).days / 7), 1) if day else None,
        str((not plan.is_carried_over and plan.diagnosis.earliest_retake) or ""),
        str(day or ""),
        _chance(plan.prospects.now if plan.prospects else None),
        _chance(aim.prospect if aim and day else None),
        to_do,
        why,
        " ".join(plan.warnings),
    )


def _decision(plan: Plan, aim: Aim | None) -> tuple[str, str]:
    """Return what somebody has to decide, and why; the plan itself cannot."""
    exam, language = plan.target.facts, plan.target.language
    again, soonest = plan.diagnosis.retake, plan.start
    if not plan.is_carried_over:
        soonest = max(soonest, again.earliest or again.allowed or soonest)
        if again.used_up:
            return "exam", again.limit_said
    there = availability(exam, soonest, language)
    if there.state in ("ended", "beta"):
        return "exam", _said("exam", there=there, exam=exam, language=language, day=soonest, today=plan.start)
    if aim is None:
        return "", ""
    chance = aim.prospect.chance if aim.prospect else None
    if aim.day is None and aim.hours_per_week:
        return "hours", _said("hours", aim=aim, now=plan.hours_per_week)
    if aim.day is None:
        nearer = next((each for each in plan.aims if each.day and (each.wanted or 1) < (aim.wanted or 0)), None)
        return "goal", _said("goal", aim=aim, nearer=nearer)
    if aim.wanted and chance is not None and chance < aim.wanted:  # only the last day of an exam brings that about
        return "hours" if aim.hours_per_week else "exam", _said("last_day", aim=aim, exam=exam)
    if aim.name != "own":
        return "", ""
    if aim.day < soonest:
        return "day", _said("too_soon", day=soonest)
    if there.last_day and aim.day > there.last_day:
        return "day", _said("too_late", exam=exam.code, day=there.last_day, language=language)
    if aim.day in plan.days_off:
        return "day", _said("day_off", day=aim.day)
    least = min(rule.chance for rule in load_method().aims.days if rule.chance)
    if (chance < least) if chance is not None else not (plan.fit and plan.fit.fits):
        better = next((each.day for each in plan.aims if each.kind == "model" and each.name != "own" and each.day), None)
        return "day", _said("too_little", chance=chance, better=better)
    return "", ""


def _chance(prospect: Prospect | None) -> Chance | None:
    if prospect is None:
        return None
    return round(prospect.chance, 3), round(prospect.band.low, 3), round(prospect.band.high, 3)


def _said(part: str, **values: object) -> str:
    return str(render(_SAID, part, **values))
