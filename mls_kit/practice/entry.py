"""What is one entry of the practice log? Its columns, how each of its cells is read, and how it is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from mls_kit.exam import aliases, find_exam
from mls_kit.problems import InputError, Problem, nearest, squeeze
from mls_kit.report import Notes, find_domain, is_blank, read_date, read_number, read_text

COLUMNS = ("date", "exam", "provider", "domain", "right", "out_of", "timed", "fresh", "minutes", "predicted", "causes",
           "set_id", "seen", "logged")  # fmt: skip
REQUIRED = ("date", "exam", "domain", "right", "out_of")
MIXED = "mixed"
CAUSES = {  # of an error: as the log writes it, and as it is asked for
    "did not know": "I did not know it",
    "misread": "I misread the question or an option",
    "out of time": "I ran out of time",
    "wrong between two": "Two options looked right, and I chose the wrong one",
}
_MOST = 1000  # questions in one set
_LONGEST = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def today() -> date:
    """Return the computer's date."""
    return date.today()


@lru_cache(maxsize=1)
def _answers() -> dict[str, bool]:
    return {word: name == "yes" for name, others in aliases("answers").items() for word in [name, *others]}


def _yes_no(value: object, place: str, notes: Notes) -> bool | None:
    words = _answers()
    if (text := str(value).strip().casefold()) in words:
        return words[text]
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
    return lambda value, place, notes: read_number(value, place, low, _MOST, notes)


def _text(value: object, place: str, notes: Notes) -> str | None:
    if isinstance(value, str) and len(value) <= _LONGEST and value.isascii() and value.isprintable():
        return " ".join(value.split())
    before = len(notes.problems)
    text = read_text(value, place, _LONGEST, notes)
    return text if len(notes.problems) == before else None


def _ids(value: object, place: str, notes: Notes) -> str | None:
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    ids = str("" if is_blank(value) else value).replace(",", " ").replace(";", " ").split()
    if len(ids) > _MOST or max(map(len, ids), default=0) > 100 or not "".join(ids).isprintable():
        notes.add(place, value, f"at most {_MOST} ids of questions with spaces between them")
        return None
    return " ".join(ids)


def _exam(value: object, place: str, notes: Notes) -> str | None:
    try:
        return find_exam(str(value)).code
    except InputError as error:
        notes.problems += [Problem(place, p.value, p.expected, p.nearest) for p in error.problems[:1]]
        return None


def _domain(given: Any, place: str, notes: Notes) -> str | None:
    """Read a domain, given together with the code of its exam; nothing where that is not known."""
    code, value = given
    if not code:
        return ""
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


READERS: dict[str, Callable[[object, str, Notes], Any]] = {  # the domain last: it is read by its exam
    "date": read_date, "exam": _exam, "provider": _text, "right": _count(0), "out_of": _count(1), "timed": _yes_no,
    "fresh": _yes_no, "minutes": _optional(0, 1440), "predicted": _optional(0, 100), "causes": _causes,
    "set_id": _text, "seen": _ids, "logged": _stamp, "domain": _domain,
}  # fmt: skip


@dataclass(frozen=True)
class PracticeEntry:
    """One practice set, or one domain's part of it.

    Parameters
    ----------
    date : YYYY-MM-DD; not in the future
    provider : "own set", or whose questions they were
    domain : a domain's name, number or unique beginning, or "mixed"
    timed, fresh : whether it was taken at the exam's pace, and whether the questions were new to the learner
    predicted : the percentage the learner expected beforehand
    causes : how many errors had which cause, as a mapping or as text: "misread:2; did not know:1"
    set_id : parts with the same id, provider and day belong to one set
    seen : ids of the questions, where the kit knows them

    An InputError names everything wrong at once, each mistake with its place.

    >>> PracticeEntry("2026-11-20", "mls-c01", "own set", "modeling", 15, 18, causes={"misread": 2}).causes
    'misread:2'
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

    def __post_init__(self) -> None:
        given, notes = vars(self).copy(), Notes()
        values: dict[str, Any] = {}
        for name in filter(given.__contains__, READERS):
            value = (values["exam"], self.domain) if name == "domain" else given[name]
            values[name] = READERS[name](value, name, notes)
        day, k, n = values["date"], values["right"], values["out_of"]
        if day is not None and day > today():
            notes.add("date", day, "a day that is not in the future", str(today()))
        if k is not None and n is not None and k > n:
            notes.add("right", self.right, f"at most the {n:g} questions asked", f"{n:g}")
        if notes.problems:
            raise InputError("This practice set", notes.problems)
        for name, value in values.items():
            object.__setattr__(self, name, int(value) if name in ("right", "out_of") else value)

    def row(self) -> dict[str, Any]:
        """Return the entry as a row of the table that ``read_log`` gives."""
        return vars(self) | {"date": np.datetime64(self.date, "s"), "logged": ""}

    def cells(self) -> dict[str, str]:
        """Return the entry as the cells of a line."""
        return cells_of(vars(self))


def cells_of(values: Mapping[Any, Any]) -> dict[str, str]:
    """Return the cells of a line; none of them is taken for a formula by a spreadsheet."""
    return {name: _cell(values.get(name, "")) for name in COLUMNS}


def _cell(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def same_entry(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return what makes two entries the same: everything but the moment they were logged."""
    cells = cells_of(row)
    return tuple(cells[name] for name in COLUMNS if name != "logged")
