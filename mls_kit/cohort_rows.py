"""The rows of a table become reports, and their mistakes are named by row and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mls_kit.cohort_cells import DayColumn, plain_text, with_point
from mls_kit.cohort_grid import Row
from mls_kit.cohort_headings import Table
from mls_kit.exam import Exam, find_exam
from mls_kit.problems import InputError, Problem, shown
from mls_kit.reading import is_blank
from mls_kit.reading_ratings import find_domain
from mls_kit.report import ScoreReport

__all__ = ["RowProblem", "Rows"]

_DAYS = ("taken_on", "target_date")
_NUMBERS = ("scaled_score", "hours_per_week", "attempt")
_ALWAYS = ("exam", "scaled_score", "ratings")
_WISHES = ("retake_exam", "split")  # for the plan; not part of a report


@dataclass(frozen=True)
class RowProblem:
    """One mistake of a file: the row as the spreadsheet numbers it (the heading is row 1), column and problem."""

    row: int
    column: str
    value: str
    expected: str
    nearest: str | None

    def __str__(self) -> str:
        return f"row {self.row}, {Problem(self.column, self.value, self.expected, self.nearest)}"


class Rows:
    """Turns the rows of one table into reports, and mistakes back into rows and columns."""

    def __init__(self, table: Table, today: date | str, exam_folder: str | Path | None) -> None:
        self._table, self._today, self._folder = table, today, exam_folder
        self._days = {}
        for name in _DAYS:
            if (place := table.place(name)) is not None:
                cells = (row[place] for row in table.rows() if place < len(row))
                self._days[name] = DayColumn.of(table.columns[place], cells, table.grid.epoch)
        self._clean: dict[str, Callable[[Any], Any]] = {name: days.read for name, days in self._days.items()}
        self._clean |= dict.fromkeys(_NUMBERS, with_point) | dict.fromkeys(("learner_id", "learner_name"), plain_text)
        self._exams: dict[Any, tuple[Exam | None, dict[int, int | str]]] = {}
        self._fields = [(n, m, self._clean.get(m)) for n, m in table.meaning.items() if not m.startswith("domain:")]
        self._domains = {n: m.removeprefix("domain:") for n, m in table.meaning.items() if m.startswith("domain:")}
        self._heading = [name.casefold() for name in table.columns]

    def is_heading(self, cells: Row) -> bool:
        """Tell whether a row repeats the heading, as on every page of a print."""
        first = next(iter(self._table.meaning))
        cell = cells[first] if first < len(cells) else None
        if not isinstance(cell, str) or cell.strip().casefold() != self._heading[first]:
            return False
        own = [place for place in self._table.meaning if place < len(cells)]
        return len(own) == len(self._table.meaning) and all(
            isinstance(cells[place], str) and cells[place].strip().casefold() == self._heading[place] for place in own
        )

    def report(self, cells: Row) -> tuple[ScoreReport, dict[str, Any]]:
        """Return the report of a row, and what the row asks of its plan."""
        width = len(cells)
        values: dict[str, Any] = dict.fromkeys(_ALWAYS, "")
        for place, name, clean in self._fields:
            if place < width and not is_blank(value := cells[place]):
                values[name] = clean(value) if clean else value
        if self._domains and values["ratings"] == "":
            exam, keys = self._keys(values["exam"])
            values["exam"] = exam or values["exam"]
            given = {key: with_point(cells[n]) for n, key in keys.items() if n < width and not is_blank(cells[n])}
            values["ratings"] = given or ""
        asked = {name: values.pop(name) for name in _WISHES if name in values}
        return ScoreReport(**values, today=self._today, exam_folder=self._folder), asked

    def _keys(self, code: Any) -> tuple[Exam | None, dict[int, int | str]]:
        """Return the exam a cell names, and for every column of ratings the number of its domain there."""
        known = code if isinstance(code, str) and len(code) < 40 else None
        if known not in self._exams or known is None:
            if len(self._exams) > 1_000:
                self._exams.clear()
            try:
                exam = find_exam(code, self._folder)
                domains = {place: find_domain(key, exam) for place, key in self._domains.items()}
                numbers = [domain.number for domain in domains.values() if domain]
                self._exams[known] = (
                    exam,
                    {
                        place: domain.number
                        if (domain := domains[place]) and numbers.count(domain.number) == 1
                        else key
                        for place, key in self._domains.items()
                    },
                )
            except InputError:
                self._exams[known] = None, dict(self._domains)
        return self._exams[known]

    def problems(self, row: int, cells: Row, error: InputError) -> list[RowProblem]:
        """Return the mistakes of a row, each with the heading of its column in this file."""
        columns, place = self._table.columns, self._table.place("exam")
        headings = {name: columns[n] for n, name in self._table.meaning.items() if not name.startswith("domain:")}
        code = cells[place] if place is not None and place < len(cells) else ""
        exam, keys = self._keys("" if is_blank(code) else code)
        for n, key in keys.items():
            domain = find_domain(key, exam) if exam else None
            if domain:
                headings.setdefault(f"ratings, {domain.name}", columns[n])
        return [RowProblem(row, headings.get(p.place, p.place), p.value, p.expected, p.nearest) for p in error.problems]

    def id_of(self, cells: Row) -> str:
        """Return the learner id of a row, cleaned and shortened."""
        place = self._table.place("learner_id")
        value = cells[place] if place is not None and place < len(cells) else None
        return "" if is_blank(value) else shown(plain_text(value))

    def remarks(self) -> list[str]:
        """Say how the days were understood."""
        return [remark for days in self._days.values() for remark in days.remarks()]

    def unused(self) -> tuple[str, ...]:
        """Return the headings of columns that mean nothing here; empty columns without a heading are not named."""
        empty = {n for n, name in enumerate(self._table.columns) if name.startswith("(no heading")}
        for row in self._table.rows() if empty else ():
            empty -= {n for n in empty if n < len(row) and not is_blank(row[n])}
        names = enumerate(self._table.columns)
        return tuple(name for n, name in names if n not in self._table.meaning and n not in empty)
