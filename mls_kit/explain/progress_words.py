"""How far along: readiness, the chance of passing, and what planning anew from the practice log changes; answers explained.

The sentences are in ``templates/practice.html.j2`` and ``templates/progress.html.j2``.
"""

from __future__ import annotations

from mls_kit.exam import load_method
from mls_kit.html import Block, render
from mls_kit.method import known_repeaters
from mls_kit.plan import MyProgress, Replanned, requested_replan
from mls_kit.practice import Question, readiness_rule
from mls_kit.report import PlanRequest
from mls_kit.score_model import Verdict

_PRACTICE = "explain/practice.html.j2"
_PROGRESS = "explain/progress.html.j2"


def reasons(question: Question, chosen: frozenset[int] | None) -> str:
    """Return all options of a question with their reasons, as HTML; what was chosen, places from 0, is marked in words."""
    return render(_PRACTICE, "reasons", question=question, chosen=chosen).markup


def how_far(request: PlanRequest) -> Block:
    """Say how far the learner is by the practice log that a request names; nothing where it names none."""
    return readiness_and_changes(requested_replan(request)) if request.practice else Block("")


def what_changed(found: Replanned) -> list[Block]:
    """Say what changed in a plan made anew, and why: hours, priorities, exam day, progress, then attempts pair by pair."""
    rules, domains = load_method().replan, found.readiness.domains
    cause = next((name for name, _ in found.readiness.causes.most_common(1)), "")
    few = int((domains["out_of"] < rules.evidence.questions).sum())
    weakest = domains["mean"].idxmin() if (domains["out_of"] > 0).all() else ""
    said = [
        render(_PROGRESS, "hours", found=found, rule=rules.pace),
        render(_PROGRESS, "priority", found=found, rule=rules.evidence, few=few),
        render(_PROGRESS, "exam_day", found=found),
        render(_PROGRESS, "progress", found=found, rule=rules.stopped, cause=cause, weakest=weakest),
    ]
    return said + [render(_PROGRESS, "attempt", first=a, second=b, change=change) for a, b, change in found.attempts]


def doing(mine: MyProgress) -> Block:
    """Say how one's own plan goes: hours done against planned, the day and why it moved, the chance, and this week."""
    found, now = mine.found, mine.found.plan
    report = now.report
    hours = max(found.readiness.hours, round(found.pace.in_all, 1))
    chance = None if now.is_carried_over else found.readiness.chance(report, hours)
    spent, moves, day, trend, *_ = what_changed(found)
    said = {"Since you began": spent, "Your exam day": day, "Your domains": moves if found.moves else "", "Your results": trend}
    return render(_PROGRESS, "doing", mine=mine, week=mine.week, chance=chance, said=said)


def to_do(found: Replanned) -> Block:
    """Say what a plan made anew has for the rest of this week."""
    return render(_PROGRESS, "to_do", sessions=found.to_do)


def begin() -> Block:
    """Say that there is no plan of one's own yet, and how to get one."""
    return render(_PROGRESS, "begin")


def readiness_and_changes(found: Replanned) -> Block:
    """Say how ready the learner is, and what changed in a plan made anew."""
    before, now = found.before, found.plan
    left = [sum(s.minutes for s in plan.sessions if s.day >= now.start) for plan in (before, now)]
    chance = None if now.is_carried_over else found.readiness.chance(now.report)
    values = {"found": found, "chance": chance, "level": readiness_rule().level, "minutes_left": left}
    return render(_PRACTICE, "what_changed", **values, changes=what_changed(found))


def verdict_said(found: Verdict) -> Block:
    """Say whether what the model said of next attempts came true, and which way it is off if not."""
    return render(_PROGRESS, "verdict", found=found, hours=known_repeaters()["usual_hours"])
