"""Where on a page does a phrase stand, and what is beside it, below it, or in the cells of its row?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mls_kit.problems import squeeze
from mls_kit.report.pdf_pages import Page, Word

_MOST_FOUND, _MOST_WORDS = 50, 40  # places of one phrase, and its words
_SPACE = 0.6  # of a line's height: no space between two words is wider, in a typewriter's letters neither


class Box(NamedTuple):
    """A phrase on a page: its words, which may stand in several lines of one cell."""

    words: tuple[Word, ...]
    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float  # the height of a line

    @classmethod
    def of(cls, words: Sequence[Word]) -> Box:
        """Return the place of some words of a page."""
        _, pages, lefts, tops, rights, bottoms = zip(*words, strict=True)
        height = max(word.bottom - word.top for word in words)
        return cls(tuple(words), pages[0], min(lefts), min(tops), max(rights), max(bottoms), max(height, 1.0))

    @property
    def text(self) -> str:
        """The words as one line."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, eq=False)
class Layout:
    """The words of all pages as lines, from top to bottom and from left to right."""

    pages: Sequence[Page]
    _found: dict[str, list[Box]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[list[Word]]:
        """Words whose middles are at one height are a line."""
        lines: list[list[Word]] = []
        for page in self.pages:
            height = None
            for word in sorted((part for each in page.words for part in _parts(each)), key=middle):
                if height is None or middle(word) - height > 0.4 * (word.bottom - word.top):
                    lines.append([])
                    height = middle(word)
                lines[-1].append(word)
        for line in lines:
            line.sort(key=lambda word: word.left)
        return lines

    @cached_property
    def _place(self) -> dict[Word, tuple[int, int]]:
        return {word: (y, x) for y, line in enumerate(self.lines) for x, word in enumerate(line)}

    @cached_property
    def _starts(self) -> dict[str, list[Word]]:
        """Each word by what it is compared by."""
        found: dict[str, list[Word]] = {}
        for line in self.lines:
            for word in line:
                found.setdefault(fold(word.text), []).append(word)
        return found

    def find(self, phrase: str) -> list[Box]:
        """Return the places of a phrase, which may go on in the next line of its cell."""
        if phrase not in self._found:
            self._found[phrase] = self._find(fold(phrase))
        return self._found[phrase]

    def _find(self, target: str) -> list[Box]:
        starts = [word for text, words in self._starts.items() if text and target.startswith(text) for word in words]
        found = (self._follow(word, target) for word in starts[: 20 * _MOST_FOUND])
        return sorted(filter(None, found), key=lambda box: (box.page, box.top, box.left))[:_MOST_FOUND]

    def _follow(self, start: Word, target: str) -> Box | None:
        words, rest = [start], target.removeprefix(fold(start.text))
        while rest:
            if words[-1].text[-1] in ":：" or len(words) > _MOST_WORDS:
                return None
            fits = (word for word in self._next(words) if rest.startswith(fold(word.text)))
            word = next(fits, None)
            if word is None:
                return None
            words.append(word)
            rest = rest.removeprefix(fold(word.text))
        return Box.of(words)

    def _next(self, words: list[Word]) -> Iterator[Word]:
        """Yield the words with which the last one may go on: in its line, or, at the end of a line of its cell, in the next."""
        last, box = words[-1], Box.of(words)
        y, x = self._place[last]
        line = self.lines[y]
        gap = line[x + 1].left - last.right if x + 1 < len(line) else float("inf")
        if gap < 1.2 * box.size:
            yield line[x + 1]
        if gap < _SPACE * box.size:
            return
        left = min(next(run.left for run in runs([*self.before(box), words[0]])[::-1]), box.left)
        for below in self.lines[y + 1 : y + 6]:
            if below[0].page != box.page or below[0].top - last.bottom > box.size:
                return
            if below[0].top > last.top + 0.5 * box.size:
                for begin in (box.left, left):
                    place = next((n for n, word in enumerate(below) if word.right > begin and word.left < box.right), None)
                    if place is not None and (not place or below[place].left - below[place - 1].right > _SPACE * box.size):
                        yield below[place]
                if gap == float("inf"):  # a sentence goes on
                    yield below[0]

    def after(self, box: Box) -> list[Word]:
        """Return the words that follow a phrase in the line of its last word."""
        y, x = self._place[box.words[-1]]
        return self.lines[y][x + 1 :]

    def before(self, box: Box) -> list[Word]:
        """Return the words in the line of a phrase's first word that stand before it."""
        y, x = self._place[box.words[0]]
        return self.lines[y][:x]

    def below(self, box: Box, labels: Set[Word]) -> list[Box]:
        """Return the one line or two below a phrase, where they are in its cell for certain; ``labels`` begin a cell each."""
        y = self._place[box.words[-1]][0]
        lines = [line for line in self.lines[y + 1 : y + 6] if line[0].page == box.page]
        first = next((line for line in lines if line[0].top > box.bottom - 0.5 * box.size), None)
        if not first or first[0].top - box.bottom > 1.5 * box.size:
            return []
        heads, cells = runs(self.lines[y], labels), runs(first)
        place = next((n for n, head in enumerate(heads) if head.words == box.words), None)
        if place is not None and _in_columns(heads, cells):
            found = cells[place]
        else:
            before, after = self.before(box), self.after(box)
            near = 0 if before or after else 1.5 * box.size
            there = [cell for cell in cells if cell.right > box.left - near and cell.left < box.right + near]
            if len(there) != 1 or (before and there[0].left < before[-1].right) or (after and there[0].right > after[0].left):
                return []
            found = there[0]
        more = (cell for line in lines for cell in runs(line) if cell.top > found.top and cell.top - found.bottom < 0.6 * box.size)
        return [found, *[cell for cell in more if cell.right > found.left and cell.left < found.right][:1]]

    def alone(self, box: Box, beside: Set[Word] = frozenset()) -> bool:
        """Tell whether a phrase is a cell of its own: no word stands close beside it, but those that may."""
        for word in box.words:
            y, x = self._place[word]
            near = [*self.lines[y][max(x - 1, 0) : x], *self.lines[y][x + 1 : x + 2]]
            may = {*box.words, *beside}
            if any(squeeze(w.text) and w not in may and _gap(w, word) < 0.55 * box.size for w in near):
                return False
        return True

    def row(self, box: Box) -> list[Word]:
        """Return the words to the right of a phrase, in the height of its lines."""
        inside, more = set(box.words), 0.3 * box.size
        return [
            word for line in self.lines for word in line
            if word.page == box.page and word not in inside and box.top - more < middle(word) < box.bottom + more
            and (word.left + word.right) / 2 > box.right - more
        ]  # fmt: skip

    def picture(self, page: int) -> np.ndarray:
        """Return what a page looks like."""
        return self.pages[page - 1].picture


def fold(text: str) -> str:
    """Return what words are compared by: letters and digits; "and" and "&" are one, and so are forms of letters."""
    return "" if text.casefold() == "and" else squeeze(re.sub(r"\band\b", " ", text, flags=re.I) if " " in text else text)


def runs(line: Sequence[Word], starts: Set[Word] = frozenset()) -> list[Box]:
    """Return the cells of a line: words that are close together; those in ``starts`` begin one."""
    found: list[list[Word]] = []
    for word in line:
        if found and word not in starts and _gap(found[-1][-1], word) < 0.8 * (word.bottom - word.top):
            found[-1].append(word)
        else:
            found.append([word])
    return [Box.of(words) for words in found]


def _in_columns(heads: Sequence[Box], cells: Sequence[Box]) -> bool:
    """Tell whether two lines are a row of headings and one of values, none of which reaches under another's heading."""
    if not 1 < len(heads) == len(cells):
        return False
    pairs = pairwise(zip(heads, cells, strict=True))
    return all(cell.right <= right.left and head.right <= beside.left for (head, cell), (right, beside) in pairs)


def edges(picture: np.ndarray, left: float, right: float, top: float, bottom: float) -> list[int]:
    """Return where vertical lines, or the ends of colored columns, run through most of an area's height."""
    part = picture[int(top) : int(bottom), max(int(left), 0) : int(right)].astype(int)
    if part.shape[0] < 3 or part.shape[1] < 3:
        return []
    steps = (np.abs(np.diff(part, axis=1)).sum(axis=2) > 45).mean(axis=0)
    return [int(left) + int(place) for place in np.flatnonzero(steps > 0.6)]


class Look(NamedTuple):
    """What an area looks like: the color at its rim, and how many pixels have another; none where they are an outline only."""

    color: np.ndarray
    drawn: float

    @classmethod
    def of(cls, picture: np.ndarray, left: float, right: float, top: float, bottom: float) -> Look:
        """Look at an area of a page."""
        part = picture[max(int(top), 0) : int(bottom), max(int(left), 0) : int(right)].astype(int)
        if not part.size:
            return cls(np.zeros(3), 0.0)
        rim = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
        coarse = (rim >> 4) @ np.array([256, 16, 1])
        values, counts = np.unique(coarse, return_counts=True)
        color = np.median(rim[coarse == values[counts.argmax()]], axis=0)
        other = np.abs(part - color).sum(axis=2) > 90
        if other.sum() < 6:
            return cls(color, 0.0)
        ys, xs = np.nonzero(other)
        box = other[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        height, width = box.shape
        core = box[height // 3 : height - height // 3, width // 3 : width - width // 3]
        return cls(color, float(other.sum()) if core.size and core.mean() > 0.05 else 0.0)

    def differs(self, other: Look) -> bool:
        """Tell whether the grounds of two areas have colors that a person tells apart."""
        return bool(np.abs(self.color - other.color).sum() > 40)


def _parts(word: Word) -> Iterator[Word]:
    """Yield a word in two where a value is glued to its label, as in "Score:690"."""
    found = re.fullmatch(r"([^\W\d][^:：]*[:：])([^/].*)", word.text)
    if not found:
        yield word
        return
    place = word.left + (word.right - word.left) * len(found[1]) / len(word.text)
    yield word._replace(text=found[1], right=place)
    yield word._replace(text=found[2], left=place)


def middle(part: Word | Box) -> float:
    """Return the height at which the middle of a word or a phrase is."""
    return (part.top + part.bottom) / 2


def _gap(one: Word, other: Word) -> float:
    return max(other.left - one.right, one.left - other.right)
