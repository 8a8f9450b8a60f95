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
from html import escape, unescape
from math import ceil
from pathlib import Path
from string import Template

import nbformat
from nbconvert.filters import markdown2html

__all__ = [
    "LessonSlides",
    "Slide",
    "deck",
    "first_sentences",
    "lesson_slides",
    "markup",
    "output_slides",
    "sentences",
    "speaker_notes",
    "table_slides",
    "word_size",
]

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


_UNBROKEN = 14  # letters of an amount or a date in a table
_WORD_SIZES = (38, 34, 30, 27, 24)  # letters of words, in pixels
_SIZES, _WIDE, _HIGH = (30, 26, 22), 1110, 545  # letters of a table in pixels, and the room a table has
_LOCAL_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)]*\)")


@dataclass
class Slide:
    """One slide: heading and body as HTML, and what the speaker says with it."""

    title: str
    body: str
    kind: str = "section"
    notes: list[str] = field(default_factory=list)


def markup(text: str, inline: bool = False) -> str:
    """Return Markdown as HTML; links to other notebooks become plain text.

    Examples
    --------
    >>> markup("*See* [lesson 5](../05_x.ipynb)", inline=True)
    '<em>See</em> lesson 5'
    """
    made = str(markdown2html(_LOCAL_LINK.sub(r"\1", text))).strip()
    made = re.sub(r'<a class="anchor-link"[^>]*>.*?</a>', "", made).replace(" %", "&nbsp;%")
    return re.sub(r"^<p>(.*)</p>$", r"\1", made, flags=re.S) if inline else made


def sentences(text: str) -> list[str]:
    """Return the sentences of a Markdown paragraph."""
    return re.split(r"(?<=[.?!])\s+(?=[A-Z*\"“])", " ".join(text.split()))


def first_sentences(text: str, words: int) -> str:
    """Return as many whole sentences as the words allow; the first one always.

    Examples
    --------
    >>> first_sentences("One two three. Four five. Six seven eight nine.", 5)
    'One two three. Four five.'
    """
    found = sentences(text)
    taken = found[:1]
    for sentence in found[1:]:
        if len(" ".join([*taken, sentence]).split()) > words:
            break
        taken.append(sentence)
    return " ".join(taken)


def _row_heights(rows: list[list[str]], size: int) -> list[float] | None:
    """Return about how many pixels each row of a table takes with letters of a size; None where it is too wide."""
    room = _WIDE / (0.58 * size) - 2 * len(rows[0])
    columns = list(zip(*(row for row in rows if len(row) == len(rows[0])), strict=True))
    words = [max(len(word) for cell in column for word in [*cell.split(" "), ""]) for column in columns]
    longest = [max(map(len, column)) for column in columns]
    if sum(words) > room:
        return None
    fair = max(1.0, sum(longest) / room)
    widths = [max(word, length / fair) for word, length in zip(words, longest, strict=True)]
    squeezed = max(1.0, sum(widths) / room)
    lines = [
        max(
            (ceil(1.08 * squeezed * len(cell) / width) for cell, width in zip(row, widths, strict=False) if width),
            default=1,
        )
        for row in rows
    ]
    return [max(count, 1) * 1.25 * size + 0.5 * size for count in lines]


def _text(cell: str) -> str:
    """Return what a cell says; a short amount or date is one word, as it is not broken over lines."""
    text = unescape(re.sub(r"<[^>]*>", "", cell)).strip()
    return text.replace(" ", "\N{NO-BREAK SPACE}") if len(text) <= _UNBROKEN and re.search(r"\d", text) else text


def table_slides(title: str, table: str) -> list[Slide]:
    """Return a table as slides, in letters as large as fit; a long one is continued once, and the notebook has it all."""
    table = re.sub(r"(?<=\d) %", "&nbsp;%", table)
    table = re.sub(rf';white-space:nowrap(">[^<]{{{_UNBROKEN + 1},}}<)', r"\1", table)
    rows = re.findall(r"<tr>.*?</tr>", table, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    plain = [[_text(cell) for cell in row] for row in cells]
    if not plain or not plain[0]:
        return []
    for size in _SIZES:
        heights = _row_heights(plain, size)
        if heights and sum(heights) <= _HIGH * (1.08 if size == _SIZES[-1] else 1):
            return [Slide(title, f'<div class="table t{size}">{table}</div>', "table")]
    heights = _row_heights(plain, _SIZES[-1]) or [2.5 * _SIZES[-1]] * len(rows)
    slides: list[Slide] = []
    begin = 1
    while begin < len(rows) and len(slides) < 2:
        end, high = begin, heights[0]
        while end < len(rows) and (end == begin or high + heights[end] <= 1.08 * _HIGH):
            high += heights[end]
            end += 1
        part = table
        for row in [*rows[1:begin], *rows[end:]]:
            part = part.replace(row, "", 1)
        rest = (
            f"<p class='more'>{len(rows) - end} more rows are in the notebook.</p>"
            if len(slides) and end < len(rows)
            else ""
        )
        name = f"{title} (continued)" if slides else title
        slides.append(Slide(name, f'<div class="table t{_SIZES[-1]}">{part}{rest}</div>', "table"))
        begin = end
    return slides


def _is_tall(picture: str) -> bool:
    """Tell whether a PNG is so tall that only its upper part can be read on a slide."""
    found = re.search(r"base64,([A-Za-z0-9+/]{32})", picture)
    head = base64.b64decode(found[1]) if found else b""
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    return height > 0.9 * width > 0


def output_slides(title: str, output: nbformat.NotebookNode) -> Iterator[Slide]:
    """Yield a slide for each figure and each table an output shows."""
    data = output.get("data", {})
    shown = re.sub(r"<details>.*?</details>", "", str(data.get("text/html", "")), flags=re.S)
    if not shown and "image/png" in data:
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", title)
        shown = f'<img alt="{escape(alt)}" src="data:image/png;base64,{data["image/png"].strip()}">'
    for found in re.finditer(r"<img\b[^>]*>|<table\b.*?</table>", shown, re.S):
        if found[0].startswith("<table"):
            yield from table_slides(title, found[0])
            continue
        said = re.search(r'alt="([^"]*)"', found[0])
        picture = re.sub(r'\s(?:style|width|height)="[^"]*"', "", found[0])
        notes = [f"<p>The figure in words: {said[1]}</p>"] if said else []
        tall = _is_tall(picture)
        look, name = ("picture tall", f"{title} (upper part)") if tall else ("picture", title)
        yield Slide(name, f'<div class="{look}">{picture}</div>', "figure", notes)


def word_size(slide: Slide) -> int:
    """Return the largest letters, in pixels, in which the words of a slide fit."""
    parts = [unescape(re.sub(r"<[^>]*>", "", part)) for part in re.split(r"</(?:p|li|td|th)>", slide.body)]
    title = ceil(len(re.sub(r"<[^>]*>", "", slide.title)) / 42) * 58 + (70 if slide.kind == "lesson" else 30)
    for size in _WORD_SIZES:
        line = 1090 / (0.56 * size)
        high = sum(ceil(len(part) / line) * 1.38 * size + 0.55 * size for part in parts if part.strip())
        if high + title <= 600:
            return size
    return _WORD_SIZES[-1]
