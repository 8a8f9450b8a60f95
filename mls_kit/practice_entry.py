"""One entry of the practice log, and how lines become entries: lenient in form, strict in meaning."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from mls_kit.exam import find_exam
from mls_kit.problems import InputError, Problem, nearest, squeeze
from mls_kit.reading import Notes, is_blank, read_date, read_number, read_text
from mls_kit.reading_ratings import find_domain

__all__ = ["CAUSES", "COLUMNS", "MIXED", "PracticeEntry", "cells_of"]

MIXED = "mixed"
CAUSES = ("did not know", "misread", "out of time", "wrong between two")
MOST = 1000  # questions in one set
LONGEST = 200
HEADINGS = {  # how people head their columns; the first name of each line is ours
    "date": ["day", "taken", "taken on", "completed", "datum"],
    "exam": ["exam code", "certification", "code"],
    "provider": ["source", "vendor", "platform", "website", "test provider"],
    "domain": ["topic", "section", "category", "area"],
    "right": ["correct", "score", "questions right", "right answers", "correct answers", "points"],
    "out_of": ["questions", "total", "of", "asked", "total questions", "max", "number of questions"],
    "timed": ["under time", "time limit"],
    "fresh": ["new", "unseen", "first time"],
    "minutes": ["time", "duration", "min", "time spent", "minutes spent"],
    "predicted": ["prediction", "predicted percent", "guess", "expected"],
    "causes": ["cause", "errors", "mistakes", "reasons"],
    "set_id": ["set", "set name", "test", "test id"],
    "seen": ["question ids", "questions seen", "ids"],
    "logged": ["logged at", "added"],
}
COLUMNS = tuple(HEADINGS)
REQUIRED = ("date", "exam", "domain", "right", "out_of")
_YES = {"yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "si", "sí", "sim"}
_NO = {"no", "n", "false", "0", "", "nein", "falsch", "non", "não", "nao"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_PLAIN_IDS = re.compile(r"(?:[\w.-]{1,100}(?: (?=[\w.-]))?){0,50}", re.ASCII)  # the usual case, read at once
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _yes_no(value: object, place: str, notes: Notes) -> bool | None:
    text = str(value).strip().casefold()
    if text in _YES or text in _NO:
        return text in _YES
    notes.add(place, value, "yes or no", nearest(value, ("yes", "no"), 0.6))
    return None


def _causes(value: object, place: str, notes: Notes) -> str | None:
    """Read counts of causes, as a mapping or as text, and write them one way."""
    if isinstance(value, Mapping):
        value = "; ".join(f"{name}: {count}" for name, count in value.items())
    known = {squeeze(cause): cause for cause in CAUSES}
    counts: dict[str, int] = {}
    for part in re.split(r"[;\n|]", "" if is_blank(value) else str(value)):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*(.+?)\s*[:=]\s*(\d{1,4})\s*", part) or re.fullmatch(r"\s*(.+?)\s*", part)
        name = known.get(squeeze(match[1])) if match else None
        if match is None or name is None:
            notes.add(place, part, f"counts of {', '.join(CAUSES)}, such as misread:2", nearest(part, CAUSES))
            return None
        counts[name] = counts.get(name, 0) + (int(match[2]) if match.re.groups == 2 else 1)
    return "; ".join(f"{name}:{counts[name]}" for name in CAUSES if counts.get(name))


def _optional(low: float, high: float) -> Callable[[object, str, Notes], float | None]:
    def read(value: object, place: str, notes: Notes) -> float | None:
        if is_blank(value):
            return math.nan
        text = str(value).strip().removesuffix("%").strip()
        return read_number(re.sub(r"^(\d+),(\d+)$", r"\1.\2", text), place, low, high, notes, whole=False)

    return read


def _count(low: int) -> Callable[[object, str, Notes], float | None]:
    return lambda value, place, notes: read_number(value, place, low, MOST, notes)


def _text(value: object, place: str, notes: Notes) -> str | None:
    if isinstance(value, str) and len(value) <= LONGEST and value.isascii() and value.isprintable():
        return " ".join(value.split())
    before = len(notes.problems)
    text = read_text(value, place, LONGEST, notes)
    return text if len(notes.problems) == before else None


def _ids(value: object, place: str, notes: Notes) -> str | None:
    if isinstance(value, str) and _PLAIN_IDS.fullmatch(value):
        return value
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    ids = str("" if is_blank(value) else value).replace(",", " ").replace(";", " ").split()
    if len(ids) > MOST or any(len(one) > 100 or not one.isprintable() for one in ids):
        notes.add(place, value, f"at most {MOST} ids of questions with spaces between them")
        return None
    return " ".join(ids)


def _exam(value: object, place: str, notes: Notes) -> str | None:
    try:
        return find_exam(str(value)).code
    except InputError as error:
        notes.problems += [Problem(place, p.value, p.expected, p.nearest) for p in error.problems[:1]]
        return None


def read_domain(code: str, value: object, place: str, notes: Notes) -> str | None:
    if squeeze(value) in (MIXED, "all", "full", "fullexam", "alldomains"):
        return MIXED
    exam = find_exam(code)
    domain = find_domain(value, exam)
    if domain is None:
        names = [MIXED, *(d.name for d in exam.domains)]
        notes.add(place, value, f"{MIXED} or a domain of {code}: {'; '.join(names[1:])}", nearest(value, names))
        return None
    return domain.name


def _stamp(value: object, place: str, notes: Notes) -> str | None:
    text = str(value).strip()
    if text and not _STAMP.fullmatch(text):
        notes.add(place, value, "a whole time such as 2026-11-01T19:30:00Z; the line was cut off or changed")
        return None
    return text


READERS: dict[str, Callable[[object, str, Notes], Any]] = {
    "date": read_date, "exam": _exam, "provider": _text, "right": _count(0), "out_of": _count(1), "timed": _yes_no,
    "fresh": _yes_no, "minutes": _optional(0, 1440), "predicted": _optional(0, 100), "causes": _causes,
    "set_id": _text, "seen": _ids, "logged": _stamp,
}  # fmt: skip


@dataclass(frozen=True)
class PracticeEntry:
    """One practice set, or one domain's part of it.

    Parameters
    ----------
    date : date or str
        The day, as YYYY-MM-DD; not in the future.
    exam : str
        Its code.
    provider : str
        "own set", or whose questions they were.
    domain : str
        A domain's name, number or unique beginning, or "mixed".
    right, out_of : int
        Questions right, and questions asked.
    timed : bool
        Whether it was taken at the exam's pace.
    fresh : bool
        Whether the questions were new to the learner.
    minutes : float, optional
    predicted : float, optional
        The percentage the learner expected beforehand.
    causes : mapping or str
        How many errors had which cause: "misread:2; did not know:1".
    set_id : str
        Parts with the same id, provider and day belong to one set.
    seen : sequence of str or str
        Ids of the questions, where the kit knows them.

    Raises
    ------
    InputError
        Everything wrong at once, each mistake with its place.

    Examples
    --------
    >>> entry = PracticeEntry("2026-11-20", "mls-c01", "own set", "modeling", 15, 18, causes={"misread": 2})
    >>> entry.domain, entry.causes
    ('Modeling', 'misread:2')
    """

    date: date
    exam: str
    provider: str
    domain: str
    right: int
    out_of: int
    timed: bool = True
    fresh: bool = True
    minutes: float = math.nan
    predicted: float = math.nan
    causes: str = ""
    set_id: str = ""
    seen: str = ""

    def __init__(self, date: Any, exam: Any, provider: Any, domain: Any, right: Any, out_of: Any, timed: Any = True,
                 fresh: Any = True, minutes: Any = None, predicted: Any = None, causes: Any = "", set_id: Any = "",
                 seen: Any = "") -> None:  # fmt: skip
        given = {key: value for key, value in locals().items() if key != "self"}
        notes = Notes()
        values = {name: READERS[name](value, name, notes) for name, value in given.items() if name in READERS}
        if values["exam"] is not None:
            values["domain"] = read_domain(values["exam"], domain, "domain", notes)
        day, k, n = values["date"], values["right"], values["out_of"]
        if day is not None and day > day_today():
            notes.add("date", day, "a day that is not in the future", str(day_today()))
        if k is not None and n is not None and k > n:
            notes.add("right", right, f"at most the {n:g} questions asked", f"{n:g}")
        if notes.problems:
            raise InputError("This practice set", notes.problems)
        for field in fields(self):
            value = values[field.name]
            object.__setattr__(self, field.name, int(value) if field.name in ("right", "out_of") else value)

    def row(self) -> dict[str, Any]:
        """Return the entry as a row of the table that ``read_log`` gives."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"date": np.datetime64(self.date, "s"), "logged": ""}

    def cells(self) -> dict[str, str]:
        """Return the entry as the cells of a line."""
        return cells_of({field.name: getattr(self, field.name) for field in fields(self)})


def cells_of(values: Mapping[Any, Any]) -> dict[str, str]:
    """Return the cells of a line; none of them is taken for a formula by a spreadsheet."""
    return {name: _cell(values.get(name, "")) for name in COLUMNS}


def day_today() -> date:
    return date.today()


def _cell(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
