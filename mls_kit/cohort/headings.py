"""Where does the table of reports begin, and what does each of its columns mean?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from mls_kit.exam import Exam, exam_files, find_exam
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import Grid, Row, find_domain, is_blank

__all__ = ["Table", "Words", "choose_table", "known_columns"]

# How people head their columns, folded; the first name of each line is ours.
_HEADINGS = {
    "learner_id": ["id", "learner", "employee id", "employee", "candidate id", "candidate", "student id"],
    "learner_name": ["name", "full name", "learner name", "candidate name", "student"],
    "exam": ["exam code", "certification", "code"],
    "scaled_score": ["score", "overall score", "result score", "scale score"],
    "ratings": ["rating", "domain ratings"],
    "taken_on": ["date", "exam date", "test date", "taken", "date taken"],
    "attempt": ["attempt number", "attempt no"],
    "result": ["pass fail", "outcome", "status"],
    "hours_per_week": ["hours", "weekly hours", "hours a week"],
    "target_date": ["target", "retake date", "target exam date"],
    "days_off": ["off", "holidays"],
    "language": ["exam language"],
    "retake_exam": ["plan for", "next exam"],
    "split": ["time split"],
}
REQUIRED = ("exam", "scaled_score")
_SHORTEST = 3  # letters of a domain's name: fewer are a beginning of too many things
_LOOKED_AT = 50  # rows in which a heading is looked for


def known_columns() -> list[str]:
    """Return the names of the columns a cohort may have."""
    return [*_HEADINGS, "domain_1"]


class Words:
    """What headings mean, with the exams of one folder."""

    def __init__(self, exam_folder: str | Path | None = None) -> None:
        self.exams: list[Exam] = []
        for code in exam_files(exam_folder):
            with suppress(InputError):  # a broken file matters to the rows of its exam, and is named there
                self.exams.append(find_exam(code, exam_folder))
        self._ours = {squeeze(alias): name for name, aliases in _HEADINGS.items() for alias in [name, *aliases]}
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

    def known(self, row: Row) -> int:
        """Return how many different things the cells of a row name."""
        return len({meaning for cell in row if (meaning := self.of(cell))})

    def likeness(self, row: Row) -> tuple[int, int]:
        """Return how like a heading a row is: a number alone may be a domain's, or anything."""
        found = {meaning for cell in row if (meaning := self.of(cell))}
        return sum(name[:7] != "domain:" for name in found), len(found)

    def complete(self, row: Row) -> bool:
        """Tell whether a row heads every column that all reports need."""
        found = {self.of(cell) for cell in row}
        return found.issuperset(REQUIRED) and any(name == "ratings" or name[:7] == "domain:" for name in found)


