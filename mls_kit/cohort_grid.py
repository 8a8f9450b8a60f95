"""One table of cells as a file holds it, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mls_kit.problems import InputError, Problem, shown
from mls_kit.spool import Spool

__all__ = ["EPOCHS", "WIDEST", "Grid", "Known", "Row", "refusal", "too_wide", "trim"]

Row = Sequence[Any]
Known = Callable[[Row], int]

WIDEST = 1_000  # columns; a real file has twenty
EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}  # day 0 of Excel's two calendars


@dataclass
class Grid:
    """One table of cells as a file holds it; row 1 is ``rows[0]``. Rows may differ in length.

    ``remarks`` say how the file was understood; ``epoch`` is day 0 for numbers that stand for days.
    """

    name: str
    rows: Spool[Row]
    remarks: list[str]
    epoch: date = EPOCHS[False]


def refusal(name: str, value: str, expected: str) -> InputError:
    """Return the error for a file that cannot be read; it names the file."""
    return InputError(shown(name), [Problem("file", value, expected)])


def too_wide(name: str, row: int) -> InputError:
    """Return the error for a row with more cells than any table of reports has."""
    return refusal(name, f"over {WIDEST:,} cells in row {row}", "a table of reports")


def trim(row: Row) -> Row:
    """Return a row without the empty cells at its end."""
    end = len(row)
    while end and (row[end - 1] is None or (isinstance(row[end - 1], str) and not row[end - 1].strip())):
        end -= 1
    return row if end == len(row) else row[:end]
