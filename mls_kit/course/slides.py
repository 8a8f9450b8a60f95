"""Slides and speaker notes: words from ``data/slides.yaml``, pictures from the executed lessons, one page that works offline.

The browser chooses the largest letters in which a slide fits (``templates/slides/start.js``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import nbformat
from bs4 import BeautifulSoup
from nbconvert import SlidesExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from pydantic import Field

from mls_kit._folders import data_file
from mls_kit.course.sheets import exercises_of, plain_links
from mls_kit.exam import Strict, load_data
from mls_kit.html import policy, render
from mls_kit.problems import InputError, Problem

_TEMPLATES = Path(__file__).parent / "templates"
# the script that reveal.js writes into the speaker's window
_NOTES_WINDOW = "sha256-wfrJpa7dmlxqHmakgJIolYIQ+LOJmVS3HKfvdaO3GDE="


class SlideText(Strict):
    """A slide of a lesson as ``data/slides.yaml`` has it."""

    title: str = Field(min_length=3, max_length=80)
    text: str = Field(min_length=3, max_length=500)
    shows: str = ""
    live: bool = False
    says: list[Annotated[int, Field(ge=1)]] = []


class LessonText(Strict):
    """The slides of a lesson."""

    lesson: str = Field(pattern=r"^\d\d$")
    slides: list[SlideText] = Field(min_length=1)


@dataclass
class Slide:
    """One slide: its heading, what it shows and what the speaker says with it, as Markdown."""

    title: str
    body: str = ""
    kind: str = "section"
    notes: list[str] = field(default_factory=list)


def _words(part: str, **values: object) -> str:
    """Return a piece of ``templates/slides/parts.md.j2``."""
    return render("course/slides/parts.md.j2", part, **values).markup.strip()


def _picture(cell: nbformat.NotebookNode, number: str) -> str:
    """Return the first picture or table that a cell shows; its hatches have names that no other lesson uses."""
    page = BeautifulSoup("".join(output.get("data", {}).get("text/html", "") for output in cell.get("outputs", [])), "html.parser")
    found = page.select_one(".mls-picture") or page.select_one("img, table")
    if not found:
        return ""
    if found.name == "img":
        found.attrs = {name: found[name] for name in ("alt", "src")}
    text = f"{page.style or '' if found.name == 'div' else ''}{found}"
    return re.sub(r'(id="|#)(mls\d)', rf"\g<1>lesson{number}\2", text).replace("\n", " ")


def lesson_slides(notebook: nbformat.NotebookNode, number: str) -> list[Slide]:
    """Return the slides of an executed, authored notebook; an InputError where one names a cell that shows nothing."""
    texts = {lesson.lesson: lesson.slides for lesson in load_data(data_file("slides.yaml"), list[LessonText])}[number]
    pictures = {cell.source: _picture(cell, number) for cell in notebook.cells if cell.cell_type == "code"}
    notes = [plain_links(cell.source) for cell in notebook.cells if "speaker" in cell.metadata.get("tags", [])]
    slides, problems = [], []
    for place, text in enumerate(texts):
        picture = next((shown for source, shown in pictures.items() if text.shows and text.shows in source), "")
        if text.shows and not picture:
            problems.append(Problem(f"{number}, {text.title}", text.shows, "code of a cell that shows a picture or a table"))
        if max(text.says, default=0) > len(notes):
            problems.append(Problem(f"{number}, {text.title}", str(text.says), f"places of notes, 1 to {len(notes)}"))
            continue
        kind = "figure" if text.shows else "section" if place else "lesson"
        title = text.title if place else _words("lesson", number=number, title=text.title)
        body = _words("slide", text=text.text, picture=picture, live=text.live)
        slides.append(Slide(title, body, kind, [notes[place - 1] for place in text.says]))
    if problems:
        raise InputError("data/slides.yaml", problems)
    return slides


def exercise_slides(notebook: nbformat.NotebookNode, minutes: Mapping[str, int]) -> list[Slide]:
    """Return a slide for each exercise done in the room; its hint is in the notes, and no solution anywhere."""
    found = exercises_of(notebook)
    return [
        Slide(task.heading, _words("exercise", task=plain_links(task.task), minutes=count), "exercise",
              [_words("hint", text=task.hint)] if task.hint else [])
        for task, count in ((found[number], count) for number, count in minutes.items())
    ]  # fmt: skip


def _script(name: str) -> str:
    text = (_TEMPLATES / "slides" / name).read_text(encoding="utf-8")
    return text.replace("<!--", r"\x3c!--")  # a comment would end the element the script stands in


def deck(slides: Sequence[Slide], title: str) -> str:
    """Return slides as one page with reveal.js in it: scripts by their hash alone, no request, keys as in reveal.js."""
    cells = []
    for slide in slides:
        heading = f"{'#' if slide.kind in ('lesson', 'title') else '##'} {slide.title}"
        kind = {"slide_type": "slide", "data": {"kind": slide.kind}}
        cells.append(new_markdown_cell(f"{heading}\n\n{slide.body}", metadata={"slideshow": kind}))
        if slide.notes:
            notes = "\n\n".join(slide.notes)
            cells.append(new_markdown_cell(notes, metadata={"slideshow": {"slide_type": "notes"}}))
    scripts = [_script(name) for name in ("reveal/reveal.js", "reveal/notes.js", "start.js")]
    folders = [str(_TEMPLATES)]
    exporter = SlidesExporter(template_name="slides", extra_template_basedirs=folders, exclude_anchor_links=True)
    resources = {"page_title": title, "scripts": scripts, "policy": policy(scripts, _NOTES_WINDOW)}
    page, _ = exporter.from_notebook_node(new_notebook(cells=cells), resources=resources)
    return str(page)
