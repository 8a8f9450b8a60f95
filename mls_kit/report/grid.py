"""A table of cells, as every kind of file is read: rows with the numbers that a spreadsheet shows, damaged cells named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from mls_kit.problems import InputError, Problem, shown

WIDEST = 1_000  # columns; a real file has twenty
EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}  # day 0 of Excel's two calendars
UNCLOSED = "a cell whose quotation mark is closed again"
NO_TEXT = "readable text: some of its characters are damaged"
READABLE = "a value that can be read: the cell is damaged"
BROKEN = "\ufffd"  # what a decoder leaves where it could not read


class Damaged(NamedTuple):
    """A cell that cannot be read: what can be seen of it, and what was expected."""

    value: str
    expected: str

    def __str__(self) -> str:
        return self.value


class Row(NamedTuple):
    """The cells of one row, under the number that a spreadsheet shows beside it."""

    number: int
    cells: Sequence[Any]
    text: str = ""  # the line of a file of text
    codec: str = ""  # how it was decoded, where it is not in the encoding of the file
    origin: dict[int, tuple[int, int]] | None = None  # place -> row and place where a cell stands in the file itself


@dataclass
class Grid:
    """One table of cells."""

    name: str
    rows: Callable[[], Iterator[Row]]
    remarks: list[str]  # how the file was understood
    epoch: date = EPOCHS[False]  # day 0 for numbers that stand for days
    codec: str = ""  # of all rows, where that is said in the remarks


def refusal(name: str, value: str, expected: str) -> InputError:
    """Return why a file is not read."""
    return InputError(shown(name), [Problem("file", value, expected)])


def checked_width(cells: Sequence[Any], name: str, row: int) -> None:
    """Refuse a row that is far wider than any report's."""
    if len(cells) > WIDEST and len(trim(cells)) > WIDEST:
        raise refusal(name, f"over {WIDEST:,} cells in row {row}", "a table of reports")


def trim(cells: Sequence[Any]) -> Sequence[Any]:
    """Return the cells of a row without the empty ones at its end."""
    end = len(cells)
    while end and (cells[end - 1] is None or (isinstance(cells[end - 1], str) and not cells[end - 1].strip())):
        end -= 1
    return cells[:end]
