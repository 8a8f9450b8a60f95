"""The plan that the learner made last: what it was asked for, and where its page is; one file on this computer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from mls_kit._folders import my_folder
from mls_kit.exam import read_yaml
from mls_kit.problems import InputError, Problem
from mls_kit.report.my_report import is_mine, keep, my_report, my_request, report_values
from mls_kit.report.request import PARAMETERS, PlanRequest, request_values


class KeptPlan(NamedTuple):
    """What the last plan was asked for, its first day always named, and its page, which may have moved away since."""

    request: PlanRequest
    page: Path | None


def my_plan_file() -> Path:
    """Return the path of the kept plan, whether or not the file exists."""
    return my_folder() / "my_plan.yaml"


def is_own(request: PlanRequest) -> bool:
    """Return whether a request is for the report that the learner keeps."""
    if not is_mine():
        return False
    kept, asked = my_report(), request.report
    return all(getattr(kept, name) == getattr(asked, name) for name in ("exam", "scaled_score", "ratings", "attempt", "passed"))


def keep_my_plan(request: PlanRequest, page: Path | None = None) -> bool:
    """Keep what a plan was asked for, if it is for the learner's own report; return whether it was. Call it for every plan.

    Neither name nor id is kept. ``page`` is the plan's page, where one was written.
    """
    if not is_own(request):
        return False
    asked = replace(request, today=str(request.today or date.today()), learner_name="", learner_id="")
    wishes = {name: value for name, value in asked.values().items() if value != PARAMETERS[name].default}
    kept = {"page": str(page.resolve()) if page else "", "request": wishes | report_values(asked)}
    keep(my_plan_file(), "Your last plan, for mls-kit replan and the home page", kept)
    return True


def last_request() -> PlanRequest:
    """Return what the learner's last plan was asked for; for another report than the kept one, that report with no plan yet.

    An InputError where a file was changed and is not valid any more.
    """
    kept = my_plan()
    return kept.request if kept and is_own(kept.request) else my_request()


def my_plan() -> KeptPlan | None:
    """Return the plan that is kept, or None; an InputError where the file was changed and is not valid any more."""
    file = my_plan_file()
    if not file.exists():
        return None
    found = read_yaml(file, as_text=True)
    if not isinstance(found, Mapping) or not isinstance(found.get("request"), Mapping):
        raise InputError(file.name, [Problem("file", file.name, "a plan saved by mls-kit. Make it again, or delete the file")])
    request = PlanRequest.from_text(request_values(found["request"], file.name))
    request.report, request.earlier_reports  # noqa: B018  raise for what is not valid
    return KeptPlan(request, Path(page) if (page := found.get("page")) else None)
