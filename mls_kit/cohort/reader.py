"""A file of reports, read row by row: reports come one at a time, mistakes are collected with row and column."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from mls_kit.cohort.headings import Words, choose_table, known_columns
from mls_kit.cohort.rows import Attempt, RowProblem, Rows, by_learner, contradictions
from mls_kit.method import carry_to
from mls_kit.problems import InputError, Problem, shown
from mls_kit.report import Notes, Row, ScoreReport, is_blank, read_grids, read_split, reports_frame

__all__ = ["Cohort", "CohortReader", "Entry", "RowProblem", "known_columns", "read_cohort"]


class Entry(NamedTuple):
    """A row without a mistake of its own; ``wish``: what it asks of the plan (``retake_exam``, ``split``)."""

    row: int
    report: ScoreReport
    wish: dict[str, str]


class CohortReader:
    """The rows of a file, one by one: a CSV or Parquet file may be larger than memory; of a workbook, its bytes are there.

    Parameters
    ----------
    path, today, exam_folder, sheet
        As ``read_cohort`` takes them.

    Attributes
    ----------
    problems : list of RowProblem
        The mistakes met so far, of all rows once ``settle`` was called.
    ids : dict
        Row -> learner id of the rows with mistakes, cleaned and shortened.
    rows : int
        How many rows met so far hold anything.

    Raises
    ------
    InputError
        The file cannot be read at all, or lacks a column that every report needs.

    Examples
    --------
    >>> from mls_kit._folders import data_folder
    >>> reader = CohortReader(data_folder() / "cohorts" / "sample.csv", today="2026-11-22")
    >>> attempts = [Attempt.of(row, report) for row, report, _ in reader.entries()]
    >>> len(attempts), reader.settle(attempts), reader.rows
    (33, set(), 33)
    """

    def __init__(
        self,
        path: str | Path,
        today: date | str | None = None,
        exam_folder: str | Path | None = None,
        sheet: str = "",
    ) -> None:
        with _without_collecting():
            file, words = Path(path), Words(exam_folder)
            self._table = choose_table(read_grids(file, words.known), words, file.name, sheet)
            self._rows = Rows(self._table, today or date.today(), exam_folder)
        self.problems: list[RowProblem] = []
        self.ids: dict[int, str] = {}
        self.rows = self._headings = 0

    def entries(self) -> Iterator[Entry]:
        """Yield every row without a mistake of its own; to be gone through once, to the end."""
        with _without_collecting():
            for row, cells in enumerate(self._table.rows(), start=self._table.first):
                if all(map(is_blank, cells)):
                    continue
                if self._rows.is_heading(cells):
                    self._headings += 1
                    continue
                self.rows += 1
                if entry := self._entry(row, cells):
                    yield entry

    def _entry(self, row: int, cells: Row) -> Entry | None:
        try:
            report, asked = self._rows.report(cells)
            return Entry(row, report, _read_wishes(report, asked) if asked else {})
        except InputError as error:
            self.problems += self._rows.problems(row, cells, error)
            self.ids[row] = self._rows.id_of(cells)
            return None

    def settle(self, attempts: Iterable[Attempt]) -> set[int]:
        """Look at all rows together; return those that contradict others, which are mistakes as well."""
        found = contradictions(attempts)
        self.ids |= {problem.row: shown(attempt.learner_id) for problem, attempt in found}
        self.problems = sorted([*self.problems, *(problem for problem, _ in found)], key=lambda each: each.row)
        return {problem.row for problem, _ in found}

    def id_of(self, row: int) -> str:
        """Return the learner id that a row with a mistake gives; empty where it gives none."""
        return self.ids.get(row, "")

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings of columns that mean nothing to the kit."""
        return self._rows.unused()

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the file was understood where it could be misunderstood; complete once every row was read."""
        times = self._headings
        again = [f"The heading is repeated {times} times among the rows; passed over."] if times else []
        return (*self._table.remarks, *self._rows.remarks(), *again)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave memory's circles alone: reading makes none, and looking for them costs a quarter of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read_wishes(report: ScoreReport, asked: dict[str, Any]) -> dict[str, str]:
    """Return what a row asks of the plan, as the plan names it; every mistake is named at once."""
    notes = Notes()
    found = {"split": read_split(asked["split"], notes)} if "split" in asked else {}
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
    """The reports of a file, in its order, and its mistakes.

    ``entries``: (row, report) of every row without a mistake; ``problems``: every mistake of the others; ``rows``: how
    many rows hold anything; ``ids``: row -> learner id of the rows with mistakes, cleaned and shortened; ``unused``:
    headings of columns that mean nothing to the kit; ``wishes``: row -> what it asks of the plan (``retake_exam``,
    ``split``), where it asks for anything; ``remarks``: how the file was understood where it could be misunderstood.
    """

    entries: list[tuple[int, ScoreReport]]
    problems: list[RowProblem]
    rows: int
    ids: dict[int, str] = field(default_factory=dict, repr=False)
    unused: tuple[str, ...] = ()
    wishes: dict[int, dict[str, str]] = field(default_factory=dict, repr=False)
    remarks: tuple[str, ...] = ()

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

    def problem_table(self) -> pd.DataFrame:
        """Return the mistakes as a table: row, column, value, expected, nearest."""
        columns = ["row", "column", "value", "expected", "nearest"]
        return pd.DataFrame(
            [[getattr(problem, name) for name in columns] for problem in self.problems], columns=columns
        )

    def learners(self) -> Iterator[list[Attempt]]:
        """Yield the attempts of each learner at each exam, the latest last.

        Rows without a learner id are learners of their own.
        """
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
        A file with one row a report: learner_id, learner_name, exam, scaled_score, taken_on, attempt, result,
        hours_per_week, target_date, days_off, language, retake_exam, split, and the ratings, as one column ``ratings``
        or as a column a domain (``domain_1`` ..., or headed by the domain's name). Headings are read leniently, and
        need not stand in the first row, nor on the first sheet.
    today : date or str, optional
        The day against which "in the future" is judged.
    exam_folder : path, optional
        A folder with exam files of one's own.
    sheet : str, optional
        The sheet of a workbook, where more than one holds reports.

    Returns
    -------
    Cohort

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
    return Cohort(
        [(row, report) for row, report, _ in entries if row not in out],
        reader.problems,
        reader.rows,
        reader.ids,
        reader.unused,
        {row: wish for row, _, wish in entries if wish},
        reader.remarks,
    )
