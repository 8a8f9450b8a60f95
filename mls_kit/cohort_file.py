"""A spreadsheet as text: CSV or XLSX, every row with the number a spreadsheet shows, nothing lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from mls_kit.problems import InputError, Problem, shown

__all__ = ["read_table"]


def _read_csv(text: str) -> pd.DataFrame:
    """Read rows as they are: a blank one keeps its number, and cells beyond the heading get a column of their own."""
    separator = max(",;\t|", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if not rows or not any(rows[0]):
        raise ValueError("an empty heading")
    width = max(len(row) for row in rows if any(cell.strip() for cell in row))
    while width > len(rows[0]) and not any(row[width - 1].strip() for row in rows if len(row) >= width):
        width -= 1
    heading = [*rows[0], *(f"(no heading, column {n})" for n in range(len(rows[0]) + 1, width + 1))]
    cells = [(row + [""] * len(heading))[: len(heading)] for row in rows[1:]]
    return pd.DataFrame(cells, columns=heading, dtype=object)


def read_table(path: Path) -> pd.DataFrame:
    """Read a file as text; the index holds the row numbers a spreadsheet shows."""
    name = path.name
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            frame = pd.read_excel(path, dtype=object)
        elif path.suffix.lower() in (".csv", ".txt", ".tsv"):
            frame = _read_csv(path.read_text(encoding="utf-8-sig"))
        else:
            raise InputError(name, [Problem("file", name, "a .csv or .xlsx file")])
    except FileNotFoundError:
        raise InputError(name, [Problem("file", name, "an existing file")]) from None
    except UnicodeDecodeError as error:
        raise InputError(
            name, [Problem("file", f"byte {error.start}", "text in UTF-8; save it as CSV UTF-8")]
        ) from None
    except (csv.Error, pd.errors.ParserError, ValueError, KeyError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(name, [Problem("file", shown(error), "a readable table")]) from None
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame
