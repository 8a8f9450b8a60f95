"""Cells as people and spreadsheets write them: blanks, ids, days as numbers or day first; column by column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from mls_kit.exam import aliases
from mls_kit.report import YEARS, Damaged, both_days, is_blank, without_time

_SERIAL = re.compile(r"\s*(\d{5})(?:[.,]\d+)?\s*", re.ASCII)
_NUMERIC = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}", re.ASCII)
_SHORTENED = re.compile(r"\s*\d([.,]\d+)?e\+?\d\d+\s*", re.I | re.ASCII)
_DIGITS = 15  # that a spreadsheet keeps of a number
_ERROR = "a value: it is an error from the spreadsheet program"
_NO_ID = f"a complete id: a spreadsheet keeps {_DIGITS} digits of a number. Format the column as text, and enter the id again"


@lru_cache(maxsize=8)
def cell_words(kind: str) -> frozenset[str]:
    """Return the words of data/aliases for cells that hold no value: blank, error, tick, total."""
    return frozenset(word.casefold() for word in aliases("cells")[kind])


def value_of(cell: Any, blanks: frozenset[str]) -> Any:
    """Return what a cell holds: None for nothing or a word for it, of ="00042" the text within, of an error a damaged cell."""
    if isinstance(cell, str):
        return _said(cell, blanks) if len(cell) < 200 else None if cell.isspace() else cell
    return None if is_blank(cell) else cell


@lru_cache(maxsize=8192)
def _said(text: str, blanks: frozenset[str]) -> Any:
    said = text.strip()
    if not said or said.casefold() in blanks:
        return None
    if said[0] == "#" and (said.casefold() in cell_words("error") or not said.strip("# ")):
        return Damaged(text, _ERROR)
    kept = re.fullmatch(r'="([^"]*)"', said[:200])
    return kept[1] if kept else text


def plain_id(cell: Any) -> Any:
    """Return an id as text; of a number the text that was typed. One that a spreadsheet shortened is a damaged cell."""
    if isinstance(cell, float) and cell == cell and abs(cell) >= 10**_DIGITS:
        return Damaged(f"{cell:g}", _NO_ID)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if type(cell) is int:
        digits = len(str(abs(cell)))
        return str(cell) if digits <= _DIGITS or cell % 10 ** (digits - _DIGITS) else Damaged(f"{cell:g}", _NO_ID)
    return Damaged(cell, _NO_ID) if isinstance(cell, str) and _SHORTENED.fullmatch(cell[:40]) else cell


def tick_of(cells: list[tuple[Any, str]]) -> str:
    """Return the rating that is marked, of cells and the ratings they stand for; or what else is written there."""
    given = [(cell, label) for cell, label in cells if value_of(cell, cell_words("blank") | {"0", "no", "false"}) is not None]
    said = [f"{cell:g}" if isinstance(cell, float) else str(cell) for cell, _ in given]
    wrong = [text for text in said if text.strip().casefold() not in cell_words("tick")]
    return wrong[0] if wrong else " and ".join(label for _, label in given)


@dataclass
class DayColumn:
    """How the days of one column are written, decided by all of its cells together, for each mark between the numbers."""

    name: str
    epoch: date
    deciding: dict[tuple[str, str], str] = field(default_factory=dict)  # mark and order -> a cell that can mean nothing else
    numbers: int = 0  # days written as numbers
    turned: set[tuple[str, str]] = field(default_factory=set)  # the orders by which days were read
    asked: set[str] = field(default_factory=set)  # days that may mean two
    example: str = ""  # of a number
    _seen: set[str] = field(default_factory=set)

    def look(self, cell: Any) -> None:
        """Look at a cell before any is read."""
        if not isinstance(cell, str) or cell in self._seen or not 8 <= len(cell) <= 40:
            return
        if len(self._seen) < 10_000:
            self._seen.add(cell)
        text = without_time(cell.strip())
        if numeric := _NUMERIC.fullmatch(text):
            first, second = both_days(text)
            if (first is None) != (second is None):
                key = (numeric[1], "day first" if first else "month first")
                self.deciding[key] = min(text, self.deciding.get(key, text))

    def _order(self, mark: str) -> str:
        orders = [order for known, order in self.deciding if known == mark]
        return orders[0] if len(orders) == 1 else ""

    def read(self, cell: Any) -> Any:
        """Return the day a cell holds where it can be told, else the cell as it is."""
        if isinstance(cell, (datetime | date, bool)):
            return cell
        if isinstance(cell, int | float):
            return self._of_number(cell, cell)
        text = str(cell)[:40]
        if number := _SERIAL.fullmatch(text):
            return self._of_number(int(number[1]), cell)
        numeric = _NUMERIC.fullmatch(text := without_time(text.strip())) if len(text) > 7 and text[4:5] != "-" else None
        if not numeric:
            return cell
        first, second = both_days(text)
        if first is None or second is None or first == second:  # it says by itself what it means
            return cell
        mark = numeric[1]
        if not (order := self._order(mark)):
            self.asked.add(text)
            return cell
        self.turned.add((mark, order))
        return first if order == "day first" else second

    def _of_number(self, number: float, cell: Any) -> Any:
        if not 10_000 < number < 100_000:  # NaN and what is no day stay as they are
            return cell
        day = self.epoch + timedelta(days=int(number))
        if not YEARS[0] <= day.year <= YEARS[1]:
            return cell
        self.numbers += 1
        self.example = self.example or f"{int(number)} is {day}"
        return day

    def remarks(self) -> list[str]:
        """Say how the column was understood."""
        said = []
        if self.numbers:
            said.append(f"{self.name}: {self.numbers} days are numbers, the way Excel stores them ({self.example}).")
        for key in sorted(self.turned):
            said.append(f"{self.name}: days are written {key[1]}: {self.deciding[key]} can't mean anything else.")
        if self.asked:
            marks = {mark for mark, _ in self.deciding}
            mixed = any(mark in day for mark in marks for day in self.asked)
            why = "The other dates contradict each other" if mixed else "The other dates in this column don't show which is right"
            few = ", ".join(sorted(self.asked)[:3])
            asked = f"we can't tell whether the day or the month comes first in {few}"
            said.append(f"{self.name}: {asked}. {why}. Write all dates in this column as YYYY-MM-DD.")
        return said
