"""Slides and speaker notes, made from the same authored notebooks: one page each, and no request to any network.

A section becomes a slide with its first sentences and its list items; figures and tables become slides of their own; all
prose, and the cells tagged ``speaker``, go into the speaker notes. Solutions and hidden answers are never on a slide.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template

import nbformat

from mls_kit.slide_layout import Slide, first_sentences, markup, output_slides, sentences, table_slides, word_size

__all__ = ["LessonSlides", "deck", "lesson_slides", "speaker_notes"]

_TEMPLATES = Path(__file__).parent / "templates"
_VIEW = "application/vnd.jupyter.widget-view+json"
_LEAD, _ITEM, _ITEMS, _WORDS = 40, 32, 5, 95  # words of a lead and of a list item; items and words on a slide
_ITEM_START = re.compile(r"^(?:[-*]|\d+\.)\s+", re.M)


@dataclass
class LessonSlides:
    """The slides of a lesson: those for teaching, one an exercise, and the summary at the end."""

    teaching: list[Slide] = field(default_factory=list)
    exercises: dict[str, Slide] = field(default_factory=dict)
    end: list[Slide] = field(default_factory=list)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a Markdown cell with their kind: heading, list, table, code or words."""
    text = re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)
    for block in re.split(r"\n\s*\n", text):
        block = block.strip()
        if re.match(r"#+ ", block):
            heading, _, rest = block.partition("\n")
            yield "heading", heading.lstrip("# ")
            block = rest.strip()
        if block.startswith("|"):
            yield "table", block
        elif _ITEM_START.match(block):
            yield "list", block
        elif block and not block.startswith("<"):
            start = _ITEM_START.search(block) if re.search(r":\n(?:[-*]|1\.)\s", block) else None
            yield "words", block[: start.start()] if start else block
            if start:
                yield "list", block[start.start() :]


def _items(block: str) -> list[str]:
    return [first_sentences(item, _ITEM) for item in _ITEM_START.split(block) if item.strip()]


def _lead(paragraphs: list[str], introduces: bool) -> str:
    """Return what a section begins with, and the sentence that introduces its list: it says whose list that is."""
    lead = first_sentences(paragraphs[0], _LEAD)
    if introduces and len(paragraphs) > 1:
        last = sentences(paragraphs[-1])[-1]
        lead += "" if last in lead else f"\n\n{last}"
    return lead


def _section(source: str, whole: bool = False) -> list[Slide]:
    """Return the slides of a section's first cell: what it begins with, its list items, its tables."""
    parts = list(_blocks(source))
    title = markup(next((text for kind, text in parts if kind == "heading"), ""), inline=True)
    first_list = next((place for place, part in enumerate(parts) if part[0] == "list"), len(parts))
    words = [text for kind, text in parts[:first_list] if kind == "words"]
    lead = "\n\n".join(words) if whole or not words else _lead(words, first_list < len(parts))
    if "redict" in title and "?" not in lead:  # a prediction needs its question
        lead = next((text for text in words if "?" in text), lead)
    blocks = [text for kind, text in parts if kind == "list"]
    items = [item for block in blocks for item in _items(block)]
    tag = "ol" if blocks and blocks[0][0].isdigit() else "ul"
    slides = []
    for begin, chunk in _chunks(items, len(lead.split())):
        shown = "".join(f"<li>{markup(item, inline=True)}</li>" for item in chunk)
        start = f' start="{begin + 1}"' if tag == "ol" and begin else ""
        body = (markup(lead) if not begin else "") + (f"<{tag}{start}>{shown}</{tag}>" if shown else "")
        slides.append(Slide(f"{title} (continued)" if begin else title, body))
    for kind, text in parts:
        slides += table_slides(title, markup(text)) if kind == "table" else []
    return slides


