"""A spreadsheet of reports: which rows make sense, and every mistake of the others by row and column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from mls_kit.cohort_file import read_table
from mls_kit.exam import exam_files, find_exam
from mls_kit.frames import reports_frame
from mls_kit.lifecycle import carry_to
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.reading import Notes, is_blank, read_split
from mls_kit.reading_ratings import find_domain
from mls_kit.report import ScoreReport

__all__ = ["Cohort", "RowProblem", "read_cohort"]

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
_REQUIRED = ("exam", "scaled_score")
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


@dataclass(frozen=True, eq=False)
class Cohort:
    """The reports of a file, in its order, and its mistakes.

    ``entries``: (row, report) of every row without a mistake; ``problems``: every mistake of the others; ``unused``:
    headings of columns that mean nothing to the kit; ``wishes``: row -> what it asks of the plan (``retake_exam``,
    ``split``), where it asks for anything.
    """

    entries: list[tuple[int, ScoreReport]]
    problems: list[RowProblem]
    rows: int
    given: dict[int, dict[str, Any]] = field(repr=False)
    id_column: str = ""
    unused: tuple[str, ...] = ()
    wishes: dict[int, dict[str, str]] = field(default_factory=dict, repr=False)

    @property
    def reports(self) -> list[ScoreReport]:
        """The reports without mistakes."""
        return [report for _, report in self.entries]

    def to_frame(self) -> pd.DataFrame:
        """Return the reports as a frame that ``prioritize`` and ``diagnose`` take."""
        return reports_frame(self.reports)

    def id_of(self, row: int) -> str:
        """Return the learner id a row gives, cleaned and shortened; empty where it gives none."""
        value = self.given.get(row, {}).get(self.id_column, "")
        return "" if is_blank(value) else shown(value)

    def problem_table(self) -> pd.DataFrame:
        """Return the mistakes as a table: row, column, value, expected, nearest."""
        columns = ["row", "column", "value", "expected", "nearest"]
        return pd.DataFrame([asdict(problem) for problem in self.problems], columns=columns)

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


def read_cohort(path: str | Path, today: date | str | None = None, exam_folder: str | Path | None = None) -> Cohort:
    """Read a cohort from CSV or XLSX.

    Parameters
    ----------
    path : path
        A file with one row a report: learner_id, learner_name, exam, scaled_score, taken_on, attempt, result,
        hours_per_week, target_date, days_off, language, retake_exam, split, and the ratings, as one column ``ratings``
        or as a column a domain (``domain_1`` ..., or headed by the domain's name). Headings are read leniently.
    today : date or str, optional
        The day against which "in the future" is judged.
    exam_folder : path, optional
        A folder with exam files of one's own.

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
    >>> len(cohort.reports), len(cohort.problems)
    (33, 0)
    """
    frame = read_table(Path(path))
    columns = _match_columns(frame.columns, Path(path).name, exam_folder)
    entries: list[tuple[int, ScoreReport]] = []
    problems: list[RowProblem] = []
    given: dict[int, dict[str, Any]] = {}
    wishes: dict[int, dict[str, str]] = {}
    for row, record in zip(frame.index, frame.to_dict("records"), strict=True):
        if all(is_blank(value) for value in record.values()):
            continue
        given[row] = record
        values = _values(record, columns)
        asked = {name: values.pop(name) for name in _WISHES if name in values}
        try:
            report = ScoreReport(**values, today=today, exam_folder=exam_folder)
            wishes |= {row: wish} if (wish := _read_wishes(report, asked)) else {}
            entries.append((row, report))
        except InputError as error:
            headings = _headings(record, columns, exam_folder)
            problems += [
                RowProblem(row, headings.get(p.place, p.place), p.value, p.expected, p.nearest) for p in error.problems
            ]
    entries, repeated = _without_repeats(entries)
    entries, muddled = _without_muddled_days(entries)
    repeated += muddled
    problems = sorted(problems + repeated, key=lambda problem: problem.row)
    id_column = next((column for column, name in columns.items() if name == "learner_id"), "")
    unused = tuple(shown(column) for column in frame.columns if column not in columns)
    return Cohort(entries, problems, len(given), given, id_column, unused, wishes)


def known_columns() -> list[str]:
    """Return the names of the columns a cohort may have."""
    return [*_HEADINGS, "domain_1"]


def _match_columns(columns: pd.Index, file: str, exam_folder: str | Path | None) -> dict[str, str]:
    """Return heading -> our name, or ``domain:HEADING`` for a heading that names a domain of some exam."""
    ours = {squeeze(alias): name for name, aliases in _HEADINGS.items() for alias in [name, *aliases]}
    exams = []
    for code in exam_files(exam_folder):
        with suppress(InputError):  # a broken file matters to the rows of its exam, and is named there
            exams.append(find_exam(code, exam_folder))
    matched: dict[str, str] = {}
    for column in columns:
        text = squeeze(column)
        if text in ours and ours[text] not in matched.values():
            matched[column] = ours[text]
        elif text.removeprefix("rating").removeprefix("domain").isdigit():
            matched[column] = f"domain:{text.removeprefix('rating').removeprefix('domain')}"
        elif any(find_domain(column, exam) for exam in exams):
            matched[column] = f"domain:{column}"
    missing = [name for name in _REQUIRED if name not in matched.values()]
    if "ratings" not in matched.values() and not any(name.startswith("domain:") for name in matched.values()):
        missing.append("ratings")
    if missing:
        problems = [
            Problem("columns", f"no {name}", f"with a column {name}", nearest(name, map(str, columns)))
            for name in missing
        ]
        raise InputError(file, problems)
    return matched


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


def _values(record: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    """Return the arguments of one report, and what is asked of its plan."""
    values: dict[str, Any] = {"exam": "", "scaled_score": "", "ratings": ""}
    domains: dict[str, Any] = {}
    for column, name in columns.items():
        value = record[column]
        if name.startswith("domain:"):
            if not is_blank(value):
                domains[name.removeprefix("domain:")] = value
        elif name in ("exam", "scaled_score", "ratings") or not is_blank(value):
            values[name] = "" if is_blank(value) else value
    if domains and is_blank(values["ratings"]):
        values["ratings"] = domains
    return values


def _headings(record: dict[str, Any], columns: dict[str, str], exam_folder: str | Path | None) -> dict[str, str]:
    """Return the place a problem names -> the heading of its column in this file."""
    headings = {name: column for column, name in columns.items() if not name.startswith("domain:")}
    try:
        exam = find_exam(record.get(headings.get("exam", ""), ""), exam_folder)
    except InputError:
        return headings
    for column, name in columns.items():
        domain = find_domain(name.removeprefix("domain:"), exam) if name.startswith("domain:") else None
        if domain:
            headings.setdefault(f"ratings, {domain.name}", column)
    return headings


def _without_muddled_days(
    entries: list[tuple[int, ScoreReport]],
) -> tuple[list[tuple[int, ScoreReport]], list[RowProblem]]:
    """Take out attempts whose day does not lie after the day of the attempt before."""
    kept, problems = [], []
    last: dict[tuple[str, str], tuple[int, date]] = {}
    for row, report in sorted(entries, key=lambda entry: (entry[1].attempt, entry[0])):
        key = (report.learner_id, report.exam)
        before = last.get(key) if report.learner_id else None
        if before and report.taken_on and report.taken_on <= before[1]:
            expected = f"a day after the attempt before it, {before[1]} in row {before[0]}"
            problems.append(RowProblem(row, "taken_on", str(report.taken_on), expected, None))
            continue
        if report.taken_on:
            last[key] = (row, report.taken_on)
        kept.append((row, report))
    return sorted(kept, key=lambda entry: entry[0]), problems


def _without_repeats(
    entries: list[tuple[int, ScoreReport]],
) -> tuple[list[tuple[int, ScoreReport]], list[RowProblem]]:
    """Take out rows that repeat a learner's attempt at an exam."""
    seen: dict[tuple[str, str, int], int] = {}
    kept, problems = [], []
    for row, report in entries:
        key = (report.learner_id, report.exam, report.attempt)
        if report.learner_id and key in seen:
            expected = f"an attempt of its own: row {seen[key]} has this id, exam and attempt already"
            value = f"{report.learner_id}, attempt {report.attempt}"
            problems.append(
                RowProblem(row, "learner_id, attempt", shown(value), expected, f"attempt {report.attempt + 1}")
            )
        else:
            seen[key] = row
            kept.append((row, report))
    return kept, problems
