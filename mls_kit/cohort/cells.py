"""Cells as people and spreadsheets write them: days as numbers or day first, decimal commas; column by column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mls_kit.report import YEARS, both_days

_COMMA = re.compile(r"\s*(\d{1,3}),(\d{1,2})\s*(%?)\s*", re.ASCII)
_SERIAL = re.compile(r"\s*(\d{5})(?:[.,]\d+)?\s*", re.ASCII)


@dataclass
class DayColumn:
    """How the days of one column are written, decided by all of its cells together."""

    name: str
    epoch: date
    order: str = ""  # "day first", "month first", "" where nothing decides, "mixed" where cells contradict each other
    deciding: str = ""  # a cell that can mean nothing else
    numbers: int = 0  # days written as numbers
    turned: int = 0  # days read by the order of the column
    asked: int = 0  # days that may mean two
    example: str = ""  # of a number

    @classmethod
    def of(cls, name: str, cells: Iterable[Any], epoch: date) -> DayColumn:
        """Look at all cells of a column."""
        seen: dict[str, str] = {}
        for text in {cell.strip() for cell in cells if isinstance(cell, str) and 6 <= len(cell) <= 20}:
            first, second = both_days(text) if re.search(r"\d{4}$", text) else (None, None)
            if (first is None) != (second is None):
                order = "day first" if first else "month first"
                seen[order] = min(text, seen.get(order, text))
        order = "mixed" if len(seen) == 2 else next(iter(seen), "")
        return cls(name, epoch, order, seen.get(order, ""))

    def read(self, cell: Any) -> Any:
        """Return the day a cell holds where it can be told, else the cell as it is."""
        if isinstance(cell, (datetime | date, bool)):
            return cell
        if isinstance(cell, int | float):
            return self._of_number(cell, cell)
        text = str(cell)
        if number := _SERIAL.fullmatch(text[:40]):
            return self._of_number(int(number[1]), cell)
        first, second = both_days(text.strip()[:20])
        if first is None and second is None:
            return cell
        day = {"day first": first, "month first": second}.get(self.order, first if first == second else None)
        if day is None or not re.search(r"\d{4}\s*$", text):
            self.asked += first is not None and second is not None and first != second
            return cell
        self.turned += 1
        return day

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
            said.append(f"{self.name}: {self.numbers} days are numbers, as Excel stores them ({self.example}).")
        if self.turned and self.order:
            said.append(f"{self.name}: days are written {self.order}; {self.deciding} can mean nothing else.")
        if self.asked:
            why = "its cells contradict each other" if self.order == "mixed" else "nothing in the column decides"
            asked = f"{self.asked} days may be day first or month first, and {why}. Write them as YYYY-MM-DD."
            said.append(f"{self.name}: {asked}")
        return said


def with_point(cell: Any) -> Any:
    """Return a number with a decimal comma ("7,5", "65,5 %") as one with a point, anything else as it is."""
    if isinstance(cell, str) and "," in cell[:12] and (found := _COMMA.fullmatch(cell[:40])) and len(cell) <= 40:
        return f"{found[1]}.{found[2]}{found[3]}"
    return cell


def plain_text(cell: Any) -> Any:
    """Return a number of a workbook, such as 1042.0, as the text that was typed; anything else as it is."""
    if isinstance(cell, float) and cell == cell and abs(cell) < 1e15 and cell == int(cell):
        return str(int(cell))
    return cell
