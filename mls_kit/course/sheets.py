"""Pages of a workshop that print on A4: exercises, their solutions, and whatever else is a page of words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template

import nbformat

from mls_kit.course.checks import exercises
from mls_kit.course.lessons import starter
from mls_kit.course.routes import Route, Slot, Stop
from mls_kit.course.slides import markup
from mls_kit.explain import reasons
from mls_kit.practice import load_quiz

__all__ = ["Exercise", "exercise_sheet", "exercises_of", "page", "solution_sheet", "timetable_csv", "timetable_page"]

_PAGE = Path(__file__).parent / "templates" / "workshop" / "page.html"
_MARK = re.compile(r"\s*#\s*(?:learner:.*|solution\s*)$", re.M)


@dataclass
class Exercise:
    """An exercise as authored: task and hint as Markdown, code to begin with, the answer and its explanation."""

    number: str
    title: str
    task: str
    hint: str
    begin: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)


def exercises_of(notebook: nbformat.NotebookNode) -> dict[str, Exercise]:
    """Return the exercises of an authored notebook by their number.

    Examples
    --------
    >>> from mls_kit.course.lessons import lessons
    >>> (lesson,) = [lesson for lesson in lessons() if lesson.number == "04"]
    >>> list(exercises_of(lesson.read()))
    ['4.1', '4.2', '4.3']
    """
    found: dict[str, Exercise] = {}
    now: Exercise | None = None
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if cell.cell_type == "code":
            if now and "check(" not in cell.source:
                now.begin.append(starter(cell.source))
                now.answer.append(_MARK.sub("", cell.source))
        elif "solution" in tags and now:
            now.explanation.append(cell.source)
        elif "speaker" not in tags:
            for part in re.split(r"^(?=##+ )", cell.source, flags=re.M):
                head = re.match(r"### Exercise (\d+\.\d+):?\s*(.*)", part)
                if head:
                    hints = re.findall(r"<details>.*?</summary>(.*?)</details>", part, re.S)
                    task = re.sub(r"<details>.*?</details>", "", part[head.end() :], flags=re.S)
                    now = found[head[1]] = Exercise(head[1], head[2], task.strip(), "\n\n".join(hints).strip())
                elif part.startswith("##"):
                    now = None
                elif now:
                    now.task += f"\n\n{part}"
    return found


def page(title: str, body: str) -> str:
    """Return words as one page that asks nothing of any network and prints on A4."""
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(title=escape(title), body=body)


def _code(parts: Iterable[str]) -> str:
    return "".join(f"<pre>{escape(part)}</pre>" for part in parts)


def exercise_sheet(visited: Sequence[Stop]) -> str:
    """Return the exercises of a route with their hints and room to write; no solution."""
    body = [
        "<h1>Exercises</h1><p>Do them in the notebooks, or with a pencil here. Nothing is graded. It is all right not to "
        "finish: a sentence of your own is worth more than three answers.</p>"
    ]
    for stop in visited:
        known = exercises_of(stop.lesson.read())
        if stop.exercises:
            body.append(f"<h2>{_number(stop)}{escape(stop.lesson.title)}</h2>")
        for number, minutes in stop.exercises.items():
            task = known[number]
            hint = f'<div class="hint"><b>Hint.</b> {markup(task.hint)}</div>' if task.hint else ""
            body.append(
                f'<section class="exercise"><h3>{_head(task)} <small>{minutes} minutes</small></h3>{markup(task.task)}'
                f'{hint}{_code(task.begin)}<div class="lines" aria-hidden="true"></div></section>'
            )
    return page("Exercises", "".join(body))


def solution_sheet(visited: Sequence[Stop]) -> str:
    """Return every exercise of a route's lessons with answer and explanation, and the quizzes with all reasons."""
    body = [
        "<h1>Solutions, for the instructor</h1><p>All exercises of the lessons, also those the route leaves out, and the "
        "answers of each quiz. Do not hand this out before the end.</p>"
    ]
    checks = exercises()
    for stop in visited:
        body.append(f"<h2>{_number(stop)}{escape(stop.lesson.title)}</h2>")
        for number, task in exercises_of(stop.lesson.read()).items():
            when = f"{stop.exercises[number]} minutes" if number in stop.exercises else "not in this route"
            points = getattr(checks.get(number), "points", "")
            why = "".join(map(markup, task.explanation))
            why += f"<p><b>To listen for:</b> {escape(points)}</p>" if points else ""
            body.append(
                f'<section class="exercise"><h3>{_head(task)} <small>{when}</small></h3>{markup(task.task)}'
                f'{_code(task.answer)}{why and f"""<div class="solution">{why}</div>"""}</section>'
            )
        for place, question in enumerate(load_quiz(stop.lesson.number), start=1):
            stem = f"<h3>Quiz, question {place}</h3><p>{escape(question.stem)}</p>"
            body.append(f'<section class="exercise">{stem}{reasons(question, None)}</section>')
    return page("Solutions", "".join(body))


def _number(stop: Stop) -> str:
    return f"<small>{stop.lesson.number}</small> "


def _head(task: Exercise) -> str:
    return f"Exercise {task.number}" + (f": {escape(task.title)}" if task.title else "")


def timetable_page(route: Route, slots: Sequence[Slot]) -> str:
    """Return what happens when, to be printed."""
    rows = "".join(
        f'<tr class="{slot.kind}"><td>{slot.clock("start")} – {slot.clock("end")}</td><td>{slot.minutes}</td>'
        f"<td>{slot.kind}</td><td>{escape(slot.lesson[:2] + ' ' if slot.lesson else '')}{escape(slot.what)}</td></tr>"
        for slot in slots
    )
    sums = {kind: sum(slot.minutes for slot in slots if slot.kind == kind) for kind in ("teaching", "exercises")}
    body = (
        f"<h1>{escape(route.title)}</h1><p>{escape(route.who)}</p><table><thead><tr><th>time</th><th>minutes</th>"
        f"<th>kind</th><th>what</th></tr></thead><tbody>{rows}</tbody></table><p>{route.minutes} minutes: "
        f"{sums['teaching']} of teaching, {sums['exercises']} of exercises, the rest opening, closing, breaks and spare "
        f"time. Never more than {route.pause.after} minutes without a break.</p>"
    )
    return page("Timetable", body)


def timetable_csv(slots: Sequence[Slot]) -> str:
    """Return the same as CSV."""
    text = io.StringIO()
    rows = [[s.clock("start"), s.clock("end"), s.minutes, s.kind, s.lesson, s.what] for s in slots]
    csv.writer(text, lineterminator="\n").writerows([["start", "end", "minutes", "kind", "lesson", "what"], *rows])
    return text.getvalue()
