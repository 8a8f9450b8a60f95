"""Slides and speaker notes from the authored notebooks: nbconvert's slides as one page that asks nothing of any network.

A section becomes a slide with its first sentences and its list items; figures and tables become slides of their own; all
prose, and the cells tagged ``speaker``, go into the speaker notes. Solutions and hidden answers are never on a slide.
The browser chooses the largest letters in which a slide fits (``templates/slides/start.js``).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate
from math import ceil
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert import SlidesExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from PIL import Image

from mls_kit.html import policy, render

_TEMPLATES = Path(__file__).parent / "templates"
_VIEW = "application/vnd.jupyter.widget-view+json"
_LEAD, _ITEM = 40, 32  # words of a lead and of a list item on a slide
_TABLE = 780  # letters of a table on one slide; a row counts as 60 at least
_ITEM_START = re.compile(r"^(?:[-*]|\d+\.)\s+", re.M)
_LOCAL_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)]*\)")
# the script that reveal.js writes into the speaker's window
_NOTES_WINDOW = "sha256-wfrJpa7dmlxqHmakgJIolYIQ+LOJmVS3HKfvdaO3GDE="


@dataclass
class Slide:
    """One slide: its heading, what it shows and what the speaker says with it, as Markdown."""

    title: str
    body: str = ""
    kind: str = "section"
    notes: list[str] = field(default_factory=list)


@dataclass
class LessonSlides:
    """The slides of a lesson: those for teaching, one an exercise, and the summary at the end."""

    teaching: list[Slide] = field(default_factory=list)
    exercises: dict[str, Slide] = field(default_factory=dict)
    end: list[Slide] = field(default_factory=list)


def _words(part: str, **values: object) -> str:
    """Return a piece of ``templates/slides/parts.md.j2``."""
    return render("course/slides/parts.md.j2", part, **values).markup.strip()


def plain_links(text: str) -> str:
    """Return Markdown in which links to other notebooks are plain text."""
    return _LOCAL_LINK.sub(r"\1", text)


def _first_sentences(text: str, words: int) -> str:
    """Return as many whole sentences as the words allow; the first one always."""
    taken, *others = _sentences(text)
    for sentence in others:
        if len(f"{taken} {sentence}".split()) > words:
            break
        taken += f" {sentence}"
    return taken


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+(?=[A-Z*\"“])", " ".join(text.split()))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a Markdown cell with their kind: heading, list, table or words."""
    text = re.sub(r"<details>.*?</details>|^```.*?^```$", "", text, flags=re.S | re.M)
    for block in re.split(r"\n\s*\n", text):
        block = block.strip()
        if re.match(r"#+ ", block):
            heading, _, block = block.partition("\n")
            yield "heading", heading.lstrip("# ")
            block = block.strip()
        if block.startswith("|"):
            yield "table", block
        elif _ITEM_START.match(block):
            yield "list", block
        elif block and not block.startswith("<"):
            words, *items = re.split(r"(?<=:)\n(?=(?:[-*]|1\.)\s)", block, maxsplit=1)
            yield "words", words
            yield from (("list", text) for text in items)


def _lead(paragraphs: list[str], introduces: bool) -> str:
    """Return what a section begins with, and the sentence that introduces its list: it says whose list that is."""
    lead = _first_sentences(paragraphs[0], _LEAD)
    if introduces and len(paragraphs) > 1:
        last = _sentences(paragraphs[-1])[-1]
        lead += "" if last in lead else f"\n\n{last}"
    return lead


def _section(source: str, whole: bool = False) -> list[Slide]:
    """Return the slides of a section's first cell: what it begins with, its list items, its tables."""
    parts = list(_blocks(source))
    title = next((text for kind, text in parts if kind == "heading"), "")
    first_list = next((place for place, part in enumerate(parts) if part[0] == "list"), len(parts))
    words = [text for kind, text in parts[:first_list] if kind == "words"]
    lead = "\n\n".join(words) if whole or not words else _lead(words, first_list < len(parts))
    if "redict" in title and "?" not in lead:  # a prediction needs its question
        lead = next((text for text in words if "?" in text), lead)
    lists = [text for kind, text in parts if kind == "list"]
    items = [_first_sentences(item, _ITEM) for text in lists for item in _ITEM_START.split(text) if item.strip()]
    numbered = bool(lists) and lists[0][0].isdigit()
    marks = (f"{place}." if numbered else "-" for place in range(1, len(items) + 1))
    shown = "\n".join(f"{mark} {item}" for mark, item in zip(marks, items, strict=True))
    tables = [slide for kind, text in parts if kind == "table" for slide in _table_slides(title, text)]
    return [Slide(title, f"{lead}\n\n{shown}"), *tables]


def _table_slides(title: str, table: str) -> list[Slide]:
    """Return a table, as HTML or Markdown, on as many slides as it needs; after three, the notebook has the rest."""
    rows = re.findall(r"<tr\b.*?</tr>", table.partition("</thead>")[2], re.S)
    costs = [max(60, len(re.sub(r"<[^>]*>", "", row))) for row in rows]
    parts: list[list[str]] = [[] for _ in range(ceil(sum(costs) / _TABLE) or 1)]
    for row, before in zip(rows, accumulate(costs, initial=0), strict=False):
        parts[len(parts) * before // sum(costs)].append(row)
    if len(parts) == 1:
        return [Slide(title, table, "table")]
    head, foot = table[: table.index(rows[0])], table[table.rindex(rows[-1]) + len(rows[-1]) :]
    slides = [
        Slide(f"{title} (continued)" if place else title, head + "".join(part) + foot, "table")
        for place, part in enumerate(parts[:3])
    ]
    if missing := sum(map(len, parts[3:])):
        slides[-1].body += "\n\n" + _words("more_rows", count=missing)
    return slides


def _is_tall(picture: str) -> bool:
    """Tell whether a picture is so tall that only its upper part can be read on a slide."""
    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)", picture)
    if not encoded:
        return False
    width, height = Image.open(BytesIO(base64.b64decode(encoded[1]))).size
    return height > 0.9 * width


