"""A corrected copy of a file of reports: only clear typing errors are fixed, and a sheet of its own lists each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from mls_kit.cohort.attempts import RowProblem
from mls_kit.cohort.headings import Table
from mls_kit.cohort.reader import CohortReader, SheetReader
from mls_kit.cohort.sheets import Sheet, workbook_of
from mls_kit.exam import aliases, find_exam
from mls_kit.files import write_whole_bytes
from mls_kit.problems import InputError, Problem, shown

_ALIKE = 0.75  # how much of a word with a typing error and the word that was meant
_SHORTEST = 4  # letters of such a word
_MOST_ROWS = 1_048_576  # of a workbook


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
    changes: list[Change] = []

    def rows(part: SheetReader, title: str) -> Iterator[Sequence[Any]]:
        for number, cells in _all_rows(part.source, source.name):
            values = list(cells)
            for place, value in enumerate(values):
                fix = fixes.get((part.place, number, place))
                if fix and str(value).strip() == fix.value:  # a part of the cell is no mistake
                    values[place] = fix.nearest
                    why, heading = f"it was not {fix.expected}", part.source.columns[place]
                    changes.append(Change(title, number, heading, fix.value, str(fix.nearest), why))
            yield values

    def sheets() -> Iterator[Sheet]:
        for part in CohortReader(source, None, exam_folder, sheet).sheets:
            title = part.source.grid.name or "reports"
            yield Sheet(title, rows(part, title))
        yield Sheet("changes", [Change._fields, *changes])  # complete by now

    write_whole_bytes(target, workbook_of(sheets()))
    return changes


def certain(problem: RowProblem) -> bool:
    """Tell whether the nearest value is what was meant: the same words, but for typing errors."""
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
