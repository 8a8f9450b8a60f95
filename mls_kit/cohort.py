"""A spreadsheet of reports: which rows make sense, and every mistake of the others by row and column."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from mls_kit.cohort_file import read_grids
from mls_kit.cohort_headings import Words, choose_table, known_columns
from mls_kit.cohort_rows import RowProblem, Rows
from mls_kit.frames import reports_frame
from mls_kit.lifecycle import carry_to
from mls_kit.problems import InputError, Problem, shown
from mls_kit.reading import Notes, is_blank, read_split
from mls_kit.report import ScoreReport

__all__ = ["Cohort", "RowProblem", "known_columns", "read_cohort"]


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

    def latest(self) -> Iterator[tuple[int, ScoreReport, list[ScoreReport]]]:
        """Yield (row, report, earlier reports) for each learner and exam: one plan for the latest attempt.

        Rows without a learner id are learners of their own.
        """
        groups: dict[object, list[tuple[int, ScoreReport]]] = {}
        for row, report in self.entries:
            key = (report.learner_id, report.exam) if report.learner_id else row
            groups.setdefault(key, []).append((row, report))
        for group in groups.values():
            group.sort(key=lambda entry: (entry[1].attempt, entry[1].taken_on or date.min))
            row, report = group[-1]
            yield row, report, [earlier for _, earlier in group[:-1]]


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
    collecting = gc.isenabled()
    gc.disable()  # nothing here refers in circles, and looking for that costs a quarter of the time
    try:
        return _read_cohort(Path(path), today or date.today(), exam_folder, sheet)
    finally:
        if collecting:
            gc.enable()


def _read_cohort(file: Path, today: date | str, exam_folder: str | Path | None, sheet: str) -> Cohort:
    words = Words(exam_folder)
    table = choose_table(read_grids(file, words.known), words, file.name, sheet)
    reader = Rows(table, today, exam_folder)
    entries: list[tuple[int, ScoreReport]] = []
    problems: list[RowProblem] = []
    wishes: dict[int, dict[str, str]] = {}
    ids: dict[int, str] = {}
    rows = again = 0
    for row, cells in enumerate(table.rows, start=table.first):
        if all(map(is_blank, cells)):
            continue
        if reader.is_heading(cells):
            again += 1
            continue
        rows += 1
        try:
            report, asked = reader.report(cells)
            wishes |= {row: wish} if asked and (wish := _read_wishes(report, asked)) else {}
            entries.append((row, report))
        except InputError as error:
            problems += reader.problems(row, cells, error)
            ids[row] = reader.id_of(cells)
    entries, repeated = _without_repeats(entries)
    entries, muddled = _without_muddled_days(entries)
    for problem, learner in [*repeated, *muddled]:
        ids[problem.row] = shown(learner)
    problems = sorted([*problems, *(problem for problem, _ in [*repeated, *muddled])], key=lambda each: each.row)
    remarks = [*table.remarks, *reader.remarks()]
    remarks += [f"The heading is repeated {again} times among the rows; passed over."] if again else []
    return Cohort(entries, problems, rows, ids, reader.unused(), wishes, tuple(remarks))


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


def _without_muddled_days(
    entries: list[tuple[int, ScoreReport]],
) -> tuple[list[tuple[int, ScoreReport]], list[tuple[RowProblem, str]]]:
    """Take out attempts whose day does not lie after the day of the attempt before."""
    kept, problems = [], []
    last: dict[tuple[str, str], tuple[int, date]] = {}
    for row, report in sorted(entries, key=lambda entry: (entry[1].attempt, entry[0])):
        key = (report.learner_id, report.exam)
        before = last.get(key) if report.learner_id else None
        if before and report.taken_on and report.taken_on <= before[1]:
            expected = f"a day after the attempt before it, {before[1]} in row {before[0]}"
            problem = RowProblem(row, "taken_on", str(report.taken_on), expected, None)
            problems.append((problem, report.learner_id))
            continue
        if report.taken_on:
            last[key] = (row, report.taken_on)
        kept.append((row, report))
    return sorted(kept, key=lambda entry: entry[0]), problems


def _without_repeats(
    entries: list[tuple[int, ScoreReport]],
) -> tuple[list[tuple[int, ScoreReport]], list[tuple[RowProblem, str]]]:
    """Take out rows that repeat a learner's attempt at an exam."""
    seen: dict[tuple[str, str, int], int] = {}
    kept, problems = [], []
    for row, report in entries:
        key = (report.learner_id, report.exam, report.attempt)
        if report.learner_id and key in seen:
            expected = f"an attempt of its own: row {seen[key]} has this id, exam and attempt already"
            value = f"{report.learner_id}, attempt {report.attempt}"
            problem = RowProblem(row, "learner_id, attempt", shown(value), expected, f"attempt {report.attempt + 1}")
            problems.append((problem, report.learner_id))
        else:
            seen[key] = row
            kept.append((row, report))
    return kept, problems