@dataclass
class Table:
    """The rows of a grid below its heading.

    ``columns``: the heading of every column, each its own; ``meaning``: place of a column -> what it holds;
    ``first``: the number a spreadsheet shows beside the first row below the heading.
    """

    columns: list[str]
    meaning: dict[int, str]
    first: int
    remarks: list[str]
    grid: Grid

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the heading, from the first one."""
        return _below(self.grid, self.first - 1)

    def place(self, name: str) -> int | None:
        """Return the place of the column with a meaning."""
        return next((place for place, found in self.meaning.items() if found == name), None)


def choose_table(grids: list[Grid], words: Words, file: str, sheet: str = "") -> Table:
    """Return the table of reports among the sheets of a file.

    Raises
    ------
    InputError
        No sheet has what every report needs, or several have, and none was named.
    """
    if sheet:
        named = [grid for grid in grids if squeeze(grid.name) == squeeze(sheet)]
        if not named:
            names = [shown(grid.name) for grid in grids if grid.name]
            expected = f"one of the sheets {', '.join(names)}" if names else "needed: this file has one table"
            raise InputError(shown(file), [Problem("sheet", shown(sheet), expected, nearest(sheet, names))])
        return _table(named[0], words, file)
    fitting = [grid for grid in grids if _heading(grid, words)[1]]
    if len(fitting) > 1:
        names = [repr(shown(grid.name)) for grid in fitting]
        expected = "a workbook with one sheet of reports: name the one you mean (--sheet)"
        raise InputError(shown(file), [Problem("sheet", f"{len(names)} sheets: {', '.join(names)}", expected)])
    best = (
        fitting[0] if fitting else max(grids, key=lambda grid: max(map(words.known, grid.rows[:_LOOKED_AT]), default=0))
    )
    table = _table(best, words, file)
    if len(grids) > 1:
        table.remarks.insert(0, f"Sheet {shown(best.name)!r} was read; the other sheets hold no reports.")
    return table


def _heading(grid: Grid, words: Words) -> tuple[int, bool, Row]:
    """Return where the heading is, whether it is complete, and its cells."""
    look = [(place, row) for place, row in enumerate(grid.rows[:_LOOKED_AT]) if not all(map(is_blank, row))]
    for number, (place, row) in enumerate(look):
        if number + 1 < len(look) and look[number + 1][0] == place + 1:
            both = _joined(row, look[number + 1][1], words)
            if both and words.complete(both):
                return place + 1, True, both
        if words.complete(row):
            return place, True, row
    place, row = max(look, key=lambda each: words.likeness(each[1]), default=(0, ()))
    return place, False, row


def _joined(upper: Row, lower: Row, words: Words) -> Row | None:
    """Return a heading of two rows as one: the lower row holds the domains, and nothing below exam and score."""
    domains = {meaning for cell in lower if (meaning := words.of(cell))}
    if len(domains) < 2 or any(name[:7] != "domain:" for name in domains):
        return None
    cells = []
    for place in range(max(len(upper), len(lower))):
        above = upper[place] if place < len(upper) else None
        below = lower[place] if place < len(lower) else None
        if words.of(above) in REQUIRED and not is_blank(below) and below != above:
            return None
        cells.append(below if words.of(below) else above)
    return cells


def _table(grid: Grid, words: Words, file: str) -> Table:
    place, complete, heading = _heading(grid, words)
    meaning: dict[int, str] = {}
    for column, cell in enumerate(heading):
        found = words.of(cell)
        if found and found not in meaning.values():
            meaning[column] = found
    if not complete:
        _refuse(heading, list(meaning.values()), file)
    remarks = list(grid.remarks)
    above = sum(not all(map(is_blank, row)) for row in grid.rows[:place])
    if place:
        said = f"; what stands above it was passed over ({above} rows)" if above else ""
        remarks.append(f"The heading is row {place + 1}{said}.")
    width = max(map(len, _below(grid, place + 1)), default=0)
    columns = [_name(heading[n] if n < len(heading) else None, n) for n in range(max(width, len(heading)))]
    columns = [name if columns.index(name) == n else f"{name} (column {n + 1})" for n, name in enumerate(columns)]
    return Table(columns, meaning, place + 2, remarks, grid)


def _below(grid: Grid, place: int) -> Iterator[Row]:
    return islice(grid.rows, place, None)


def _name(cell: Any, place: int) -> str:
    return f"(no heading, column {place + 1})" if is_blank(cell) else shown(cell)


def _refuse(heading: Row, found: list[str], file: str) -> None:
    missing = [name for name in REQUIRED if name not in found]
    if "ratings" not in found and not any(name.startswith("domain:") for name in found):
        missing.append("ratings")
    given = [shown(cell) for cell in heading[:100] if not is_blank(cell)]
    if not given:
        raise InputError(shown(file), [Problem("file", "an empty table", "a readable table with a heading")])
    there = shown(", ".join(given))
    problems = [Problem("columns", there, f"complete: {name} is missing", nearest(name, given)) for name in missing]
    raise InputError(shown(file), problems)
