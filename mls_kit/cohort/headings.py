"""Where does the table of reports begin, and what does each of its columns mean?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mls_kit.exam import Exam, exam_files, find_exam
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import Grid, Row, find_domain, is_blank, known_headings

Cells = Sequence[Any]

REQUIRED = ("exam", "scaled_score")
_SHORTEST = 3  # letters of a domain's name: fewer are a beginning of too many things
_LOOKED_AT = 50  # rows in which a heading is looked for


def known_columns() -> list[str]:
    """Return the names of the columns a cohort may have.

    >>> known_columns()[:3]
    ['learner_id', 'learner_name', 'exam']
    """
    return [*dict.fromkeys(known_headings("cohort").values()), "domain_1"]


class Words:
    """What headings mean, with the exams of one folder."""

    def __init__(self, exam_folder: str | Path | None = None) -> None:
        self.exams: list[Exam] = []
        for code in exam_files(exam_folder):
            with suppress(InputError):  # a broken file matters to the rows of its exam, and is named there
                self.exams.append(find_exam(code, exam_folder))
        self._ours = known_headings("cohort")
        self.meaning = lru_cache(maxsize=4096)(self._meaning)

    def _meaning(self, heading: str) -> str:
        """Return our name for a heading, ``domain:KEY`` for one that names a domain, "" for any other."""
        text = squeeze(heading)
        if text in self._ours:
            return self._ours[text]
        number = text.removeprefix("rating").removeprefix("domain")
        if number.isdecimal() and len(number) <= 2:
            return f"domain:{int(number)}"
        if len(text) < _SHORTEST:
            return ""
        return f"domain:{heading}" if any(find_domain(heading, exam) for exam in self.exams) else ""

    def of(self, cell: Any) -> str:
        """Return the meaning of a cell as a heading."""
        if isinstance(cell, str) and 0 < len(cell) <= 200:
            return self.meaning(cell)
        return self.meaning(str(cell)) if type(cell) is int and 0 < cell < 20 else ""

    def known(self, cells: Cells) -> int:
        """Return how many different things the cells of a row name."""
        return self.likeness(cells)[1]

    def likeness(self, cells: Cells) -> tuple[int, int]:
        """Return how like a heading a row is: a number alone may be a domain's, or anything."""
        found = {meaning for cell in cells if (meaning := self.of(cell))}
        return sum(name[:7] != "domain:" for name in found), len(found)

    def missing(self, cells: Cells) -> list[str]:
        """Return the columns that every report needs and a row does not head."""
        found = {self.of(cell) for cell in cells}
        rated = any(name == "ratings" or name[:7] == "domain:" for name in found)
        return [name for name in REQUIRED if name not in found] + ([] if rated else ["ratings"])


@dataclass
class Table:
    """The rows of a grid below its heading: each column's own name, and place of a column -> what it holds."""

    columns: list[str]
    meaning: dict[int, str]
    heading: int  # the number of the row, the second one of two, that heads the columns
    remarks: list[str]
    grid: Grid

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the heading."""
        return (row for row in self.grid.rows() if row.number > self.heading)

    def place(self, name: str) -> int | None:
        """Return the place of the column with a meaning."""
        return next((place for place, found in self.meaning.items() if found == name), None)


def choose_table(grids: list[Grid], words: Words, file: str, sheet: str = "") -> Table:
    """Return the table of reports among the sheets of a file; raise ``InputError`` where it is not clear which is meant."""
    if sheet:
        named = [grid for grid in grids if squeeze(grid.name) == squeeze(sheet)]
        if not named:
            names = [shown(grid.name) for grid in grids if grid.name]
            expected = f"one of the sheets {', '.join(names)}" if names else "needed: this file has one table"
            raise InputError(shown(file), [Problem("sheet", shown(sheet), expected, nearest(sheet, names))])
        return _table(named[0], words, file)
    fitting = [grid for grid in grids if not words.missing(_heading(grid, words)[1])]
    if len(fitting) > 1:
        names = [repr(shown(grid.name)) for grid in fitting]
        expected = "a workbook with one sheet of reports: name the one you mean (--sheet)"
        raise InputError(shown(file), [Problem("sheet", f"{len(names)} sheets: {', '.join(names)}", expected)])
    best = max(fitting or grids, key=lambda grid: max((words.known(row.cells) for row in _beginning(grid)), default=0))
    table = _table(best, words, file)
    if len(grids) > 1:
        table.remarks.insert(0, f"Sheet {shown(best.name)!r} was read; the other sheets hold no reports.")
    return table


def _beginning(grid: Grid) -> list[Row]:
    """Return the rows in which a heading is looked for, without the blank ones."""
    rows = itertools.takewhile(lambda row: row.number <= _LOOKED_AT, grid.rows())
    return [row for row in rows if not all(map(is_blank, row.cells))]


def _heading(grid: Grid, words: Words) -> tuple[int, Cells]:
    """Return the number and the cells of the row most like a heading; of two rows together, the number of the second."""
    look = _beginning(grid)
    for row, following in itertools.zip_longest(look, look[1:]):
        if following and following.number == row.number + 1:
            both = _joined(row.cells, following.cells, words)
            if both and not words.missing(both):
                return following.number, both
        if not words.missing(row.cells):
            return row.number, row.cells
    best = max(look, key=lambda row: words.likeness(row.cells), default=Row(1, ()))
    return best.number, best.cells


def _joined(upper: Cells, lower: Cells, words: Words) -> Cells | None:
    """Return a heading of two rows as one: the lower row holds the domains, and nothing below exam and score."""
    domains = {meaning for cell in lower if (meaning := words.of(cell))}
    if len(domains) < 2 or any(name[:7] != "domain:" for name in domains):
        return None
    cells = []
    for above, below in itertools.zip_longest(upper, lower):
        if words.of(above) in REQUIRED and not is_blank(below) and below != above:
            return None
        cells.append(below if words.of(below) else above)
    return cells


def _table(grid: Grid, words: Words, file: str) -> Table:
    number, heading = _heading(grid, words)
    if missing := words.missing(heading):
        raise _refusal(heading, missing, file)
    meaning: dict[int, str] = {}
    for column, cell in enumerate(heading):
        found = words.of(cell)
        if found and found not in meaning.values():
            meaning[column] = found
    remarks = list(grid.remarks)
    if number > 1:
        above = sum(row.number < number for row in _beginning(grid))
        said = f"; what stands above it was passed over ({above} rows)" if above else ""
        remarks.append(f"The heading is row {number}{said}.")
    width = max((len(row.cells) for row in grid.rows() if row.number > number), default=0)
    columns = [_name(heading[n] if n < len(heading) else None, n) for n in range(max(width, len(heading)))]
    columns = [name if columns.index(name) == n else f"{name} (column {n + 1})" for n, name in enumerate(columns)]
    return Table(columns, meaning, number, remarks, grid)


def _name(cell: Any, place: int) -> str:
    return f"(no heading, column {place + 1})" if is_blank(cell) else shown(cell)


def _refusal(heading: Cells, missing: list[str], file: str) -> InputError:
    given = [shown(cell) for cell in heading[:100] if not is_blank(cell)]
    if not given:
        return InputError(shown(file), [Problem("file", "an empty table", "a readable table with a heading")])
    there = shown(", ".join(given))
    problems = [Problem("columns", there, f"complete: {name} is missing", nearest(name, given)) for name in missing]
    return InputError(shown(file), problems)