def _chunks(items: list[str], taken: int) -> Iterator[tuple[int, list[str]]]:
    """Yield list items slide by slide, each with the place of its first; ``taken`` words are on the first already."""
    begin = 0
    for end, item in enumerate(items):
        taken += len(item.split())
        if end > begin and (taken > _WORDS or end - begin == _ITEMS):
            yield begin, items[begin:end]
            begin, taken = end, len(item.split())
    yield begin, items[begin:]


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
            tags = set(cell.metadata.get("tags", []))
            if "solution" in tags:
                continue
            if cell.cell_type == "code":
                self._code(cell)
            elif "speaker" in tags:
                self._note(markup(cell.source), "says")
            else:
                self._prose(cell.source, cell.metadata.get("slideshow", {}).get("slide_type", ""))
        return self.found

    def _note(self, html: str, look: str = "") -> None:
        if self.now is not None and html:
            self.now.notes.append(f'<div class="{look}">{html}</div>' if look else html)

    def _add(self, slides: Sequence[Slide]) -> None:
        room = self.found.end if self.place == "end" else self.found.teaching
        for slide in slides:
            room.append(slide)
            self.now = slide

    def _prose(self, source: str, slide_type: str) -> None:
        if source.startswith("# "):
            opening = _section(source.split("**Time:**")[0])
            opening[0].kind = "lesson"
            opening[0].title = f'<span class="number">{escape(self.number)}</span> {opening[0].title}'
            self._add(opening)
        elif source.startswith("## "):
            self.title = markup(source.splitlines()[0].lstrip("# "), inline=True)
            places = {"Exercises": "exercises", "Quiz": "nowhere", "What you take away": "end"}
            self.place = places.get(self.title, "nowhere" if slide_type == "skip" else "teaching")
            self.now = None if self.place in ("exercises", "nowhere") else self.now
            if self.place in ("teaching", "end") and slide_type == "slide":
                made = _section(source)
                self.section = made[0]
                self._add(made)
                self.now = made[0]
        elif self.place == "teaching" and re.match(r"### .*redict", source):
            self._add(_section(source))
        elif self.place == "teaching":
            self._note(markup(source))
            tables = [text for kind, text in _blocks(source) if kind == "table"]
            self._add([slide for table in tables for slide in table_slides(self.title, markup(table))])
            return
        if self.place == "exercises":
            self._exercise(source)
        elif re.match(r"#+ ", source):
            self._note(markup(source.partition("\n")[2]))

    def _exercise(self, source: str) -> None:
        for part in re.split(r"^(?=### )", source, flags=re.M):
            head = re.match(r"### Exercise (\d+\.\d+)", part)
            if not head:
                if not part.startswith("## "):
                    self._note(markup(part))
                continue
            self.now = None
            if head[1] in self.minutes:
                self.now = _section(part, whole=True)[0]
                minutes = self.minutes[head[1]]
                self.now.kind = "exercise"
                self.now.body += f'<p class="minutes">{minutes} minutes</p>'
                hints = re.findall(r"<details>.*?</summary>(.*?)</details>", part, re.S)
                self.now.notes += [f"<p><b>Hint, if they are stuck:</b></p>{markup(hint)}" for hint in hints]
                self.found.exercises[head[1]] = self.now

    def _code(self, cell: nbformat.NotebookNode) -> None:
        for output in cell.get("outputs", []):
            if self.place != "teaching" or self.section is None:
                continue
            if _VIEW in output.get("data", {}):
                if "live" not in self.section.body:
                    self.section.body += '<p class="live">Now in the notebook: try it.</p>'
                self._note(f"<p><b>Switch to the notebook</b> and run <code>{escape(cell.source)}</code>.</p>")
            elif output.output_type == "stream":
                self._note(f"<pre>{escape(output.text)}</pre>")
            else:
                self._add(list(output_slides(self.title, output)))


def lesson_slides(notebook: nbformat.NotebookNode, number: str, minutes: Mapping[str, int]) -> LessonSlides:
    r"""Return the slides of an executed, authored notebook.

    Parameters
    ----------
    notebook : NotebookNode
    number : str
        The lesson's number.
    minutes : mapping
        The exercises done in the room, and the minutes of each.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> cell = new_markdown_cell("## Why?\n\nBecause.", metadata={"slideshow": {"slide_type": "slide"}})
    >>> lesson_slides(new_notebook(cells=[cell]), "04", {}).teaching[0].title
    'Why?'
    """
    return _Reader(number, minutes).read(notebook)


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _popup_script(notes: str) -> str:
    """Return the script of the window with the speaker view, which reveal.js writes from a text of its own."""
    (literal,) = re.findall(r'"(?:[^"\\]|\\.)*<html(?:[^"\\]|\\.)*"', notes)
    page = json.loads(literal.replace("\\x", "\\u00"))
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.S)
    return str(script)


def _allowed(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _section_html(slide: Slide) -> str:
    tag = "h1" if slide.kind in ("lesson", "title") else "h2"
    size = "" if slide.kind in ("table", "figure") else f"w{word_size(slide)}"
    notes = f'<aside class="notes">{"".join(slide.notes)}</aside>' if slide.notes else ""
    return f'<section class="{slide.kind} {size}"><{tag}>{slide.title}</{tag}>{slide.body}{notes}</section>'


def deck(slides: Sequence[Slide], title: str) -> str:
    """Return slides as one page with reveal.js in it: scripts by their hash alone, no request, keys as in reveal.js."""
    notes = re.sub(r"<(?=!--|script)", r"\\x3c", _read("reveal/notes.js"))  # must not end the element it stands in
    scripts = [_read("reveal/reveal.js"), notes, _read("workshop/start.js")]
    return Template(_read("workshop/slides.html")).substitute(
        title=escape(title),
        allowed=" ".join(map(_allowed, [*scripts, _popup_script(_read("reveal/notes.js"))])),
        style="\n".join(_read(f"reveal/{name}.css") for name in ("reveal", "white")) + _read("workshop/slides.css"),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
        slides="\n".join(map(_section_html, slides)),
    )


def speaker_notes(slides: Sequence[Slide]) -> str:
    """Return the notes of all slides as HTML, to be printed."""
    return "".join(
        f'<section class="slide"><h2><small>{number}</small> {slide.title}</h2>{"".join(slide.notes)}</section>'
        for number, slide in enumerate(slides, start=1)
    )
