"""The rating of each section of a printed report: in words, as a percentage, as a sign in a column, or as a filled cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from mls_kit._folders import data_folder
from mls_kit.exam import Domain, Exam, alias_files, aliases, load_method, read_yaml
from mls_kit.problems import shown
from mls_kit.report.page_layout import Box, Layout, Look, edges, fold, middle, runs
from mls_kit.report.pdf_pages import Word
from mls_kit.report.reading import read_result

_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s?%", re.ASCII)
_HEAD = 3  # lines between the headings of a table and its first row
_LONG = 8  # letters of a word for a rating that is looked for anywhere on a page
_DRAWN = 0.05  # of a square as high as a line: what is drawn smaller was not meant


class Found(NamedTuple):
    """One thing a report says, and where."""

    value: Any
    place: str


@lru_cache(maxsize=1)
def known_words() -> dict[str, Any]:
    """Return what reports print: the words of ``data/score_reports.yaml``, and of ``data/aliases`` where those fit a report."""
    words: Any = read_yaml(data_folder() / "score_reports.yaml")
    others = [file.get("headings", {}) for language, file in alias_files().items() if language != "en"]
    labels = {
        name: [*own, *(word for file in others for word in file.get(name, []) if read_result(word) is None)]
        for name, own in words["labels"].items()
    }
    cells = aliases("cells")
    marks = {"yes": {*words["marks"]["yes"], *cells["tick"]}, "no": {*words["marks"]["no"], *cells["blank"]}}
    section = [*words["section"], *aliases("headings")["domain"]]
    own = {label for labels in [*words["labels"].values(), words["others"]] for label in labels}
    return {**words, "labels": labels, "own": own, "marks": marks, "section": section}


@dataclass(frozen=True, eq=False)
class _Columns:
    """The columns of ratings of one table: each label's heading, and from where to where its cells reach."""

    heads: dict[str, Box]
    cells: dict[str, tuple[float, float]]
    borders: list[float]  # where lines run beside the cells; none where one is missing

    @property
    def first(self) -> Box:
        """The heading furthest to the left."""
        return min(self.heads.values(), key=lambda box: box.left)

    @property
    def words(self) -> set[Word]:
        """The words of all headings."""
        return {word for box in self.heads.values() for word in box.words}


