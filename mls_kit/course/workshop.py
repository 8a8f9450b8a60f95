"""The folder for a workshop: notebooks, exercises, slides, timetable, a cohort to practice with, and a check of the room."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import nbformat

from mls_kit._folders import PLAN_TEMPLATE, notebook_folder
from mls_kit.cohort import sample_cohort
from mls_kit.course.lessons import Lesson, learner_copy, lessons
from mls_kit.course.routes import Route, Slot, Stop, find_route, load_routes, stops, timetable
from mls_kit.course.sheets import exercise_sheet, instructor_page, solution_sheet, speaker_notes, timetable_csv
from mls_kit.course.site import execute
from mls_kit.course.slides import Slide, deck, exercise_slides, lesson_slides
from mls_kit.course.wheel import conda_environment, wheel_name, write_wheel
from mls_kit.exam import find_exam
from mls_kit.files import making
from mls_kit.html import render
from mls_kit.problems import InputError, Problem, shown
from mls_kit.report import PlanRequest, example_file, read_request_file

FILES = ("README.md", "timetable.html", "timetable.csv", "slides.html", "speaker_notes.html", "exercises.html", "solutions.html",
         "instructor.html", "cohort.csv", "check_environment.ipynb", wheel_name(), "environment.yml", "notebooks")  # fmt: skip
_OPENERS = re.compile(r"\b(my_report|my_request|ReportForm)\(\)")
_WHEEL = re.compile(r"mls_kit-[\w.]+-py3-none-any\.whl")  # also of an earlier version
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|#|data:|mailto:|attachment:)([^)#\s]+)(?:#[^)\s]*)?\)")
_DEFAULT_EXAM = "MLS-C01"


def write_workshop(
    target: Path,
    minutes: int = 180,
    exam: str = "",
    start: str = "09:00",
    overwrite: bool = False,
    routes: dict[int, Route] | None = None,
    begins: Callable[[], object] = bool,
) -> list[Path]:
    """Write the folder for a workshop, whole or not at all, and return every file written.

    Parameters
    ----------
    target : a folder that is not there or is empty
    minutes : one of the routes of ``data/workshops.yaml``
    exam : notebooks and slides open with an invented report of this exam
    start : when the workshop begins, HH:MM
    overwrite : replace a folder that an earlier call made; anything else is never replaced
    routes : routes of one's own, by minutes
    begins : called when all of this fits, before the long work

    An InputError where the route, the exam, the time or the folder does not fit; nothing is written.
    An OSError where the folder cannot be written; what was there stays.
    """
    target = Path(os.path.abspath(target))
    _check_target(target, overwrite)
    code = find_exam(exam).code if exam else ""
    example_file(code)
    course = lessons()
    route = find_route(minutes, routes or load_routes())
    slots = timetable(route, course, start)
    visited = stops(route, course)
    begins()
    with making(target.parent) as folder:
        made = folder / "new"
        made.mkdir(mode=0o755)
        _write_all(made, route, course, visited, slots, code)
        _put_in_place(made, target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _check_target(target: Path, overwrite: bool) -> None:
    """Refuse a folder that holds anything, unless it is a workshop's and may be replaced."""
    name = shown(target.name)
    if not target.parent.is_dir():
        raise InputError("The folder", [Problem("output", shown(target.parent), "a folder that we can find. Create it first")])
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise InputError("The folder", [Problem("output", name, "a folder")])
    there = {path.name for path in target.iterdir()} if target.exists() else set()
    foreign = sorted(name for name in there - {*FILES, ".ipynb_checkpoints"} if not _WHEEL.fullmatch(name))
    if foreign:
        expected = f"empty. It holds {shown(', '.join(foreign))}, which is not from a workshop, so nothing was replaced"
        raise InputError("The folder", [Problem("output", name, expected)])
    if there and not overwrite:
        expected = "empty. Add --overwrite to replace the workshop in it"
        raise InputError("The folder", [Problem("output", name, expected)])


