"""What is done besides logged sets? Sessions that were ticked and quizzes that were answered, one JSON line each.

The file only grows, on this computer; a line that cannot be read is counted and left out, so that no other is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from mls_kit._folders import my_folder
from mls_kit.exam import TIME, Strict
from mls_kit.files import append_text, locked

_LARGEST = 10_000_000  # bytes; a tick takes 150


class Tick(Strict):
    """A session of the plan that was done, and the minutes that it took; 0 takes the tick back."""

    what: Literal["session"] = "session"
    exam: str
    day: date  # of the session in the plan, with its start
    start: str = Field(pattern=TIME)
    kind: str
    minutes: int = Field(ge=0, le=1440)
    domain: str = ""  # its name, or as the plan calls what is no single domain
    task: str = ""
    questions: int = Field(0, ge=0)
    noted: datetime = Field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


class Answered(Strict):
    """A quiz that was answered to its end: its lesson, such as "04", is done. No answer is kept."""

    what: Literal["lesson"] = "lesson"
    lesson: str
    noted: datetime = Field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


_LINE: TypeAdapter[Tick | Answered] = TypeAdapter(Annotated[Tick | Answered, Field(discriminator="what")])


@dataclass(frozen=True)
class Done:
    """What the file says: ticks that stand, by exam, day and start; lessons done; lines left out."""

    ticks: dict[tuple[str, date, str], Tick] = field(default_factory=dict)
    lessons: frozenset[str] = frozenset()
    unreadable: int = 0

    def of(self, exam: str) -> list[Tick]:
        """Return the ticks of an exam's plan."""
        return [tick for tick in self.ticks.values() if tick.exam == exam]


def done_file() -> Path:
    """Return where it is kept, whether or not it is there."""
    return my_folder() / "done.jsonl"


def note_done(entries: Iterable[Tick | Answered], path: str | Path | None = None) -> Path:
    """Add what was done, all or none; return the file. An OSError where it cannot be written."""
    file = Path(path) if path else done_file()
    text = "".join(f"{entry.model_dump_json()}\n" for entry in entries)
    if text:
        with locked(file):
            append_text(file, text)
    return file


def read_done(path: str | Path | None = None) -> Done:
    """Return what was done; a file that is missing says nothing, and no file is so broken that this fails.

    >>> read_done("nowhere.jsonl")
    Done(ticks={}, lessons=frozenset(), unreadable=0)
    """
    file = Path(path) if path else done_file()
    try:
        with file.open("rb") as lines:
            text = lines.read(_LARGEST)
    except FileNotFoundError:
        return Done()
    except OSError:
        return Done(unreadable=1)
    ticks: dict[tuple[str, date, str], Tick] = {}
    lessons: set[str] = set()
    unreadable = 0
    for line in filter(bytes.strip, text.splitlines()):
        try:
            entry = _LINE.validate_json(line)
        except ValidationError:
            unreadable += 1
            continue
        if isinstance(entry, Answered):
            lessons.add(entry.lesson)
        elif entry.minutes:
            ticks[entry.exam, entry.day, entry.start] = entry
        else:
            ticks.pop((entry.exam, entry.day, entry.start), None)
    return Done(ticks, frozenset(lessons), unreadable)