@dataclass(frozen=True, eq=False)
class Sections:
    """The sections of one report."""

    layout: Layout
    exam: Exam

    def read(self, domain: Domain) -> tuple[Found | None, str]:
        """Return the rating of a section, or None and why it cannot be told."""
        readings = [(box, *self._rating(box)) for box in self.layout.find(domain.name)]
        told = {value: f"page {box.page}, {place}" for box, value, place in readings if value is not None}
        if len(told) == 1:
            return Found(*next(iter(told.items()))), ""
        if told:
            return None, f"the report gives two ratings: {' and '.join(map(str, told))}"
        reasons = [reason for _, _, reason in readings]
        return None, max(reasons, key=lambda reason: "cell" in reason) if reasons else "the report doesn't name this section"

    @cached_property
    def _names(self) -> list[Box]:
        """Every place that names a section of the exam."""
        return [box for domain in self.exam.domains for box in self.layout.find(domain.name)]

    @cached_property
    def _phrases(self) -> list[tuple[str, Box]]:
        """Every place that names a rating of the exam, in any language; a longer name hides those within it."""
        words = aliases("ratings")
        phrases = {phrase: label for label in self._kinds[0]
                   for phrase in [label, *(word for word in words.get(label, []) if len(fold(word)) >= _LONG)]}  # fmt: skip
        return longest_first(self.layout, phrases)

    @cached_property
    def _kinds(self) -> tuple[list[str], bool]:
        """The labels the exam's reports may use, and whether they may show percentages."""
        kinds = [load_method().vocabularies[name] for name in self.exam.report.rating_vocabularies.value or []]
        return list(dict.fromkeys(label for kind in kinds for label in kind.labels)), any(kind.percent for kind in kinds)

    def _rating(self, box: Box) -> tuple[Any, str]:
        """Return the rating that stands in the row of a section's name, and where; or None and why it cannot be told."""
        row, columns, said = self.layout.row(box), self._columns(box), self._in_words(box)
        if said:
            return (said[0], "in words") if len(said) == 1 else (None, f"its row has two ratings: {' and '.join(said)}")
        if columns:
            return self._mark(box, columns)
        return self._percent(box, row) if self._kinds[1] else (None, "there is no rating in its row")

    def _in_words(self, box: Box) -> list[str]:
        """Return the ratings that are written out in the row of a section's name."""
        row, columns = set(self.layout.row(box)), self._columns(box)
        heads = columns.words if columns else set()
        places = ((label, set(place.words), place) for label, place in self._phrases)
        return [label for label, words, place in places if words <= row and not words & heads and self._is_cell(place, box)]

    def _is_cell(self, place: Box, section: Box) -> bool:
        """Tell a rating in words from the same word in a sentence."""
        before, after = self.layout.before(place)[-1:], self.layout.after(place)[:1]
        if after and fold(after[0].text) and after[0].left - place.right < 0.55 * place.size:
            return False
        own = before and (before[0] in section.words or not fold(before[0].text) or before[0].text.endswith((":", "%")))
        return bool(not before or own or place.left - before[0].right >= 0.55 * place.size)

    # -- percentages

    def _percent(self, box: Box, row: Sequence[Word]) -> tuple[Any, str]:
        cells = [(float(found[1].replace(",", ".")), (run.left + run.right) / 2)
                 for run in runs(row) for found in _PERCENT.finditer(run.text)]  # fmt: skip
        if not cells:
            return None, "there is no percentage in its row"
        heads = self._percent_heads(box)
        weights = self._weights
        if not heads and (box in weights or len(weights) > 1):
            return None, "the percentages beside the sections are their weights, not results"
        results = [
            number for number, place in cells
            if not heads or [kind for kind, left, right in heads if left <= place <= right] == ["result"]
        ]  # fmt: skip
        if len(results) == 1 and results[0] <= 100:
            return results[0], "a percentage in its row"
        return None, "the kit can't tell which percentage in its row is your result"

    def _percent_heads(self, section: Box) -> list[tuple[str, float, float]]:
        """Return the columns of percentages above a section: their kind, and from where to where they reach."""
        heads: list[tuple[str, Box]] = []
        first = min(box.top for box in self._names if box.page == section.page)  # row of the table; what is far above heads nothing
        phrases = [(kind, phrase) for kind, phrases in known_words()["percent"].items() for phrase in phrases]
        for kind, phrase in sorted(phrases, key=lambda pair: -len(fold(pair[1]))):
            for box in self.layout.find(phrase):
                near = box.page == section.page and first - _HEAD * box.size < box.bottom <= first + 2
                taken = any(set(box.words) & set(other.words) for _, other in heads)
                if near and box.left > section.left and self.layout.alone(box) and not taken:
                    heads.append((kind, box))
        if not heads:
            return []
        lowest = max(box.bottom for _, box in heads)
        line = sorted((pair for pair in heads if pair[1].bottom > lowest - 2.5 * pair[1].size), key=lambda pair: pair[1].left)
        ends = [0.0, *((one[1].right + two[1].left) / 2 for one, two in pairwise(line)), float("inf")]
        return [(kind, left, right) for (kind, _), (left, right) in zip(line, pairwise(ends), strict=True)]

    @cached_property
    def _weights(self) -> list[Box]:
        """The sections beside which their weight in the exam guide stands, as a percentage."""
        return [
            box for domain in self.exam.domains for box in self.layout.find(domain.name)
            if any(float(found.replace(",", ".")) == domain.weight
                   for found in _PERCENT.findall(" ".join(word.text for word in self.layout.row(box))))
        ]  # fmt: skip

    # -- marks

    @cached_property
    def _tables(self) -> list[_Columns]:
        """The headings of rating columns: rows in which two ratings or more stand, each a cell of its own."""
        known = [phrase for phrases in known_words()["percent"].values() for phrase in phrases] + known_words()["section"]
        beside = {word for phrase in [*known, *self._kinds[0]] for box in self.layout.find(phrase) for word in box.words}
        places = [(label, box) for label in self._kinds[0] for box in self.layout.find(label)]
        boxes = [(label, box) for label, box in places if self.layout.alone(box, beside)]
        rows: list[dict[str, Box]] = []
        for label, box in sorted(boxes, key=lambda pair: (pair[1].page, middle(pair[1]))):
            there = rows[-1] if rows else {}
            first = next(iter(there.values()), None)
            if first and first.page == box.page and label not in there and first.top < middle(box) < first.bottom:
                there[label] = box
            else:
                rows.append({label: box})
        return [self._with_cells(heads) for heads in rows if len(heads) > 1]

    def _columns(self, section: Box) -> _Columns | None:
        """Return the columns a section's row belongs to: below the nearest headings, or where their lines go on on its page."""
        above = [columns for columns in self._tables if (columns.first.page, middle(columns.first)) < (section.page, section.top)]
        if not above or above[-1].first.page == section.page:
            return above[-1] if above else None
        picture, near = self.layout.picture(section.page), 0.2 * section.size
        borders = above[-1].borders
        there = (edges(picture, place - near, place + near, section.top, section.bottom) for place in borders)
        return above[-1] if borders and all(there) else None

    def _with_cells(self, heads: dict[str, Box]) -> _Columns:
        """Find from where to where each column reaches: to the lines beside it, or as far as its heading."""
        inside = {word for box in heads.values() for word in box.words}
        line = sorted(heads.values(), key=lambda box: box.left)
        page, top, low = line[0].page, min(box.top for box in line), max(box.bottom for box in line)
        beside = [word for words in self.layout.lines for word in words
                  if word.page == page and word not in inside and top <= middle(word) <= low]  # fmt: skip
        rows = [box.bottom for box in self._names if box.page == page and box.top > top]
        picture, bottom = self.layout.picture(page), max(rows, default=low)
        begin = max((word.right for word in beside if word.right <= line[0].left), default=line[0].left - 3 * line[0].size)
        end = min((word.left for word in beside if word.left >= line[-1].right), default=float(picture.shape[1]))
        gaps = [(begin, line[0].left), *((one.right, two.left) for one, two in pairwise(line)), (line[-1].right, end)]
        lines = [edges(picture, left, right, top, bottom) for left, right in gaps]
        ends = {
            box: (max(one, default=None), min(two, default=None)) for box, (one, two) in zip(line, pairwise(lines), strict=True)
        }
        cells = {label: (ends[box][0] or box.left, ends[box][1] or box.right) for label, box in heads.items()}
        found = [end for pair in ends.values() for end in pair]
        return _Columns(heads, cells, [end for end in found if end is not None] if None not in found else [])

    def _mark(self, section: Box, columns: _Columns) -> tuple[Any, str]:
        rows = {box: self._texts(box, columns) for box in self._names if self._columns(box) is columns and not self._in_words(box)}
        rows = {box: texts for box, texts in rows.items() if all(_is_mark(text) or _is_none(text) for text in texts.values())}
        if section not in rows:  # a sentence that names the section
            return None, "there is no rating in its row"
        signs = any(_is_mark(text) for texts in rows.values() for text in texts.values())
        if signs:
            marked = [label for label, text in rows[section].items() if _is_mark(text)]
            if "" in marked:
                return None, "its mark is between the cells of two columns"
        else:
            looks, least = {box: self._looks(box, columns) for box in rows}, _DRAWN * section.size**2
            drawn = any(look.drawn > least for cells in looks.values() for look in cells.values())
            ground = Look.of(self.layout.picture(section.page), section.left, section.right, section.top, section.bottom)
            marked = [
                label for label, look in looks[section].items()
                if (look.drawn > least and not rows[section].get(label) if drawn else look.differs(ground))
            ]  # fmt: skip
        if len(marked) == 1:
            return marked[0], f"{'marked' if signs else 'filled'} under {shown(columns.heads[marked[0]].text)!r}"
        return None, f"{'more than one' if marked else 'no'} cell in its row is marked"

    def _texts(self, section: Box, columns: _Columns) -> dict[str, str]:
        """Return what is written in each rating's cell of a row; under "" what stands in none of them for certain."""
        found: dict[str, str] = {}
        begin = min(left for left, _ in columns.cells.values())
        for word in self.layout.row(section):
            place = (word.left + word.right) / 2
            if place < begin - section.size or _PERCENT.fullmatch(word.text):
                continue
            inside = [label for label, (left, right) in columns.cells.items() if left - 2 <= place <= right + 2]
            label = inside[0] if len(inside) == 1 else ""
            found[label] = f"{found.get(label, '')} {word.text}".strip()
        return found

    def _looks(self, section: Box, columns: _Columns) -> dict[str, Look]:
        """Return what each rating's cell of a row looks like."""
        picture, edge = (self.layout.picture(section.page), 0.15 * section.size)  # the line around a cell is no part of it
        return {
            label: Look.of(picture, left + 4, right - 3, section.top + edge, section.bottom - edge)
            for label, (left, right) in columns.cells.items()
        }


def longest_first(layout: Layout, phrases: Mapping[str, str]) -> list[tuple[str, Box]]:
    """Return the places of phrases with what each means; a place that is part of a longer phrase's is left out."""
    taken: set[Word] = set()
    found = []
    for phrase, meaning in sorted(phrases.items(), key=lambda pair: -len(fold(pair[0]))):
        for box in layout.find(phrase):
            if not taken & set(box.words):
                taken |= set(box.words)
                found.append((meaning, box))
    return found


def _is_mark(text: str) -> bool:
    """Tell whether a cell is marked: by a sign for it, or by one that means nothing here, as check marks of some fonts do."""
    return text in known_words()["marks"]["yes"] or (len(text) == 1 and not text.isascii() and not _is_none(text))


def _is_none(text: str) -> bool:
    return text in known_words()["marks"]["no"]