def _put_in_place(made: Path, target: Path) -> None:
    """Put the finished folder where it belongs; an older one goes away only when the new one is there."""
    if not target.exists():
        made.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=target.parent)) / "old"
    try:
        target.rename(old)
        try:
            made.rename(target)
        except OSError:
            old.rename(target)
            raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _write_all(
    folder: Path, route: Route, course: Sequence[Lesson], visited: Sequence[Stop], slots: Sequence[Slot], code: str
) -> None:
    taken = [lesson for lesson in course if lesson.path.stem in {*route.also, *(s.lesson.path.stem for s in visited)}]
    _write_notebooks(folder / "notebooks", taken, code)
    slides = list(_slides(route, visited, slots, code))
    exam = find_exam(code or _DEFAULT_EXAM)
    report = PlanRequest.from_text(read_request_file(example_file(code))).report
    instructor = notebook_folder() / "instructor"
    values = {"route": route, "slots": slots, "exam": exam.code, "wheel": wheel_name()}
    texts = {
        "timetable.html": render("course/workshop/timetable.html.j2", route=route, slots=slots).markup,
        "timetable.csv": timetable_csv(slots),
        "slides.html": deck(slides, route.title),
        "speaker_notes.html": speaker_notes(slides),
        "exercises.html": exercise_sheet(visited, report),
        "solutions.html": solution_sheet(visited),
        "instructor.html": instructor_page(nbformat.read(instructor / "00_workshop_guide.ipynb", 4)),
        "cohort.csv": sample_cohort(exam),
        "check_environment.ipynb": (instructor / "check_environment.ipynb").read_text(encoding="utf-8"),
        "environment.yml": conda_environment(),
        "README.md": render("course/workshop/README.md.j2", **values).markup,
    }
    write_wheel(folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _with_example(notebook: nbformat.NotebookNode, code: str) -> nbformat.NotebookNode:
    """Let a notebook open with the example of an exam; a learner's own report still wins."""
    for cell in notebook.cells:
        if code and cell.cell_type == "code":
            cell.source = _OPENERS.sub(rf'\1(example="{code}")', cell.source)
    return notebook


def _write_notebooks(folder: Path, taken: Sequence[Lesson], code: str) -> None:
    """Write the learners' notebooks and the plan's; a link to what is not in the folder becomes plain text."""
    folder.mkdir()
    names = {PLAN_TEMPLATE, *(lesson.path.name for lesson in taken)}
    plan = _with_example(nbformat.read(notebook_folder() / PLAN_TEMPLATE, 4), code)
    (folder / PLAN_TEMPLATE).write_text(nbformat.writes(plan) + "\n", encoding="utf-8")

    def kept(link: re.Match[str]) -> str:
        return link[0] if posixpath.normpath(link[2]) in names else link[1]

    for lesson in taken:
        copy = _with_example(learner_copy(lesson.read(), lesson.path.name), code)
        for cell in copy.cells:
            if cell.cell_type == "markdown":
                cell.source = _LINK.sub(kept, cell.source)
        (folder / lesson.path.name).write_text(nbformat.writes(copy) + "\n", encoding="utf-8")


def _run(stop: Stop, code: str, home: Path) -> list[Slide]:
    """Execute an authored notebook with the example of an exam, and make its slides."""
    path = home / stop.lesson.path.name
    path.write_text(nbformat.writes(_with_example(stop.lesson.read(), code)), encoding="utf-8")
    return lesson_slides(execute(path, home / "home"), stop.lesson.number)


def _slides(route: Route, visited: Sequence[Stop], slots: Sequence[Slot], code: str) -> Iterator[Slide]:
    """Yield the slides in the order of the timetable, breaks among them."""
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(2) as pool:
        made = list(pool.map(partial(_run, code=code, home=Path(home)), visited))
    by_name = {stop.lesson.path.stem: (stop, slides) for stop, slides in zip(visited, made, strict=True)}
    for slot in slots:
        if not slot.lesson:
            values = {"route": route, "slots": slots, "slot": slot, "exam": code or _DEFAULT_EXAM}
            text = render("course/workshop/slides.md.j2", **values).markup
            words, _, notes = text.partition("\nNote:\n")
            title, _, body = words.strip().partition("\n")
            kind = {"opening": "title", "break": "pause", "lunch": "pause"}.get(slot.kind, "section")
            yield Slide(title.lstrip("# "), body, kind, [notes])
            continue
        stop, (first, *others) = by_name[slot.lesson]
        if slot.kind == "teaching":
            first.notes.insert(0, render("course/slides/parts.md.j2", "time", slot=slot).markup)
            yield from [first, *others]
        else:
            yield from exercise_slides(stop.lesson.read(), stop.exercises)
