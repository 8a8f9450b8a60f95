"""Many learners on this computer: each plan in a fork of a warm process, or with plain papermill where there is none."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mls_kit.batch.engine import ChildDied, NoSafeFork, WarmPool
from mls_kit.batch.jobs import Job, Outcome, Settings
from mls_kit.batch.work import run_job
from mls_kit.report import PlanRequest

CHILD = "mls_kit.batch.work:run_in_child"
LONGEST = 600.0  # seconds a plan may take where no limit is set: one that is stuck must not keep the others
WARM_EXAMS = 8  # each takes a few seconds of warming up
AHEAD = 64  # jobs handed to the processes at a time: never all of them
log = logging.getLogger(__name__)


def on_this_machine(
    jobs: Iterable[Job], folder: Path, settings: Settings, warm: Iterable[str] = ()
) -> Iterator[tuple[Job, Outcome]]:
    """Yield each job with its outcome as it is done; what a killed process did not finish is made at the end, one by one."""
    given: dict[int, Job] = {}  # taken from ``jobs``, and not done

    def taken() -> Iterator[Job]:
        for job in jobs:
            given[job.row] = job
            yield job

    waiting = taken()
    try:
        with WarmPool(["mls_kit.batch.work", *warm], settings.workers, **limits_of(settings)) as pool:
            for job, found in pool.map(CHILD, waiting, lambda job: for_child(job, folder, settings)):
                if outcome := outcome_of(job, found, settings):
                    del given[job.row]
                    yield job, outcome
    except NoSafeFork as why:
        log.warning("Plans are made without forks: more slowly, and without --memory-limit. Reason: %s.", why)
        for job, outcome in _plain_outcomes(chain([*given.values()], waiting), folder, settings):
            del given[job.row]
            yield job, outcome
    for job in chain([*given.values()], waiting):
        yield job, run_job(job, folder, settings.forms, settings.time_zone)


def limits_of(settings: Settings) -> dict[str, Any]:
    """Return how long and how large a child may become."""
    return {"start_timeout": settings.timeout or LONGEST, "memory_limit": settings.memory_limit}


def for_child(job: Job, folder: Path, settings: Settings) -> dict[str, Any]:
    """Return what a child is given, as JSON can hold it."""
    return {"job": job.plain(), "folder": str(folder), "forms": settings.forms, "time_zone": settings.time_zone}


def outcome_of(job: Job, found: Any, settings: Settings) -> Outcome | None:
    """Return the outcome of what a child gave back; none where it was killed and is to be tried again."""
    if not isinstance(found, Exception):
        try:
            return Outcome.from_plain(found, job.row)
        except (ValueError, TypeError):
            return job.outcome("failed", error="what its process sent at the end is no outcome of a plan")
    # under limits it is not tried again: what killed the child would then run without them
    if type(found) is ChildDied and not (found.late or settings.timeout or settings.memory_limit):
        return None
    return job.outcome("failed", error=" ".join(str(found).split())[:300])


def _plain_outcomes(jobs: Iterator[Job], folder: Path, settings: Settings) -> Iterator[tuple[Job, Outcome]]:
    """Yield each job with its outcome, made by plain papermill in a few processes; ends early where one is killed."""
    # new processes, not forks: a fork of a process with threads can hang for good
    with suppress(BrokenProcessPool), ProcessPoolExecutor(settings.workers, get_context("spawn")) as pool:
        while some := list(islice(jobs, AHEAD)):
            futures = {pool.submit(run_job, job, folder, settings.forms, settings.time_zone): job for job in some}
            for future in as_completed(futures):
                yield futures[future], future.result()


def warm_ups(jobs: Iterable[Job], forms: tuple[str, ...]) -> list[str]:
    """Name what a warm process does first: a plan for each of the exams met first, without anything of a learner."""
    writers = {"ics": "mls_kit.export.calendar_file", "anki": "mls_kit.export.flashcards"}
    first: dict[str, PlanRequest] = {}
    for job in jobs:
        if not job.request.exam_folder and len(first) < WARM_EXAMS:
            first.setdefault(job.request.exam, job.request)
    names = ("exam", "scaled_score", "ratings", "taken_on", "today")
    reports = [{name: getattr(request, name) for name in names} for request in first.values()]
    plans = [f"mls_kit.batch.here:warm_up:{json.dumps(report)}" for report in reports]
    return [*(module for form, module in writers.items() if form in forms), *plans]