def _output_slides(title: str, output: nbformat.NotebookNode) -> Iterator[Slide]:
    """Yield a slide for each figure and each table an output shows."""
    shown = re.sub(r"<details>.*?</details>", "", output.get("data", {}).get("text/html", ""), flags=re.S)
    for found in re.finditer(r"<img\b[^>]*>|<table\b.*?</table>", shown, re.S):
        if found[0].startswith("<table"):
            yield from _table_slides(title, found[0])
            continue
        said = re.search(r'alt="([^"]*)"', found[0])
        picture = re.sub(r'\s(?:style|width|height)="[^"]*"', "", found[0])
        notes = [_words("figure_in_words", words=Markup(said[1]))] if said else []
        tall = _is_tall(picture)
        body = _words("figure", tall=tall, picture=Markup(picture))
        yield Slide(f"{title} (upper part)" if tall else title, body, "figure", notes)


class _Reader:
    """Goes through a notebook cell by cell; ``now`` is the slide whose notes are being gathered."""

    def __init__(self, number: str, minutes: Mapping[str, int]) -> None:
        self.number, self.minutes = number, minutes
        self.found = LessonSlides()
        self.place = "teaching"
        self.title = ""
        self.now: Slide | None = None
        self.section: Slide | None = None

    def read(self, notebook: nbformat.NotebookNode) -> LessonSlides:
        for cell in notebook.cells:
            tags, text = cell.metadata.get("tags", []), plain_links(cell.source)
            if cell.cell_type == "code":
                self._code(cell)
            elif "speaker" in tags:
                self._note(_words("says", text=Markup(text)))
            elif not {"solution", "lab-only"} & set(tags):
                self._prose(text, cell.metadata.get("slideshow", {}).get("slide_type", ""))
        return self.found

    def _note(self, text: str) -> None:
        if self.now is not None and text.strip():
            self.now.notes.append(text)

    def _add(self, slides: Sequence[Slide]) -> None:
        (self.found.end if self.place == "end" else self.found.teaching).extend(slides)
        self.now = slides[-1] if slides else self.now

    def _prose(self, source: str, slide_type: str) -> None:
        if source.startswith("# "):
            opening = _section(source.split("**Time:**")[0])
            opening[0].kind = "lesson"
            opening[0].title = _words("lesson", number=self.number, title=Markup(opening[0].title))
            self._add(opening)
        elif source.startswith("## "):
            self.title = source.splitlines()[0].lstrip("# ")
            places = {"Exercises": "exercises", "Quiz": "nowhere", "What you take away": "end"}
            self.place = places.get(self.title, "nowhere" if slide_type == "skip" else "teaching")
            self.now = None if self.place in ("exercises", "nowhere") else self.now
            if self.place in ("teaching", "end") and slide_type == "slide":
                made = _section(source)
                self._add(made)
                self.now = self.section = made[0]
        elif self.place == "teaching" and re.match(r"### .*redict", source):
            self._add(_section(source))
        elif self.place == "teaching":
            self._note(source)
            for kind, text in _blocks(source):
                self._add(_table_slides(self.title, text) if kind == "table" else [])
            return
        if self.place == "exercises":
            self._exercise(source)
        elif re.match(r"#+ ", source):
            self._note(source.partition("\n")[2])

    def _exercise(self, source: str) -> None:
        for part in re.split(r"^(?=### )", source, flags=re.M):
            head = re.match(r"### Exercise (\d+\.\d+)", part)
            if not head:
                self._note("" if part.startswith("## ") else part)
                continue
            self.now = None
            if minutes := self.minutes.get(head[1]):
                self.now = _section(part, whole=True)[0]
                self.now.kind = "exercise"
                self.now.body += "\n\n" + _words("minutes", minutes=minutes)
                hints = re.findall(r"<details>.*?</summary>(.*?)</details>", part, re.S)
                self.now.notes += [_words("hint", text=Markup(hint)) for hint in hints]
                self.found.exercises[head[1]] = self.now

    def _code(self, cell: nbformat.NotebookNode) -> None:
        if self.place != "teaching" or self.section is None or "solution" in cell.metadata.get("tags", []):
            return
        for output in cell.get("outputs", []):
            if _VIEW in output.get("data", {}):
                if "live" not in self.section.body:
                    self.section.body += "\n\n" + _words("live")
                self._note(_words("switch", code=Markup(cell.source)))
            elif output.output_type == "stream":
                self._note(_words("printed", text=Markup(output.text)))
            else:
                self._add(list(_output_slides(self.title, output)))


def lesson_slides(notebook: nbformat.NotebookNode, number: str, minutes: Mapping[str, int]) -> LessonSlides:
    """Return the slides of an executed, authored notebook; ``minutes`` are those of each exercise done in the room."""
    return _Reader(number, minutes).read(notebook)


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
