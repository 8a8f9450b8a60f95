"""Pages of a workshop that print on A4: exercises, their solutions, and whatever else is a page of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nbformat
from markupsafe import Markup
from nbconvert.filters import markdown2html

from mls_kit.course.checks import exercises
from mls_kit.course.lessons import starter
from mls_kit.course.routes import Slot, Stop
from mls_kit.explain import anatomy, reasons
from mls_kit.files import csv_of
from mls_kit.html import Block, render
from mls_kit.practice import load_quiz
from mls_kit.report import ScoreReport

if TYPE_CHECKING:
    from mls_kit.course.slides import Slide

_LOCAL_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)]*\)")
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

    @property
    def heading(self) -> str:
        """Its number and title."""
        return f"Exercise {self.number}" + (f": {self.title}" if self.title else "")


def exercises_of(notebook: nbformat.NotebookNode) -> dict[str, Exercise]:
    """Return the exercises of an authored notebook by their number."""
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


def plain_links(text: str) -> str:
    """Return Markdown in which links to other notebooks are plain text."""
    return _LOCAL_LINK.sub(r"\1", text)


def _markdown(text: str, inline: bool = False) -> Markup:
    """Return Markdown as HTML; links to other notebooks become plain text."""
    made = str(markdown2html(plain_links(text))).strip()
    made = re.sub(r'<a class="anchor-link"[^>]*>.*?</a>', "", made).replace(" %", "&nbsp;%")
    return Markup(re.sub(r"^<p>(.*)</p>$", r"\1", made, flags=re.S) if inline else made)


def exercise_sheet(visited: Sequence[Stop], report: ScoreReport) -> str:
    """Return the exercises of a route with their hints and room to write, and the report they are about; no solution."""
    tasks = [(stop, exercises_of(stop.lesson.read())) for stop in visited]
    values = {"visited": tasks, "markdown": _markdown, "report": report, "sheet": Block(anatomy(report)._repr_html_())}
    return render("course/workshop/exercises.html.j2", **values).markup


def instructor_page(guide: nbformat.NotebookNode) -> str:
    """Return the words of the instructor's guide as a page."""
    texts = [cell.source for cell in guide.cells if cell.cell_type == "markdown"]
    return render("course/workshop/instructor.html.j2", texts=texts, markdown=_markdown).markup


def solution_sheet(visited: Sequence[Stop]) -> str:
    """Return every exercise of a route's lessons with answer and explanation, and the quizzes with all reasons."""
    values = {
        "visited": [(stop, exercises_of(stop.lesson.read())) for stop in visited],
        "points": {number: getattr(check, "points", "") for number, check in exercises().items()},
        "reasons": lambda question: Markup(reasons(question, None)),
    }
    return render("course/workshop/solutions.html.j2", markdown=_markdown, quiz=load_quiz, **values).markup


def speaker_notes(slides: Sequence[Slide]) -> str:
    """Return what to say with each slide."""
    return render("course/workshop/speaker_notes.html.j2", slides=slides, markdown=_markdown).markup


def timetable_csv(slots: Sequence[Slot]) -> str:
    """Return what happens when, as CSV."""
    rows = [[s.clock("start"), s.clock("end"), s.minutes, s.kind, s.lesson, s.what] for s in slots]
    return csv_of([["start", "end", "minutes", "kind", "lesson", "what"], *rows])
