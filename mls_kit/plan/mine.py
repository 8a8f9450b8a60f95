"""How does the learner's own plan go? What was kept of it beside their log and ticks, all from files on this computer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from mls_kit.plan.build import Plan
from mls_kit.plan.progress import Week, all_sessions, week_of, weeks_of
from mls_kit.plan.replan import Replanned
from mls_kit.plan.requested import replan_request, requested_plan, requested_replan
from mls_kit.plan.sessions import Session
from mls_kit.practice import Done, done_file, log_file, read_done, read_log
from mls_kit.report import PlanRequest, is_own, my_plan, place_in_words


class MyProgress(NamedTuple):
    """The kept plan beside what was done since: the same plan made anew today, and what asks for that."""

    plan: Plan
    found: Replanned
    request: PlanRequest
    log: pd.DataFrame
    done: Done

    @property
    def today(self) -> date:
        """The day it was asked for."""
        return self.found.readiness.today

    @property
    def week(self) -> Week | None:
        """Hours planned and done in this week; None where nothing was."""
        monday = week_of(self.today)
        ticks = self.done.of(self.plan.target.exam)
        return weeks_of(self.plan, self.log, ticks, monday, monday + timedelta(weeks=1)).get(monday)

    @property
    def sessions(self) -> list[Session]:
        """The sessions to tick: those of the last seven days, and of the rest of this week."""
        monday = week_of(self.today)
        first = min(monday, self.today - timedelta(days=6))
        return [each for each in all_sessions(self.plan) if first <= each.day < monday + timedelta(weeks=1)]


def own_practice() -> dict[str, str]:
    """Return the names of the learner's own log and ticks, of those that are there; no name of a user is in them."""
    files = {"log": log_file(), "done": done_file()}
    return {name: place_in_words(file) for name, file in files.items() if file.exists()}


def my_progress(today: date) -> MyProgress | None:
    """Return how the learner's own plan goes; None where none is kept for their report, or it has no exam to plan for.

    An InputError where a kept file cannot be read. Lines of log and ticks that cannot be read are left out.
    """
    kept = my_plan()
    if not kept or not is_own(kept.request):
        return None
    plan = requested_plan(kept.request)
    if plan.exam_day is None:
        return None
    request = replan_request(kept.request, str(today), **({"done": place_in_words(done_file())} | own_practice()))
    log = read_log()[0]
    return MyProgress(plan, requested_replan(request, log), request, log, read_done())
