"""Many reports to many plans: going on after a failure, every row accounted for."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml

from mls_kit.cohort import Cohort
from mls_kit.files import harmless, write_whole
from mls_kit.problems import InputError, shown
from mls_kit.render import PlanFailed, render, write_plan
from mls_kit.report import ScoreReport
from mls_kit.request import PlanRequest
from mls_kit.warm import ChildDied, NoSafeFork, WarmPool

__all__ = ["Outcome", "file_name", "request_for", "run_batch"]

WARM_EXAMS = 8  # each takes a few seconds of warming up
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class Outcome:
    """What became of one row. ``status``: plan, earlier attempt, mistake or failed."""

    row: int
    id: str
    status: str
    file: str
    error: str
    seconds: float


def request_for(
    report: ScoreReport,
    earlier: list[ScoreReport],
    today: date,
    exam_folder: str = "",
    wishes: Mapping[str, str] | None = None,
) -> PlanRequest:
    """Return the request for a plan of one learner of a cohort; ``wishes``: ``retake_exam`` and ``split`` of its row."""
    before = [
        {"scaled_score": other.scaled_score, "ratings": _ratings(other), "taken_on": str(other.taken_on or ""),
         "attempt": other.attempt}
        for other in earlier
    ]  # fmt: skip
    return PlanRequest(
        exam=report.exam,
        scaled_score=report.scaled_score,
        ratings=_ratings(report),
        taken_on=str(report.taken_on or ""),
        attempt=report.attempt,
        learner_name=report.learner_name,
        learner_id=report.learner_id,
        hours_per_week=report.hours_per_week or 0.0,
        target_date=str(report.target_date or ""),
        days_off=str(report.days_off),
        language=report.language,
        earlier=yaml.safe_dump(before, sort_keys=False, allow_unicode=True) if before else "",
        today=str(today),
        exam_folder=exam_folder,
        retake_exam=(wishes or {}).get("retake_exam", ""),
        split=(wishes or {}).get("split", "article"),
    )


def _ratings(report: ScoreReport) -> str:
    return ", ".join(f"{report.percents.get(name, label)}" for name, label in report.ratings.items())


def file_name(learner_id: str, row: int, taken: set[str]) -> str:
    """Return a file name (without ending) for a learner: safe on every system, and not yet taken.

    Examples
    --------
    >>> file_name("L001", 2, set())
    'L001'
    >>> file_name("../../etc/x", 7, set()).startswith("etc-x-")
    True
    """
    plain = re.sub(r"[^A-Za-z0-9]+", "-", learner_id).strip("-")[:40] if learner_id else f"row-{row:05d}"
    unchanged = plain == learner_id or not learner_id
    if not unchanged or plain.casefold() in taken or plain.casefold() in _RESERVED:
        digest = hashlib.sha256(f"{learner_id}\0{row}".encode()).hexdigest()[:8]
        plain = f"{plain or 'row'}-{digest}"
    taken.add(plain.casefold())
    return plain


def run_batch(
    cohort: Cohort,
    folder: Path,
    today: date,
    *,
    html: bool = True,
    exam_folder: str = "",
    workers: int = 1,
    tell: Callable[[int, int, Outcome], None] | None = None,
) -> list[Outcome]:
    """Write a plan for the latest attempt of every learner, and ``run_report.csv``.

    Parameters
    ----------
    cohort : Cohort
    folder : path
        Made if it is not there. Nothing is written outside it.
    today : date
        The first day of every plan.
    html : bool
        Whether to write each plan as a page too.
    exam_folder : str
        A folder with exam files of one's own.
    workers : int
        How many plans are made side by side.
    tell : callable, optional
        Called after each learner with how many are done, how many there are, and the outcome.

    Returns
    -------
    list of Outcome
        One for every row of the file, by row.
    """
    folder.mkdir(parents=True, exist_ok=True)
    learners = list(cohort.latest())
    outcomes = _mistakes(cohort)
    taken: set[str] = {"run_report"}
    rows = {id(report): row for row, report in cohort.entries}
    jobs = [
        Job(
            row,
            tuple(rows[id(other)] for other in earlier),
            request_for(report, earlier, today, exam_folder, cohort.wishes.get(row)),
            folder / f"{file_name(report.learner_id, row, taken)}.ipynb",
            html,
        )
        for row, report, earlier in learners
    ]
    for done, (job, outcome) in enumerate(_outcomes(jobs, workers), start=1):
        outcomes.append(outcome)
        outcomes += [Outcome(row, outcome.id, "earlier attempt", outcome.file, "", 0.0) for row in job.earlier_rows]
        if tell:
            tell(done, len(jobs), outcome)
    outcomes.sort(key=lambda outcome: outcome.row)
    _write_report(outcomes, folder)
    return outcomes


@dataclass(frozen=True)
class Job:
    """All that is needed to make the files of one learner."""

    row: int
    earlier_rows: tuple[int, ...]
    request: PlanRequest
    target: Path
    html: bool

    def plain(self) -> dict[str, Any]:
        """Return the job as JSON can hold it."""
        return {**asdict(self), "target": str(self.target)}

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> Job:
        """Return the job that ``plain`` wrote."""
        request, target = PlanRequest(**values["request"]), Path(values["target"])
        return cls(**{**values, "earlier_rows": tuple(values["earlier_rows"]), "request": request, "target": target})


def _outcomes(jobs: list[Job], workers: int) -> Iterator[tuple[Job, Outcome]]:
    """Yield each job with its outcome as it is done; a process that dies costs nobody a plan.

    Each plan is made in a fork of a warm process; where there is no safe fork, in a few processes with plain papermill.
    What a killed process did not finish is made at the end, one by one, with a kernel in a process of its own.
    """
    left = {job.row: job for job in jobs}
    with suppress(NoSafeFork):
        for job, outcome in _warm_outcomes(jobs, workers):
            if outcome:
                yield left.pop(job.row), outcome
        workers = 1
    if workers > 1 and len(left) > 1:
        # new processes, not forks: a fork of a process with threads can hang for good
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool, suppress(BrokenProcessPool):
            for future in as_completed([pool.submit(run_job, job) for job in left.values()]):
                outcome = future.result()
                yield left.pop(outcome.row), outcome
    for job in list(left.values()):
        yield job, run_job(job)


def _warm_outcomes(jobs: list[Job], workers: int) -> Iterator[tuple[Job, Outcome | None]]:
    """Yield each job with its outcome, or with none where its process was killed."""
    if len(jobs) < 2:
        raise NoSafeFork("a single plan is as fast without")
    with WarmPool(["mls_kit.batch", *_warm_ups(jobs)], workers) as pool:
        for number, found in pool.map("mls_kit.batch:run_in_child", (job.plain() for job in jobs)):
            job = jobs[number]
            if not isinstance(found, Exception):
                yield job, Outcome(**found)
            elif isinstance(found, ChildDied) and not found.late:
                yield job, None
            else:
                yield job, Outcome(job.row, job.request.learner_id, "failed", "", shown(found), 0.0)


def _warm_ups(jobs: list[Job]) -> list[str]:
    """Name what the warm process does first: a plan for each of the exams met first, without anything of a learner."""
    first: dict[str, PlanRequest] = {}
    for job in jobs:
        if not job.request.exam_folder and len(first) < WARM_EXAMS:
            first.setdefault(job.request.exam, job.request)
    names = ("exam", "scaled_score", "ratings", "taken_on", "today")
    reports = [{name: getattr(request, name) for name in names} for request in first.values()]
    return [f"mls_kit.render:warm_up:{json.dumps(report)}" for report in reports]


def run_in_child(job: dict[str, Any]) -> dict[str, Any]:
    """Make the files of one learner in a child of a warm process, which runs the notebook itself."""
    from mls_kit.warm.engine import register

    return asdict(run_job(Job.from_plain(job), register()))


def run_job(job: Job, engine: str | None = None) -> Outcome:
    """Make the files of one learner; whatever goes wrong becomes an outcome in words."""
    begun = time.perf_counter()
    file, error, status = "", "", "plan"
    try:
        file = write_plan(render(job.request, engine), job.target, job.html)[0].name
    except InputError as problem:
        status, error = "mistake", " ".join(str(each) for each in problem.problems)
    except (PlanFailed, OSError) as problem:
        status, error = "failed", " ".join(str(problem).split())
    except Exception as problem:  # one learner's accident must not cost the others their plans
        status, error = "failed", f"{type(problem).__name__}: {shown(problem)}"
    return Outcome(job.row, job.request.learner_id, status, file, error, round(time.perf_counter() - begun, 2))


def _mistakes(cohort: Cohort) -> list[Outcome]:
    by_row: dict[int, list[str]] = {}
    for problem in cohort.problems:
        by_row.setdefault(problem.row, []).append(str(problem).split(", ", 1)[1])
    return [Outcome(row, cohort.id_of(row), "mistake", "", " ".join(errors), 0.0) for row, errors in by_row.items()]


def _write_report(outcomes: list[Outcome], folder: Path) -> None:
    """Write ``run_report.csv``: row, id, status, file, error, seconds; nothing else of a learner."""
    buffer = io.StringIO()
    names = list(Outcome.__dataclass_fields__)
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    for outcome in outcomes:
        writer.writerow({key: harmless(value) for key, value in asdict(outcome).items()})
    write_whole(folder / "run_report.csv", buffer.getvalue())
