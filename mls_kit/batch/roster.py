"""The learners of a cohort, kept in a file of their own while their plans are made: never all of them in memory.

The file has no name in any folder, only this process can read it, and it is gone when the process ends.
"""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from mls_kit.batch.jobs import Job, Outcome, jobs_of
from mls_kit.batch.records import mistakes_of
from mls_kit.batch.stamp import kit_stamp, plan_stamp
from mls_kit.cohort import Cohort, RowProblem
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import ScoreReport

__all__ = ["Known", "Roster"]

_ANY_DAY = date(2000, 1, 1)  # the first day of the plans is known only once the output is looked at


class Known(NamedTuple):
    """What an index says of a row's report; ``points``: scaled score less passing standard."""

    exam: str
    scaled_score: int
    points: int
    name: str


class Roster:
    """What is to be made for a cohort; once it is there, the cohort itself can be let go.

    Parameters
    ----------
    cohort : Cohort
    exam_folder : str
        A folder with exam files of one's own.

    Attributes
    ----------
    problems : list of RowProblem
        Every mistake of the cohort.
    mistakes : list of Outcome
        One for every row with mistakes.

    Examples
    --------
    >>> from mls_kit._folders import data_folder
    >>> from mls_kit.cohort import read_cohort
    >>> roster = Roster(read_cohort(data_folder() / "cohorts" / "sample.csv", today="2026-11-22"))
    >>> job = next(roster.jobs(date(2026, 11, 22)))
    >>> job.stem, job.request.today
    ('L001', '2026-11-22')
    """

    def __init__(self, cohort: Cohort, exam_folder: str = "") -> None:
        self.exam_folder = exam_folder
        self.problems: list[RowProblem] = cohort.problems
        self.mistakes: list[Outcome] = mistakes_of(cohort)
        self._file = tempfile.TemporaryFile(prefix="mls-kit-")  # noqa: SIM115  closed with the roster
        weakref.finalize(self, self._file.close)
        reports = dict(cohort.entries)
        for job in jobs_of(cohort, _ANY_DAY, exam_folder):
            rows = [[row, *_known(reports[row])] for row in (job.row, *job.earlier_rows)]
            self._file.write(json.dumps([job.plain(), rows]).encode() + b"\n")

    def jobs(self, today: date) -> Iterator[Job]:
        """Yield the job of every learner, one by one, for plans that begin on a day."""
        kit = kit_stamp(self.exam_folder)
        for plain, _ in self._lines():
            job = Job.from_plain(plain)
            request = replace(job.request, today=str(today))
            yield replace(job, request=request, stamp=plan_stamp(request, kit))

    def known(self) -> dict[int, Known]:
        """Return what an index says of the reports, by row: a few cells each."""
        return {row: Known(*cells) for _, rows in self._lines() for row, *cells in rows}

    def check_ids(self, only: tuple[str, ...]) -> None:
        """Refuse an id that no learner of the cohort has.

        Raises
        ------
        InputError
            It names every such id, and the nearest that there is.
        """
        if not only:
            return
        known = sorted({plain["request"]["learner_id"] for plain, _ in self._lines()} - {""})  # sorted: always the same
        wrong = [
            Problem("only", shown(name), "the id of a learner of this cohort without a mistake", nearest(name, known))
            for name in only
            if name not in known
        ]
        if wrong:
            raise InputError("The batch", wrong)

    def _lines(self) -> Iterator[list[Any]]:
        place = 0
        while True:
            self._file.seek(place)  # several may read at once
            line = self._file.readline()
            if not line:
                return
            place += len(line)
            yield json.loads(line)


def _known(report: ScoreReport) -> Known:
    return Known(report.exam, report.scaled_score, report.points_from_passing, report.learner_name)
