"""The learner's home: what comes next, the day aimed at, the chance, and lessons done, from files on this computer alone.

The sentences are in ``templates/home.html.j2``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from mls_kit._folders import my_folder, notebook_folder
from mls_kit.explain.plan_page import looks, style
from mls_kit.html import Block, join, render
from mls_kit.method import why_silent
from mls_kit.plan import Plan, all_sessions, requested_plan, week_of
from mls_kit.practice import Done, PracticeChance, no_log, read_done, read_log, readiness
from mls_kit.problems import InputError
from mls_kit.report import ScoreReport, is_mine, is_own, my_plan, my_report, place_in_words

_HOME = "explain/home.html.j2"
T = TypeVar("T")


def home(folder: Path | None = None, today: date | None = None) -> Block:
    """Show the learner's home in lesson 00; links lead from ``folder``, by default from where the notebook is."""
    found = _found(folder or Path.cwd(), today or date.today()) | {"start": "", "there": "this lesson"}
    return join([f"<style>{style()}</style>", render(_HOME, "home", found=found).markup])


def home_page(folder: Path, today: date | None = None) -> str:
    """Return the home as a page for a folder: no script, and nothing that is fetched."""
    body = render(_HOME, "home", found=_found(folder, today or date.today()))
    return render(_HOME, "page", body=body, style=style()).markup


def _found(folder: Path, today: date) -> dict[str, Any]:
    """Read everything; what cannot be read is named, and the rest is shown."""
    trouble: list[str] = []

    def read(what: Callable[[], T | None]) -> T | None:
        try:
            return what()
        except InputError as error:
            trouble.append(str(error))
            return None

    report = read(my_report) if is_mine() else None
    kept = read(my_plan) if report else None
    own = kept if kept and is_own(kept.request) else None
    plan = read(lambda: requested_plan(own.request)) if own else None
    done = read_done()
    lessons = _lessons(folder)
    answered = [lesson["number"] for lesson in lessons if lesson["number"] in done.lessons]
    return {
        "today": today,
        "report": report,
        "plan": plan,
        "page": _link(own.page, folder) if own and own.page and own.page.exists() else "",
        "place": place_in_words(my_folder()),
        "lessons": lessons,
        "start": lessons[0]["link"] if lessons else "",
        "there": "lesson 00",
        "answered": answered,
        "lesson": next((lesson["number"] for lesson in lessons if lesson["number"] not in answered), ""),
        "chance": read(lambda: _chance(report, done, today)) if report and not report.passed else None,
        "silent": why_silent(report.facts) if report else "",
        "trouble": trouble,
    } | _ahead(plan, done, today)


def _ahead(plan: Plan | None, done: Done, today: date) -> dict[str, Any]:
    """Return what a plan holds from today on, and this week's ticks; of a plan made anew, what was before it counts too."""
    if not plan:
        return {"next": None, "wanted": None}
    ticks = {(tick.day, tick.start): tick for tick in done.of(plan.target.exam)}
    sessions = all_sessions(plan)
    week = [each for each in sessions if week_of(each.day) == week_of(today) and each.kind != "buffer"]
    coming = [each for each in sessions if each.day >= today and (each.day, each.start) not in ticks]
    following = next(iter(coming), None)
    aim = next((aim for aim in plan.aims if aim.name == plan.aim), None)
    return {
        "next": following,
        "look": looks(plan, [following])[0] if following else None,
        "checkpoint": next((each for each in coming if each.kind == "checkpoint"), None),
        "week": week,
        "ticked": sum((each.day, each.start) in ticks for each in week),
        "done": sum(tick.minutes for tick in ticks.values() if week_of(tick.day) == week_of(today)),
        "wanted": aim.prospect if aim else None,
    }


def _chance(report: ScoreReport, done: Done, today: date) -> PracticeChance | None:
    try:
        log = read_log()[0]
    except InputError:
        log = no_log()
    ready = readiness(report, log, today)
    since = report.taken_on or date.min
    ticked = sum(tick.minutes for tick in done.of(report.exam) if tick.day >= since) / 60
    return ready.chance(report, max(ready.hours, ticked))


def _lessons(folder: Path) -> list[dict[str, str]]:
    """Return number, title and link of each lesson."""
    found = []
    for path in sorted(notebook_folder().glob("[0-9][0-9]_*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        title = next(line for cell in cells for line in cell["source"] if line.startswith("# "))
        found.append({"number": path.name[:2], "title": title[2:].strip(), "link": _link(path, folder)})
    return found


def _link(target: Path, folder: Path) -> str:
    """Return a link to a file from a folder."""
    try:
        return Path(os.path.relpath(target, folder)).as_posix()
    except ValueError:  # another drive
        return target.as_uri()
