"""A file of reports, read row by row: reports come one at a time, mistakes are collected with row and column."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from mls_kit.cohort_attempts import Attempt, contradictions
from mls_kit.cohort_file import read_grids
from mls_kit.cohort_grid import Row
from mls_kit.cohort_headings import Words, choose_table
from mls_kit.cohort_rows import RowProblem, Rows
from mls_kit.lifecycle import carry_to
from mls_kit.problems import InputError, Problem, shown
from mls_kit.reading import Notes, is_blank, read_split
from mls_kit.report import ScoreReport

__all__ = ["CohortReader", "Entry"]


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
