"""A plan in words and tables: what to know first, the weeks ahead, the sessions, goals and readiness, sources.

The sentences are in ``templates/plan.html.j2``.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from mls_kit.exam import load_method
from mls_kit.html import Block, render
from mls_kit.method import Availability, availability
from mls_kit.plan import Plan

_PLAN = "explain/plan.html.j2"


def opening(plan: Plan) -> Block:
    """Say whose plan this is, for which exam, and what must be known before anything else."""
    return render(_PLAN, "opening", plan=plan, there=_there(plan))


def in_short(plan: Plan) -> Block:
    """Say a plan in a few lines: days and hours, the exam day, whether it fits, and what to know first."""
    return render(_PLAN, "in_short", plan=plan, there=_there(plan))


def _there(plan: Plan) -> Availability:
    """Return whether the exam can be sat on the day planned for."""
    return availability(plan.target.facts, plan.exam_day or plan.start, plan.target.language)


def weeks(plan: Plan) -> Block:
    """Say whether the hours fit, and show the plan week by week."""
    shared = plan.hours_by_domain().map(lambda hours: f"{hours:.1f}" if hours else "")
    return render(_PLAN, "weeks", plan=plan, weeks=_weeks(plan), rules=load_method().plan, shared=shared)


def _weeks(plan: Plan) -> list[dict[str, Any]]:
    """Return what each week holds; domains by their numbers."""
    numbers, rows = _numbers(plan), []
    for week, group in groupby(plan.sessions, key=lambda session: session.week):
        sessions = list(group)
        focus: Counter[int] = Counter()
        reviewed = set()
        for session in sessions:
            if session.domain in numbers and session.kind == "review":
                reviewed.add(numbers[session.domain])
            elif session.domain in numbers:
                focus[numbers[session.domain]] += session.minutes
        rows.append(
            {
                "number": week,
                "start": sessions[0].day,
                "minutes": sum(session.minutes for session in sessions),
                "focus": focus.most_common(),
                "reviewed": sorted(reviewed),
                "tests": [session for session in sessions if session.kind in ("test", "checkpoint")],
            }
        )
    return rows


def _numbers(plan: Plan) -> dict[str, int]:
    return {domain.name: domain.number for domain in plan.target.facts.domains}


def next_sessions(plan: Plan, days: int = 14) -> Block:
    """Show the sessions of the first days, each with the line that starts it."""
    first = min((session.day for session in plan.sessions), default=plan.start)
    soon = [session for session in plan.sessions if (session.day - first).days < days]
    return render(_PLAN, "next_sessions", sessions=soon, days=days)


def sessions(plan: Plan) -> Block:
    """Show every session in a few words, one line a day."""
    return render(_PLAN, "sessions", plan=plan, numbers=_numbers(plan))


def goals(plan: Plan) -> Block:
    """Show the goals, the checkpoints and the rule of readiness."""
    return render(_PLAN, "goals", plan=plan, method=load_method())


def sources(plan: Plan) -> Block:
    """List the facts used, with kind, sources and day, and which of them are old."""
    exam = plan.target.facts
    used = [(place, fact) for place, fact in exam.facts() if place != "blueprint"]
    facts = [{"place": place, "value": _short(fact.value), "fact": fact} for place, fact in used]
    stale = exam.stale_facts(plan.start)
    return render(_PLAN, "sources", exam=exam, method=load_method(), facts=facts, stale=stale)


def _short(value: object) -> str:
    """Return the value of a fact in a few words."""
    if value is None:
        return "not known"
    if hasattr(value, "model_dump"):
        value = {name: number for name, number in value.model_dump().items() if number is not None}
    if isinstance(value, dict):
        return ", ".join(f"{name}: {item or 'no date'}" for name, item in value.items()) or "none"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
