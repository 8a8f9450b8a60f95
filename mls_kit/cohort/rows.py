"""The rows of a table become reports, and their mistakes are named by row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from mls_kit.cohort.cells import DayColumn, plain_text, with_point
from mls_kit.cohort.headings import Table
from mls_kit.exam import Exam, find_exam
from mls_kit.problems import InputError, Problem, shown
from mls_kit.report import Row, ScoreReport, find_domain, is_blank

__all__ = ["Attempt", "RowProblem", "Rows", "by_learner", "contradictions"]

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


class Attempt(NamedTuple):
    """What tells a row's report from those of other rows; the report itself need not be in memory."""

    row: int
    learner_id: str
    exam: str
    number: int
    taken_on: date | None

    @classmethod
    def of(cls, row: int, report: ScoreReport) -> Attempt:
        """Return the attempt of a row."""
        return cls(row, report.learner_id, report.exam, report.attempt, report.taken_on)


def contradictions(attempts: Iterable[Attempt]) -> list[tuple[RowProblem, Attempt]]:
    """Return the mistakes that only show beside other rows: repeated attempts, then days that go backwards.

    Examples
    --------
    >>> first, again = (Attempt(row, "L1", "SAA-C03", 1, None) for row in (2, 5))
    >>> [(problem.row, problem.nearest) for problem, _ in contradictions([first, again])]
    [(5, 'attempt 2')]
    """
    kept, repeated = _without_repeats(attempts)
    return repeated + _muddled_days(kept)


def _without_repeats(attempts: Iterable[Attempt]) -> tuple[list[Attempt], list[tuple[RowProblem, Attempt]]]:
    """Take out rows that repeat a learner's attempt at an exam."""
    seen: dict[tuple[str, str, int], int] = {}
    kept, problems = [], []
    for attempt in attempts:
        key = (attempt.learner_id, attempt.exam, attempt.number)
        if attempt.learner_id and key in seen:
            expected = f"an attempt of its own: row {seen[key]} has this id, exam and attempt already"
            value = shown(f"{attempt.learner_id}, attempt {attempt.number}")
            near = f"attempt {attempt.number + 1}"
            problems.append((RowProblem(attempt.row, "learner_id, attempt", value, expected, near), attempt))
        else:
            seen[key] = attempt.row
            kept.append(attempt)
    return kept, problems


def _muddled_days(attempts: list[Attempt]) -> list[tuple[RowProblem, Attempt]]:
    """Find attempts whose day does not lie after the day of the attempt before."""
    problems = []
    last: dict[tuple[str, str], tuple[int, date]] = {}
    for attempt in sorted(attempts, key=lambda each: (each.number, each.row)):
        if not attempt.learner_id or not attempt.taken_on:
            continue
        before = last.get((attempt.learner_id, attempt.exam))
        if before and attempt.taken_on <= before[1]:
            expected = f"a day after the attempt before it, {before[1]} in row {before[0]}"
            problems.append((RowProblem(attempt.row, "taken_on", str(attempt.taken_on), expected, None), attempt))
        else:
            last[attempt.learner_id, attempt.exam] = attempt.row, attempt.taken_on
    return problems


def by_learner(attempts: Iterable[Attempt]) -> Iterator[list[Attempt]]:
    """Yield the attempts of each learner at each exam, the latest last; a row without an id is a learner of its own."""
    groups: dict[object, list[Attempt]] = {}
    for attempt in attempts:
        key = (attempt.learner_id, attempt.exam) if attempt.learner_id else attempt.row
        groups.setdefault(key, []).append(attempt)
    for group in groups.values():
        yield sorted(group, key=lambda each: (each.number, each.taken_on or date.min))
