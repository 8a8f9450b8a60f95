"""A corrected copy of a file of reports: only clear typing errors are fixed, and a sheet of its own lists each."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from mls_kit.cohort.attempts import RowProblem
from mls_kit.cohort.headings import Table
from mls_kit.cohort.reader import CohortReader
from mls_kit.exam import aliases, find_exam
from mls_kit.files import write_whole_bytes
from mls_kit.problems import InputError, Problem, shown

_ALIKE = 0.75  # how much of a word with a typing error and the word that was meant
_SHORTEST = 4  # letters of such a word
_MOST_ROWS, _LONGEST = 1_048_576, 32_767  # what a workbook holds


class Change(NamedTuple):
    """One cell of the copy that is not as it was."""

    sheet: str
    row: int
    column: str
    before: str
    after: str
    why: str


def write_fixed(
    source: Path, problems: Iterable[RowProblem], target: Path, exam_folder: str | None = None, sheet: str = ""
) -> list[Change]:
    """Write a copy of a file of reports as a workbook, with every mistake fixed whose right value is certain; return those.

    An InputError where the file has more rows than a workbook holds.
    """
    fixes = {(getattr(p.row, "place", 0), *p.cell): p for p in problems if p.cell and certain(p)}
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    changes: list[Change] = []

    def cell(page: Any, value: Any) -> Any:
        made = WriteOnlyCell(page, _storable(value))
        if isinstance(made.value, str):  # whatever it looks like, it is text and no formula
            made.data_type, made.quotePrefix = "s", made.value[:1] in tuple("=+-@'")
        elif isinstance(value, date):
            made.number_format = "yyyy-mm-dd hh:mm" if _has_time(value) else "yyyy-mm-dd"
        return made

    for part in CohortReader(source, None, exam_folder, sheet).sheets:
        page = book.create_sheet(part.source.grid.name or "reports")
        for number, cells in _all_rows(part.source, source.name):
            values = list(cells)
            for place, value in enumerate(values):
                if fix := fixes.get((part.place, number, place)):
                    if str(value).strip() != fix.value:  # a part of the cell is no mistake
                        continue
                    values[place] = fix.nearest
                    why = f"it was not {fix.expected}"
                    heading = part.source.columns[place]
                    changes.append(Change(page.title, number, heading, fix.value, str(fix.nearest), why))
            page.append([cell(page, value) for value in values])
    page = book.create_sheet("changes")
    for line in (Change._fields, *changes):
        page.append([cell(page, value) for value in line])
    content = io.BytesIO()
    book.save(content)
    write_whole_bytes(target, content.getvalue())
    return changes


def certain(problem: RowProblem) -> bool:
    """Tell whether the nearest value is what was meant: the same words, but for typing errors.

    >>> [certain(RowProblem(2, "domain_1", value, "", "Competent")) for value in ("Compentent", "Incompetent", "Competent?")]
    [True, False, False]
    """
    meant = [problem.nearest or ""]
    if problem.nearest == "fail":
        meant += aliases("results")["fail"]
    else:
        with suppress(InputError):
            meant.append(find_exam(problem.nearest).name.value or "")
    return any(_is_slip(problem.value, word) for word in meant)


def _is_slip(value: str, meant: str) -> bool:
    """Tell whether two texts differ by letters within their words only; never in a word's first letter, which may say "not"."""
    if re.search(r"[^\w\s.,'’()–-]|\d", value):
        return False
    words, others = (re.findall(r"[^\W\d_]+", text.casefold()) for text in (value, meant))
    return len(words) == len(others) > 0 and all(
        word == other
        or (min(len(word), len(other)) >= _SHORTEST and word[0] == other[0]
            and SequenceMatcher(None, word, other).ratio() >= _ALIKE)
        for word, other in zip(words, others, strict=True)
    )  # fmt: skip


def _all_rows(table: Table, file: str) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield every row of a sheet by its number, those that hold nothing too."""
    last = 0
    for row in table.grid.rows():
        if row.number > _MOST_ROWS:
            expected = f"a file of at most {_MOST_ROWS:,} rows, which a workbook holds"
            raise InputError(shown(file), [Problem("file", f"row {row.number:,}", expected)])
        yield from ((number, ()) for number in range(last + 1, row.number))
        last = row.number
        yield last, row.cells


def _storable(value: Any) -> Any:
    """Return a value as a workbook can hold it."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None or isinstance(value, bool | int | float | date):
        return value.replace(tzinfo=None) if isinstance(value, datetime) else value
    return ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value))[:_LONGEST]


def _has_time(value: date) -> bool:
    return isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0)
