"""Build the plan that a request asks for: a first one, or one updated from the practice log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import yaml

from mls_kit.exam import find_exam, load_method
from mls_kit.html import render
from mls_kit.plan.build import Plan, build_plan
from mls_kit.practice import no_log, read_done, read_log
from mls_kit.problems import InputError, Problem, shown
from mls_kit.report import Notes, PlanRequest, check_names, read_date, read_flat_yaml

if TYPE_CHECKING:
    from mls_kit.plan.replan import Replanned

_LAST: dict[tuple[object, ...], Plan] = {}


def requested_plan(request: PlanRequest) -> Plan:
    """Return the plan that is asked for; an updated one where the request names a practice log.

    An InputError where the request has mistakes (all are named), or its practice log cannot be read.

    >>> requested_plan(PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", today="2026-11-22")).target.exam
    'SAA-C03'
    """
    if request.practice:
        return requested_replan(request).plan
    # a batch asks for the plan, and then its notebook does: what was built is kept until another is asked for
    key = repr(request.values()), date.today(), id(load_method()), id(request.report.facts)
    if key not in _LAST:
        plan = _plan(request, request.today)
        _LAST.clear()
        _LAST[key] = plan
    return _LAST[key]


def requested_replan(request: PlanRequest, log: pd.DataFrame | None = None) -> Replanned:
    """Return the plan updated from a log, by default the one that ``practice`` names; an InputError where it cannot be read.

    ``practice`` may name a file of ticks besides, or alone.
    """
    from mls_kit.plan.replan import first_logged, replan  # scipy is loaded only where it is needed

    told = read_practice(request.practice)
    if log is None:
        log = _log_named(told)
    code = find_exam(request.retake_exam, request.exam_folder or None).code if request.retake_exam else ""
    report = request.report
    begun, today = first_logged(report, code or report.exam, log), _day(request.today)
    before = _plan(request, told.get("started") or str(min(begun or today, today)))
    ticks = read_done(Path(done).expanduser()).of(before.target.exam) if (done := told.get("done")) else []
    given = told.get("done_hours") or None, told.get("exam_day")
    return replan(before, log, request.today or None, *given, ticks)


def replan_request(base: PlanRequest, today: str = "", **told: object) -> PlanRequest:
    """Return what asks for the plan of ``base`` made anew; ``told``: log, done, started, done_hours, exam_day, or None.

    A plan that was made anew before goes back to the day on which the first one began.
    """
    given = {name: str(value) for name, value in told.items() if value is not None}
    if begun := read_practice(base.practice).get("started") or base.today:
        given = {"started": str(begun)} | given
    practice = yaml.safe_dump(given, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False).strip()
    return replace(base, today=today, practice=practice)


def _log_named(told: Mapping[str, str]) -> pd.DataFrame:
    name = told.get("log", "")
    if not name and told.get("done"):
        return no_log()
    path = Path(name).expanduser()
    if not path.is_file():
        raise InputError("The practice", [Problem("log", shown(name or "nothing"), "a readable file")])
    return read_log(path)[0]


def _day(today: str) -> date:
    notes = Notes()
    read = read_date(today, "today", notes) if today else date.today()
    if read is None:
        raise InputError("Replanning", notes.problems)
    return read


def _plan(request: PlanRequest, start: str) -> Plan:
    plan = build_plan(
        request.report,
        earlier=request.earlier_reports,
        today=start or None,
        retake_exam=request.retake_exam,
        split=request.split or "article",
        aim=request.aim,
        practice_source=request.practice_source,
        studied_last_month=request.studied_last_month,
        study_time=request.study_time,
    )
    if not request.beside or not plan.hours_per_week:
        return plan
    said = str(render("plan/said.html.j2", "beside", exams=request.beside, hours=plan.hours_per_week))
    return replace(plan, warnings=(said, *plan.warnings))


def read_practice(text: object) -> dict[str, str]:
    """Read from what to plan on: a mapping, or one as YAML text, with log, started, done_hours and exam_day."""
    if not text:
        return {}
    found = read_flat_yaml(text, depth=3) if isinstance(text, str) else text
    if not isinstance(found, Mapping):
        expected = "a YAML mapping with log or done, and perhaps started, done_hours and exam_day"
        raise InputError("The practice", [Problem("practice", shown(text), expected)])
    check_names(map(str, found), ("log", "done", "started", "done_hours", "exam_day"), "The practice")
    return {str(name): str(value) for name, value in found.items()}
