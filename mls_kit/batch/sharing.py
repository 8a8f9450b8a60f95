"""One person, several exams: hours a week and weekdays are shared out, so that the plans fit into one week side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from mls_kit.exam import load_method
from mls_kit.report import WEEKDAYS, DaysOff, PlanRequest


def share_out(requests: Sequence[PlanRequest], days_off: Sequence[DaysOff]) -> list[PlanRequest]:
    """Return the requests of one person for several exams, each with its part of the hours and weekdays of its own."""
    # hours that differ from row to row were shared out by the person, and stay; weekdays are dealt one by one, in the order
    # in which a week is filled, and where there are fewer than exams, all plans keep them
    rules, count = load_method().plan, len(requests)
    given = {request.hours_per_week for request in requests if request.hours_per_week}
    hours = max(given.pop() / count, rules.hours_per_week["lowest"]) if len(given) == 1 else None
    off = reduce(or_, days_off)
    free = [day for day in dict.fromkeys(day for day, _ in rules.steps) if day not in off.weekdays]
    exams = [request.retake_exam or request.exam for request in requests]
    found = []
    for place, request in enumerate(requests):
        dealt = free[place::count] if len(free) >= count else free
        own = DaysOff(frozenset(range(len(WEEKDAYS))) - frozenset(dealt), off.dates) if dealt else off
        others = ", ".join(exam for other, exam in enumerate(exams) if other != place)
        found.append(replace(request, hours_per_week=hours or request.hours_per_week, days_off=str(own), beside=others))
    return found
