"""A file of reports, read row by row: reports come one at a time, mistakes are collected with row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from mls_kit.cohort.cells import DayColumn, plain_text, with_point
from mls_kit.cohort.headings import Words, choose_table
from mls_kit.exam import Exam, find_exam
from mls_kit.method import carry_to
from mls_kit.problems import InputError, Problem, shown
from mls_kit.report import (
    Damaged,
    Notes,
    Row,
    ScoreReport,
    find_domain,
    is_blank,
    read_aim,
    read_grids,
    read_source,
    read_split,
    reports_frame,
)

_DAYS = ("taken_on", "target_date")
_NUMBERS = ("scaled_score", "hours_per_week", "attempt")
_TEXTS = ("learner_id", "learner_name")
_ALWAYS = ("exam", "scaled_score", "ratings")
_WISHES = ("retake_exam", "split", "aim", "practice_source")  # for the plan; not part of a report
_NAMED = 10  # rows that a remark names one by one


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


class Entry(NamedTuple):
    """A row without a mistake of its own."""

    row: int
    report: ScoreReport
    wish: dict[str, str]  # what it asks of the plan: retake_exam, split, aim, practice_source


class CohortReader:
    """The rows of a file, one by one: a CSV or Parquet file may be larger than memory; of a workbook, all cells are there.

    The parameters are those of ``read_cohort``.

    Examples
    --------
    >>> from mls_kit._folders import data_folder
    >>> reader = CohortReader(data_folder() / "cohorts" / "sample.csv", today="2026-11-22")
    >>> attempts = [Attempt.of(row, report) for row, report, _ in reader.entries()]
    >>> len(attempts), reader.settle(attempts), reader.rows
    (33, set(), 33)
    """

    def __init__(
        self, path: str | Path, today: date | str | None = None, exam_folder: str | Path | None = None, sheet: str = ""
    ) -> None:
        file, words = Path(path), Words(exam_folder)
        self._table = table = choose_table(read_grids(file, words.known), words, file.name, sheet)
        self._today, self._folder = today or date.today(), exam_folder
        self._days = {}
        for name in _DAYS:
            if (place := table.place(name)) is not None:
                cells = (row.cells[place] for row in table.rows() if place < len(row.cells))
                self._days[name] = DayColumn.of(table.columns[place], cells, table.grid.epoch)
        clean: dict[str, Callable[[Any], Any]] = {name: days.read for name, days in self._days.items()}
        clean |= dict.fromkeys(_NUMBERS, with_point) | dict.fromkeys(_TEXTS, plain_text)
        self._fields = [(n, m, clean.get(m)) for n, m in table.meaning.items() if not m.startswith("domain:")]
        self._domains = {n: m.removeprefix("domain:") for n, m in table.meaning.items() if m.startswith("domain:")}
        self._heading = {n: table.columns[n].casefold() for n in table.meaning}
        self._known_keys = lru_cache(maxsize=100)(self._keys_of)
        self.problems: list[RowProblem] = []  # of the rows met so far; of all together once settled
        self.ids: dict[int, str] = {}  # row with mistakes -> learner id, cleaned and shortened
        self.rows = self._headings = 0  # rows that hold anything, and repeated headings among them
        self._doubtful: dict[int, str] = {}

    def entries(self) -> Iterator[Entry]:
        """Yield every row without a mistake of its own; to be gone through once, to the end."""
        for row in self._table.rows():
            if all(map(is_blank, row.cells)):
                continue
            if self._is_heading(row.cells):
                self._headings += 1
                continue
            self.rows += 1
            if row.codec != self._table.grid.codec and row.codec:
                self._doubtful[row.number] = row.codec
            try:
                entry = self._entry(row)
            except InputError as error:
                self.problems += self._row_problems(row, error)
                learner = self._cell(row.cells, "learner_id")
                self.ids[row.number] = "" if is_blank(learner) else shown(plain_text(learner))
            else:
                yield entry

    def settle(self, attempts: Iterable[Attempt]) -> set[int]:
        """Look at all rows together; return those that contradict others, which are mistakes as well."""
        found = _contradictions(attempts)
        self.ids |= {problem.row: shown(attempt.learner_id) for problem, attempt in found}
        self.problems = sorted([*self.problems, *(problem for problem, _ in found)], key=lambda each: each.row)
        return {problem.row for problem, _ in found}

    def id_of(self, row: int) -> str:
        """Return the learner id that a row with a mistake gives; empty where it gives none."""
        return self.ids.get(row, "")

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings of columns that mean nothing to the kit; empty columns without a heading are not named."""
        columns = self._table.columns
        empty = {n for n, name in enumerate(columns) if name.startswith("(no heading")}
        for row in self._table.rows() if empty else ():
            empty -= {n for n in empty if n < len(row.cells) and not is_blank(row.cells[n])}
        return tuple(name for n, name in enumerate(columns) if n not in self._table.meaning and n not in empty)

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the file was understood where it could be misunderstood; complete once every row was read."""
        said = [*self._table.remarks, *(remark for days in self._days.values() for remark in days.remarks())]
        if self._doubtful:
            rows = ", ".join(map(str, list(self._doubtful)[:_NAMED]))
            more = f" and {len(self._doubtful) - _NAMED} more" if len(self._doubtful) > _NAMED else ""
            said.append(f"Not UTF-8 as the others are: row {rows}{more}. Look whether names with accents are right.")
        if self._headings:
            said.append(f"The heading is repeated {self._headings} times among the rows; passed over.")
        return tuple(said)

    def _is_heading(self, cells: Sequence[Any]) -> bool:
        """Tell whether a row repeats the heading, as on every page of a print."""
        return all(
            place < len(cells) and isinstance(cells[place], str) and cells[place].strip().casefold() == name
            for place, name in self._heading.items()
        )

    def _entry(self, row: Row) -> Entry:
        """Read a row; raise ``InputError`` with all its mistakes."""
        cells, width = row.cells, len(row.cells)
        damaged = [(n, cell) for n, cell in enumerate(cells) if isinstance(cell, Damaged)]
        if damaged:
            names = dict(enumerate(self._table.columns))
            raise InputError("The row", [Problem(names.get(n, f"column {n + 1}"), *cell) for n, cell in damaged])
        values: dict[str, Any] = dict.fromkeys(_ALWAYS, "")
        for place, name, clean in self._fields:
            if place < width and not is_blank(value := cells[place]):
                values[name] = clean(value) if clean else value
        if self._domains and values["ratings"] == "":
            exam, keys = self._known_keys(str(values["exam"]))
            values["exam"] = exam or values["exam"]
            given = {key: with_point(cells[n]) for n, key in keys.items() if n < width and not is_blank(cells[n])}
            values["ratings"] = given or ""
        asked = {name: values.pop(name) for name in _WISHES if name in values}
        report = ScoreReport(**values, today=self._today, exam_folder=self._folder)
        return Entry(row.number, report, _read_wishes(report, asked) if asked else {})

    def _keys_of(self, code: str) -> tuple[Exam | None, dict[int, int | str]]:
        """Return the exam a code names, and for every column of ratings the number of its domain there."""
        try:
            exam = find_exam(code, self._folder)
        except InputError:
            return None, dict(self._domains)
        domains = {place: find_domain(key, exam) for place, key in self._domains.items()}
        numbers = [domain.number for domain in domains.values() if domain]
        return exam, {
            place: domain.number if (domain := domains[place]) and numbers.count(domain.number) == 1 else key
            for place, key in self._domains.items()
        }

    def _row_problems(self, row: Row, error: InputError) -> list[RowProblem]:
        """Return the mistakes of a row, each with the heading of its column in this file."""
        columns, code = self._table.columns, self._cell(row.cells, "exam")
        headings = {name: columns[n] for n, name, _ in self._fields}
        exam, keys = self._known_keys("" if is_blank(code) else str(code))
        for n, key in keys.items():
            domain = find_domain(key, exam) if exam else None
            if domain:
                headings.setdefault(f"ratings, {domain.name}", columns[n])
        return [
            RowProblem(row.number, headings.get(p.place, p.place), p.value, p.expected, p.nearest)
            for p in error.problems
        ]

    def _cell(self, cells: Sequence[Any], name: str) -> Any:
        """Return the cell of a row in the column with a meaning, None where there is none."""
        place = self._table.place(name)
        return cells[place] if place is not None and place < len(cells) else None


def _contradictions(attempts: Iterable[Attempt]) -> list[tuple[RowProblem, Attempt]]:
    """Return the mistakes that only show beside other rows: repeated attempts, then days that go backwards."""
    first: dict[object, Attempt] = {}
    problems = []
    for attempt in attempts:
        key = (attempt.learner_id, attempt.exam, attempt.number) if attempt.learner_id else attempt.row
        if (there := first.setdefault(key, attempt)) is not attempt:
            expected = f"an attempt of its own: row {there.row} has this id, exam and attempt already"
            value, near = shown(f"{attempt.learner_id}, attempt {attempt.number}"), f"attempt {attempt.number + 1}"
            problems.append((RowProblem(attempt.row, "learner_id, attempt", value, expected, near), attempt))
    last: dict[tuple[str, str], Attempt] = {}
    for attempt in sorted(first.values(), key=lambda each: (each.number, each.row)):
        if not attempt.learner_id or not attempt.taken_on:
            continue
        before = last.get((attempt.learner_id, attempt.exam))
        if before and before.taken_on and attempt.taken_on <= before.taken_on:
            expected = f"a day after the attempt before it, {before.taken_on} in row {before.row}"
            problems.append((RowProblem(attempt.row, "taken_on", str(attempt.taken_on), expected, None), attempt))
        else:
            last[attempt.learner_id, attempt.exam] = attempt
    return problems


def by_learner(attempts: Iterable[Attempt]) -> Iterator[list[Attempt]]:
    """Yield the attempts of each learner at each exam, the latest last; a row without an id is a learner of its own."""
    groups: dict[object, list[Attempt]] = {}
    for attempt in attempts:
        key = (attempt.learner_id, attempt.exam) if attempt.learner_id else attempt.row
        groups.setdefault(key, []).append(attempt)
    for group in groups.values():
        yield sorted(group, key=lambda each: (each.number, each.taken_on or date.min))


_READERS = {"split": read_split, "aim": read_aim, "practice_source": read_source}


def _read_wishes(report: ScoreReport, asked: dict[str, Any]) -> dict[str, str]:
    """Return what a row asks of the plan, as the plan names it; every mistake is named at once."""
    notes = Notes()
    found = {name: read(asked[name], notes) for name, read in _READERS.items() if name in asked}
    if "retake_exam" in asked:
        try:
            found["retake_exam"] = carry_to(report, asked["retake_exam"]).exam
        except InputError as error:
            notes.problems += [Problem("retake_exam", p.value, p.expected, p.nearest) for p in error.problems]
    if notes.problems:
        raise InputError("The request for a plan", notes.problems)
    return found


@dataclass(frozen=True, eq=False)
class Cohort:
    """The reports of a file, in its order, and its mistakes."""

    entries: list[tuple[int, ScoreReport]]  # the row and its report, without mistakes
    problems: list[RowProblem]  # every mistake of the others
    rows: int  # how many hold anything
    ids: dict[int, str] = field(default_factory=dict, repr=False)  # row with mistakes -> learner id, shortened
    unused: tuple[str, ...] = ()  # headings of columns that mean nothing to the kit
    wishes: dict[int, dict[str, str]] = field(default_factory=dict, repr=False)  # row -> what it asks of the plan
    remarks: tuple[str, ...] = ()  # how the file was understood where it could be misunderstood

    @property
    def reports(self) -> list[ScoreReport]:
        """The reports without mistakes."""
        return [report for _, report in self.entries]

    def to_frame(self) -> pd.DataFrame:
        """Return the reports as a frame that ``prioritize`` and ``diagnose`` take."""
        return reports_frame(self.reports)

    def id_of(self, row: int) -> str:
        """Return the learner id that a row with a mistake gives, cleaned and shortened; empty where it gives none."""
        return self.ids.get(row, "")

    def learners(self) -> Iterator[list[Attempt]]:
        """Yield the attempts of each learner at each exam, the latest last."""
        return by_learner(Attempt.of(row, report) for row, report in self.entries)

    def latest(self) -> Iterator[tuple[int, ScoreReport, list[ScoreReport]]]:
        """Yield (row, report, earlier reports) for each learner and exam: one plan for the latest attempt."""
        reports = dict(self.entries)
        for group in self.learners():
            *earlier, (row, report) = [(attempt.row, reports[attempt.row]) for attempt in group]
            yield row, report, [before for _, before in earlier]


def read_cohort(
    path: str | Path, today: date | str | None = None, exam_folder: str | Path | None = None, sheet: str = ""
) -> Cohort:
    """Read a cohort from CSV, XLSX or Parquet, as a person would who opens the file.

    Parameters
    ----------
    path : path
        One row a report: learner_id, learner_name, exam, scaled_score, taken_on, attempt, result,
        hours_per_week, target_date, days_off, language, retake_exam, split, aim,
        practice_source, and the ratings, as one column ``ratings``
        or as a column a domain (``domain_1`` ..., or headed by the domain's name). Headings are read leniently, and
        need not stand in the first row, nor on the first sheet.
    today : date or str, optional
        The day against which "in the future" is judged.
    sheet : str, optional
        The sheet of a workbook, where more than one holds reports.

    Raises
    ------
    InputError
        The file cannot be read at all, or lacks a column that every report needs.

    Examples
    --------
    >>> from mls_kit._folders import data_folder
    >>> cohort = read_cohort(data_folder() / "cohorts" / "sample.csv", today="2026-11-22")
    >>> len(cohort.reports), len(cohort.problems), cohort.remarks
    (33, 0, ())
    """
    reader = CohortReader(path, today, exam_folder, sheet)
    entries = list(reader.entries())
    out = reader.settle(Attempt.of(row, report) for row, report, _ in entries)
    good = [(row, report) for row, report, _ in entries if row not in out]
    wishes = {row: wish for row, _, wish in entries if wish}
    return Cohort(good, reader.problems, reader.rows, reader.ids, reader.unused, wishes, reader.remarks)
