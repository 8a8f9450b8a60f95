"""What each learner's plan is made from, and what became of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any

import yaml
from pydantic import Field, FiniteFloat, TypeAdapter

from mls_kit.batch.told import Told
from mls_kit.cohort import CohortReader
from mls_kit.files import csv_of
from mls_kit.report import PlanRequest, ScoreReport

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    row: int
    id: str
    status: Annotated[str, Field(pattern="^(plan|earlier attempt|mistake|failed|no room|not done|left out)$")]
    file: str
    error: str
    seconds: FiniteFloat
    told: Told | None = None  # what the plan says; None where there is none

    @classmethod
    def from_plain(cls, values: Mapping[str, Any], row: int) -> Outcome:
        """Return the outcome of a row that came as JSON; a ValueError where it is none."""
        return replace(_OUTCOME.validate_python({**values, "row": 0}), row=row)

    def record(self) -> dict[str, Any]:
        """Return what the report of the run says of the row."""
        row = self.row if type(self.row) is int else str(self.row)  # of one of several sheets
        return {**{name: value for name, value in vars(self).items() if name != "told"}, "row": row}


_OUTCOME = TypeAdapter(Outcome)


@dataclass(frozen=True)
class Job:
    """All that is needed to make the files of one learner."""

    row: int
    earlier_rows: tuple[int, ...]
    request: PlanRequest
    stem: str  # name of the files, without ending
    stamp: str = ""  # digest of what the plan depends on
    beside: tuple[PlanRequest, ...] = ()  # for the person's other exams: the calendar holds their sessions too
    calendar: str = ""  # written earlier: what it has and the plan has no more is canceled

    def plain(self) -> dict[str, Any]:
        """Return the job as JSON can hold it."""
        plain: dict[str, Any] = _JOB.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Job:
        """Return the job that ``plain`` wrote."""
        return _JOB.validate_python(values)

    def outcome(self, status: str, file: str = "", error: str = "", seconds: float = 0.0, told: Told | None = None) -> Outcome:
        """Return what became of the job."""
        return Outcome(self.row, self.request.learner_id, status, file, error, seconds, told)


_JOB = TypeAdapter(Job)


def request_for(report: ScoreReport, today: date, exam_folder: str = "", wishes: Mapping[str, Any] | None = None) -> PlanRequest:
    """Return the request for a plan of one report of a cohort; ``wishes``: what its row asks of the plan, by parameter."""
    same = ("exam", "scaled_score", "attempt", "learner_name", "learner_id", "hours_per_week", "language")
    values: dict[str, Any] = {name: getattr(report, name) for name in same}
    values |= {name: str(getattr(report, name) or "") for name in ("taken_on", "target_date", "days_off")}
    values["ratings"] = ", ".join(f"{report.percents.get(name, label)}" for name, label in report.ratings.items())
    values["result"] = "" if report.facts.has_standard else report.result
    return PlanRequest(**values, today=str(today), exam_folder=exam_folder, **(wishes or {}))


def after(request: PlanRequest, earlier: Sequence[PlanRequest]) -> PlanRequest:
    """Return a request with the reports of earlier ones as its earlier attempts."""
    if not earlier:
        return request
    names = ("scaled_score", "ratings", "taken_on", "attempt", "result")
    before = [{name: value for name in names if (value := getattr(other, name)) not in (None, "")} for other in earlier]
    return replace(request, earlier=yaml.safe_dump(before, sort_keys=False, allow_unicode=True))


def file_name(request: PlanRequest, taken: set[str], with_exam: bool = False) -> str:
    """Return a file name without ending, safe, new, the same however rows move: an id, or a digest of who or what it is."""
    who, exam = request.learner_id, f"-{request.exam}" if with_exam else ""
    said = who or request.learner_name or "\0".join(map(str, request.parameters().values()))
    digest = hashlib.sha256(said.casefold().encode()).hexdigest()[:8]
    plain = re.sub(r"[^A-Za-z0-9]+", "-", who).strip("-")[:40] if "@" not in who else ""
    stem = plain + exam
    if plain != who or not plain or stem.casefold() in taken | _RESERVED:
        stem = f"{plain or 'learner'}-{digest}{exam}"
    while stem.casefold() in taken:  # reports of nobody in particular that say the same
        stem += "-again"
    taken.add(stem.casefold())
    return stem


def mistakes_of(cohort: CohortReader) -> list[Outcome]:
    """Return an outcome for every row that makes no sense, with all its mistakes."""
    by_row: dict[int, list[str]] = {}
    for problem in cohort.problems:
        by_row.setdefault(problem.row, []).append(str(problem).split(", ", 1)[1])
    return [Outcome(row, cohort.ids.get(row, ""), "mistake", "", " ".join(errors), 0.0) for row, errors in by_row.items()]


def as_csv(outcomes: Sequence[Outcome]) -> str:
    """Return the report as CSV: row, id, status, file, error, seconds; no cell is run as a formula."""
    heads = [name for name in Outcome.__dataclass_fields__ if name != "told"]
    return csv_of([heads, *(outcome.record().values() for outcome in outcomes)])


def as_json(batch: Batch) -> str:
    """Return the report as JSON: the counts of the run, and its rows."""
    told = {
        "first_day": str(batch.today),
        "stopped": batch.stopped,
        "counts": dict(sorted(Counter(outcome.status for outcome in batch.outcomes).items())),
        "made": batch.made,
        "kept": batch.kept,
        "rows": [outcome.record() for outcome in batch.outcomes],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Settings:
    """How a batch is made."""

    forms: tuple[str, ...] = ("notebook", "html")  # out of ``mls_kit.export.FORMS``
    workers: int = 1  # plans made side by side
    timeout: float | None = None  # seconds one plan may take
    memory_limit: float | None = None  # megabytes one plan may take beyond what all share
    only: tuple[str, ...] = ()  # learner ids; all learners if empty
    scheduler: str = ""  # address of a Dask scheduler; this machine alone if empty
    exam_folder: str = ""  # with exam files of one's own
    time_zone: str = ""  # of the calendars
    names: bool = False  # whether the index shows names
    again: bool = False  # whether plans that are there are made anew, and files of others overwritten


@dataclass
class Batch:
    """What became of a cohort."""

    today: date  # first day of the plans
    outcomes: list[Outcome] = field(default_factory=list)  # one for every row, by row
    made: int = 0
    kept: int = 0  # plans made from the same before
    learners: int = 0  # that were asked for
    unread: int = 0  # lines of the record that say nothing any more: their plans are made anew
    strangers: int = 0  # learners with plans in the folder who are not in this cohort
    stopped: str = ""  # why the run ended before all was done; empty where it did not
