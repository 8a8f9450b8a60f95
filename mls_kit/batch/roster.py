"""The learners of a cohort while their plans are made: what each plan is asked with, and no report any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from mls_kit.batch.jobs import Job, Outcome, after, file_name, mistakes_of, request_for
from mls_kit.batch.ledger import kit_stamp, plan_stamp
from mls_kit.batch.sharing import share_out
from mls_kit.cohort import Attempt, CohortReader, RowProblem, by_learner
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import DaysOff, PlanRequest

_ANY_DAY = date(2000, 1, 1)  # the first day of the plans is known only once the output is looked at


class IndexRow(NamedTuple):
    """What an index says of a row's report; ``points``: scaled score less passing standard; None where there is none."""

    exam: str
    scaled_score: int | None
    points: int | None
    name: str
    language: str = "English"
    passed: bool = False
    others: tuple[Any, ...] = ()  # cells of the columns that the kit passes on


class Roster:
    """The plans to make for a cohort; once it exists, the cohort itself is no longer needed in memory.

    Of a CohortReader that is no Cohort, each report is let go before the next one is read.

    >>> from mls_kit._folders import data_folder
    >>> roster = Roster(CohortReader(data_folder() / "cohorts" / "sample.csv", today="2026-11-22"))
    >>> job = next(roster.jobs(date(2026, 11, 22)))
    >>> job.stem, job.request.today
    ('L001', '2026-11-22')
    """

    def __init__(self, source: CohortReader, exam_folder: str = "") -> None:
        self.exam_folder = exam_folder
        alone, attempts = dict[int, tuple[PlanRequest, IndexRow]](), list[Attempt]()
        off: dict[int, DaysOff] = {}
        for entry in source.read():
            row, report, wish, others = entry
            known = IndexRow(
                report.exam,
                report.scaled_score,
                report.points_from_passing,
                report.learner_name,
                report.language,
                report.passed,
                others,
            )
            alone[row] = request_for(report, _ANY_DAY, exam_folder, wish), known
            off[row] = report.days_off
            attempts.append(source.attempt(entry))
        kept = source.settle(attempts)
        self.others = source.others  # headings of the columns that are passed on
        self.problems: list[RowProblem] = source.problems
        self.mistakes: list[Outcome] = mistakes_of(source)  # one for every row with mistakes
        self.known = {attempt.row: alone[attempt.row][1] for attempt in kept}
        self._jobs, taken = list[Job](), {"run_report", "index", "summary"}  # file names that no learner's can have
        people: dict[str, list[list[Attempt]]] = {}
        for group in by_learner(kept):
            people.setdefault(group[0].person, []).append(group)
        self.sharing = 0  # how many people study for several exams at a time
        for groups in people.values():
            asked = [[replace(alone[each.row][0], attempt=each.number) for each in group] for group in groups]
            study = [n for n, group in enumerate(groups) if not alone[group[-1].row][1].passed or asked[n][-1].retake_exam]
            if len(study) > 1:
                self.sharing += 1
                shared = share_out([asked[n][-1] for n in study], [off[groups[n][-1].row] for n in study])
                for n, request in zip(study, shared, strict=True):
                    asked[n][-1] = request
            for n, (group, requests) in enumerate(zip(groups, asked, strict=True)):
                *earlier, row = (each.row for each in group)
                request = after(requests[-1], requests[:-1])
                stem = file_name(request, taken, with_exam=len(groups) > 1)
                beside = tuple(asked[other][-1] for other in study if other != n) if n in study else ()
                self._jobs.append(Job(row, tuple(earlier), request, stem, beside=beside))
        self._jobs.sort(key=lambda job: job.row)

    def jobs(self, today: date) -> Iterator[Job]:
        """Yield the job of every learner, one by one, for plans that begin on a day."""
        kit = kit_stamp(self.exam_folder)
        for job in self._jobs:
            request = replace(job.request, today=str(today))
            beside = tuple(replace(other, today=str(today)) for other in job.beside)
            stamp = plan_stamp(request, "\0".join([kit, *(plan_stamp(other, kit) for other in beside)]))
            yield replace(job, request=request, beside=beside, stamp=stamp)

    def check_ids(self, only: tuple[str, ...]) -> None:
        """Refuse ids that no learner of the cohort has: an InputError names each, and the nearest that there is."""
        known = sorted({job.request.learner_id for job in self._jobs} - {""})  # sorted: always the same
        expected = "the id of a learner of this cohort without a mistake"
        wrong = [Problem("only", shown(name), expected, nearest(name, known)) for name in only if name not in known]
        if wrong:
            raise InputError("The batch", wrong)
