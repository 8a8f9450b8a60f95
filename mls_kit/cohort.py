"""A spreadsheet of reports: which rows make sense, and every mistake of the others by row and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from mls_kit.cohort_attempts import Attempt, by_learner
from mls_kit.cohort_headings import known_columns
from mls_kit.cohort_reader import CohortReader
from mls_kit.cohort_rows import RowProblem
from mls_kit.frames import reports_frame
from mls_kit.report import ScoreReport

__all__ = ["Cohort", "CohortReader", "RowProblem", "known_columns", "read_cohort"]


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
