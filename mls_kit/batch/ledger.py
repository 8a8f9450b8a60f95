"""Which plans are finished, and made from just this: a line for each, so that a run goes on where another stopped.

A stamp is a digest of all that a plan depends on: its request, the template, the package, its data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import FiniteFloat, TypeAdapter, ValidationError

from mls_kit._folders import PLAN_TEMPLATE, data_folder, notebook_folder
from mls_kit.batch.jobs import Job
from mls_kit.batch.store import Store
from mls_kit.batch.told import Told
from mls_kit.report import PlanRequest


@dataclass(frozen=True)
class Done:
    """The files of one learner: their stamp, sizes in bytes by name, and the seconds they took."""

    stem: str
    stamp: str
    files: dict[str, int]
    zone: str = ""
    seconds: FiniteFloat = 0.0
    told: Told | None = None


@dataclass(frozen=True)
class Begun:
    """The first day of the plans."""

    today: date


_LINE = TypeAdapter(Begun | Done)


class Ledger:
    """The record of a store. A line is written once all files of a learner are in place, never before."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.today: date | None = None
        self.done: dict[str, Done] = {}
        lines = store.lines()
        self.is_there = lines is not None  # and the files beside it are ours
        self.unread = 0 if lines or lines is None else 1
        for line in lines or ():
            try:
                entry = _LINE.validate_json(line)
            except ValidationError:  # its learner is made again
                self.unread += 1
                continue
            if isinstance(entry, Begun):
                self.today = entry.today
            else:
                self.done[entry.stem] = entry

    def begin(self, today: date) -> None:
        """Note the first day of the plans; what cannot be read is no longer kept."""
        if self.unread:
            self.store.renew(json.dumps(vars(entry), ensure_ascii=False) for entry in self.done.values())
        if today != self.today or self.unread:
            self.today = today
            self.store.append(json.dumps({"today": str(today)}))

    def add(self, entry: Done) -> None:
        """Note a learner whose files are in place."""
        self.store.append(json.dumps(vars(entry), ensure_ascii=False))
        self.done[entry.stem] = entry

    def holds(self, job: Job, wanted: list[str], zone: str, there: dict[str, int]) -> bool:
        """Return whether all wanted files of a job are there, whole, and made from just this."""
        entry = self.done.get(job.stem)
        return (
            entry is not None
            and entry.stamp == job.stamp
            and (entry.zone == zone or not any(name.endswith(".ics") for name in wanted))
            and all(name in entry.files and there.get(name) == entry.files[name] for name in wanted)
        )


_PACKAGE = Path(__file__).resolve().parents[1]
_LEFT_OUT = {"cohorts", "logs", "reports", "quizzes", "widgets", "verdicts", "__pycache__", "_data", "_notebooks"}


@lru_cache
def kit_stamp(exam_folder: str = "") -> str:
    """Return a digest of all that plans share: the template, the package's code, its data, one's own exam files."""
    digest = hashlib.sha256()
    for name, path in _parts(exam_folder):
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _parts(exam_folder: str) -> Iterator[tuple[str, Path]]:
    yield PLAN_TEMPLATE, notebook_folder() / PLAN_TEMPLATE
    for kind, top in (("package", _PACKAGE), ("data", data_folder()), ("exams", Path(exam_folder or _PACKAGE / "no"))):
        for path in sorted(top.rglob("*")):
            inside = path.relative_to(top)
            if path.is_file() and not _LEFT_OUT & set(inside.parts) and path.suffix != ".pyc":
                yield f"{kind}/{inside.as_posix()}", path


def plan_stamp(request: PlanRequest, kit: str) -> str:
    """Return a digest of a request and of what all plans share."""
    told = json.dumps(request.parameters(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{kit}\0{told}".encode()).hexdigest()
