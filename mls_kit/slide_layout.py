"""How words, tables and pictures fit a slide of 1280 by 720: sizes of letters, and where a table is continued."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from math import ceil

import nbformat
from nbconvert.filters import markdown2html

__all__ = ["Slide", "first_sentences", "markup", "output_slides", "sentences", "table_slides", "word_size"]

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
