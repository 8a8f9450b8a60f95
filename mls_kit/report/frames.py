"""One report or a million of them as the same arrays, so that every rule is written once.

A frame of reports has one row a report: ``exam``, ``scaled_score``, ``rating_1`` ... ``rating_n`` in the order of
the exam guide, and, where known, ``taken_on``, ``attempt``, ``language`` and ``learner_id``. Where no score tells who passed,
``result`` (pass or fail) does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mls_kit.exam import Exam, Method, find_exam, load_method
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report.ratings import rating_words
from mls_kit.report.reading import fold
from mls_kit.report.score_report import ScoreReport

COLUMNS = ("exam", "scaled_score", "taken_on", "attempt", "language", "learner_id", "result")  # and one a domain


@dataclass(frozen=True)
class ExamArrays:
    """Reports of one exam: ``rows`` in the frame, shape (R,), and ``codes`` in ``method.labels``, shape (R, D)."""

    exam: Exam
    rows: NDArray[np.int64]
    codes: NDArray[np.int8]


def reports_frame(reports: Iterable[ScoreReport]) -> pd.DataFrame:
    """Return a frame with one row a report.

    >>> reports_frame([ScoreReport("SAA-C03", 650, "NI, Meets, Meets, NI")]).loc[0, "rating_1"]
    'Needs Improvement'
    """
    rows = [
        {name: getattr(report, name) for name in COLUMNS}
        | {f"rating_{n}": label for n, label in enumerate(report.ratings.values(), start=1)}
        for report in reports
    ]
    frame = pd.DataFrame(rows, columns=None if rows else list(COLUMNS))
    frame["taken_on"] = pd.to_datetime(frame["taken_on"])
    return frame


def possible_reports(exam: Exam, labels: Sequence[str]) -> pd.DataFrame:
    """Return every report of an attempt failed by one point that so many labels allow, one row a combination.

    >>> len(possible_reports(find_exam("MLS-C01"), ("Needs Improvement", "Competent", "Strong")))
    81
    """
    columns = [f"rating_{domain.number}" for domain in exam.domains]
    frame = pd.DataFrame(list(product(labels, repeat=len(columns))), columns=columns)
    return frame.assign(exam=exam.code, scaled_score=exam.passing - 1, result="fail")


def failed_rows(frame: pd.DataFrame, exam: Exam) -> NDArray[np.bool_]:
    """Return which reports of one exam did not pass, shape (R,): by the score, or the result where no score tells."""
    column = "scaled_score" if exam.has_standard else "result"
    if column not in frame:
        near = nearest(column, map(str, frame.columns), 0.6)
        raise InputError("The frame of reports", [Problem("columns", f"no '{column}'", "with that column", near)])
    values = frame[column].to_numpy()
    return np.asarray(values < exam.passing if exam.has_standard else values == "fail", bool)


def by_exam(reports: ScoreReport | pd.DataFrame, exam_folder: str | Path | None = None) -> Iterator[ExamArrays]:
    """Yield the reports exam by exam; an InputError where a column is missing, or a label or an exam is unknown."""
    method = load_method()
    if isinstance(reports, ScoreReport):
        codes = [method.labels.index(label) for label in reports.ratings.values()]
        yield ExamArrays(reports.facts, np.zeros(1, np.int64), np.array([codes], np.int8))
        return
    if not len(reports):
        return
    if "exam" not in reports.columns:
        near = nearest("exam", map(str, reports.columns), 0.6)
        raise InputError("The frame of reports", [Problem("columns", "no 'exam'", "with a column 'exam'", near)])
    names = reports["exam"]
    for name in names.unique():
        exam = find_exam(name, exam_folder)
        rows = np.flatnonzero((names == name).to_numpy())
        columns = [_codes(reports, exam, number, rows, method) for number in range(1, len(exam.domains) + 1)]
        yield ExamArrays(exam, rows, np.column_stack(columns))


def _codes(frame: pd.DataFrame, exam: Exam, number: int, rows: NDArray[np.int64], method: Method) -> NDArray[np.int8]:
    """Return the rating codes of one domain, shape (R,)."""
    domain = exam.domains[number - 1]
    accepted = {squeeze(f"rating_{number}"), squeeze(f"domain_{number}"), squeeze(domain.name)}
    column = next((c for c in frame.columns if squeeze(c) in accepted), None)
    if column is None:
        expected = f"with a column rating_{number} or '{domain.name}' for {exam.code}"
        raise InputError("The frame of reports", [Problem("columns", f"no rating_{number}", expected)])
    positions, labels = pd.factorize(frame[column].to_numpy()[rows])
    known = {word: method.labels.index(label) for word, label in rating_words(method).items()}
    codes = [known.get(fold(str(label)), -1) for label in labels]
    if -1 in codes or (positions < 0).any():
        wrong = labels[codes.index(-1)] if -1 in codes else "nothing"
        row = rows[int(np.flatnonzero(positions == (codes.index(-1) if -1 in codes else -1))[0])]
        problem = Problem(f"row {row}, {column}", shown(wrong), f"one of {', '.join(method.labels)}")
        raise InputError("The frame of reports", [problem])
    return np.array(codes, np.int8)[positions]
