"""Lines of a practice log as a table: what can be read is kept, and every mistake is named by line and column."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mls_kit.exam import find_exam
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import Notes, find_domain, is_blank, read_date, read_number, read_text

__all__ = [
    "CAUSES",
    "COLUMNS",
    "MIXED",
    "Heading",
    "Lines",
    "PracticeEntry",
    "cells_of",
    "read_lines",
    "same_entry",
    "table_of",
]


_ODD = re.compile(r"[^\w.:/ \n-]", re.ASCII)


class Heading(NamedTuple):
    """The columns of a file in its own order, each by our name where it has one, and their separator."""

    names: list[str]
    separator: str


@dataclass
class Lines:
    """The lines of a file: those with the right number of cells, with their numbers, and what was wrong with the others."""

    heading: Heading
    numbers: list[int] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def table(self) -> pd.DataFrame:
        """All cells, as text."""
        if not self.whole:
            return pd.DataFrame(columns=range(len(self.heading.names)), dtype=object)
        text = io.BytesIO("\n".join(self.whole).encode())
        return pd.read_csv(text, sep=self.heading.separator, header=None, dtype=object, na_filter=False,
                           skip_blank_lines=False, engine="c", index_col=False, low_memory=False)  # fmt: skip


def read_lines(data: bytes, name: str, fixed: Mapping[str, Any] | None = None) -> Lines:
    """Split a file into lines and cells.

    An entry never spans lines, so a line that was cut off, or a quote left open, harms no other line.

    Raises
    ------
    InputError
        The heading lacks a column that every entry needs and ``fixed`` does not give.
    """
    problems: list[Problem] = []
    lines = _decode(data, problems)
    if not lines or not any(lines):
        return Lines(Heading(list(COLUMNS), ","), problems=problems)
    separator = max(",;\t", key=lines[0].count)
    names = _names(_split(lines[0], separator) or [""])
    found = Lines(Heading(names, separator), problems=problems, fixed=fixed or {})
    missing = [column for column in REQUIRED if column not in names and column not in found.fixed]
    if missing:
        headings = _split(lines[0], separator) or []
        first = shown(lines[0])
        raise InputError(
            name, [Problem("line 1", first, f"a heading with a column {c}", nearest(c, headings)) for c in missing]
        )
    while not lines[-1]:
        lines.pop()
    counts, blank = _cells_of_each(lines, separator), {"", " ", separator}
    odd = any(line[:1] in blank or "\0" in line for line in lines)
    if set(counts) == {len(names)} and not odd:  # every line as the kit writes it
        found.numbers, found.whole = list(range(2, len(lines) + 1)), lines[1:]
        return found
    for number, (line, count) in enumerate(zip(lines[1:], counts[1:], strict=True), start=2):
        if line[:1] in blank and not line.strip(f"{separator} "):
            continue
        if count > len(names):
            line, count = _without_empty_end(line, separator, len(names), count)
        if count == len(names) and "\0" not in line:
            found.numbers.append(number)
            found.whole.append(line)
            continue
        has = f"{count} cells" if count else "an open quotation mark"
        expected = f"a whole line of {len(names)} cells: it has {has}; a part was cut off or added"
        problems.append(Problem(f"line {number}", shown(line), expected))
    return found


def _cells_of_each(lines: list[str], separator: str) -> list[int]:
    """Return the number of cells of every line; 0 where a quotation mark is left open."""
    counts = [line.count(separator) + 1 if '"' not in line else -1 for line in lines]
    quoted = [line for line, count in zip(lines, counts, strict=True) if count < 0]
    try:
        rows: list[list[str] | None] = list(csv.reader(quoted, delimiter=separator, strict=True))
    except csv.Error:
        rows = []
    if len(rows) != len(quoted):  # a quotation mark joins two lines: one at a time, then
        rows = [_split(line, separator) for line in quoted]
    found = iter(rows)
    return [len(next(found) or ()) if count < 0 else count for count in counts]


def _without_empty_end(line: str, separator: str, width: int, count: int) -> tuple[str, int]:
    """Take away empty cells beyond the heading, which spreadsheets add."""
    cells = _split(line, separator) or []
    if any(cell.strip() for cell in cells[width:]):
        return line, count
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="").writerow(cells[:width])
    return buffer.getvalue(), width


def _decode(data: bytes, problems: list[Problem]) -> list[str]:
    """Return the lines of a file as text; a line that is not UTF-8 is named, and left blank."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # a spreadsheet's "Unicode text"
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            parts = []
            for number, line in enumerate(data.splitlines(), start=1):
                try:
                    parts.append(line.decode("utf-8-sig" if number == 1 else "utf-8"))
                except UnicodeDecodeError as error:
                    guess = shown(line.decode("cp1252", errors="replace"))
                    expected = f"text in UTF-8 (byte {error.start + 1} is not); save the file as CSV UTF-8"
                    problems.append(Problem(f"line {number}", shown(line.decode("utf-8", "replace")), expected, guess))
                    parts.append(line.decode("cp1252", errors="replace") if number == 1 else "")
            return parts
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _split(line: str, separator: str) -> list[str] | None:
    """Return the cells of one line, or None where a quotation mark is left open."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [""])
    except csv.Error:
        return None


def _names(headings: list[str]) -> list[str]:
    """Return our name of each column, or the file's own for a column that means nothing to the log."""
    ours = {squeeze(alias): name for name, aliases in HEADINGS.items() for alias in [name, *aliases]}
    exact = {squeeze(name) for name in COLUMNS} & {squeeze(heading) for heading in headings}
    names: list[str] = []
    for heading in headings:
        name = ours.get(squeeze(heading))
        taken = name is not None and squeeze(name) in exact and squeeze(heading) != squeeze(name)
        names.append(heading if name is None or name in names or taken else name)
    return names


def table_of(lines: Lines) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the entries as a table, and all mistakes in the order of the lines.

    Each different cell of a column is read once, by the reader that single entries use.
    """
    size = len(lines.whole)
    bad = np.zeros(size, dtype=bool)
    mistakes: list[tuple[int, Problem]] = []
    columns: dict[str, Any] = {}
    for name, read in READERS.items():
        if (plain := _plain_ids(lines, name)) is not None:
            columns[name] = plain
            continue
        codes, different = _different(lines, name, size)
        values, wrong = _read_all(name, different, read)
        _note(mistakes, bad, codes, wrong, lines.numbers)
        columns[name] = _take(name, values, codes)
    columns["domain"] = _domains(lines, columns["exam"], bad, mistakes)
    _check_together(columns, bad, mistakes, lines.numbers)
    index = pd.Index(np.array(lines.numbers, dtype=np.int64), name="line")
    frame = pd.DataFrame({name: columns[name] for name in COLUMNS}, index=index)[~bad]
    frame = frame.astype({"right": "int64", "out_of": "int64", "timed": bool, "fresh": bool})
    own = [(int(p.place.split()[1].rstrip(",")), p) for p in lines.problems]
    return frame, [problem for _, problem in sorted([*own, *mistakes], key=lambda pair: pair[0])]


def _different(lines: Lines, name: str, size: int) -> tuple[Any, list[Any]]:
    """Return the different cells of a column, and which of them each line has."""
    if name not in lines.heading.names:
        return np.zeros(size, dtype=np.int64), [lines.fixed.get(name, "")]
    codes, different = pd.factorize(lines.table[lines.heading.names.index(name)].to_numpy(object))
    return codes, [_plain(cell) for cell in different]


def _plain_ids(lines: Lines, name: str) -> Any:
    """Return a column of ids as programs write them, in none of which there is anything to clean; otherwise None."""
    if name not in ("set_id", "seen") or name not in lines.heading.names or not lines.whole:
        return None
    cells = lines.table[lines.heading.names.index(name)].to_numpy(object)
    text = "\n".join(["", *cells, ""])
    spaced = any(space in text for space in ("  ", "\n ", " \n"))
    return None if spaced or max(map(len, cells)) >= 200 or _ODD.search(text) else cells


def _plain(cell: str) -> str:
    """Take back the mark that keeps a spreadsheet from running a cell as a formula."""
    return (
        cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r", "'") and len(cell) > 1 else cell
    )


def _read_all(name: str, different: list[Any], read: Any) -> tuple[list[Any], dict[int, Problem]]:
    """Read each different cell of a column once; return the values, and the first mistake of those that have one."""
    values, wrong, notes = [], {}, Notes()
    for place, cell in enumerate(different):
        values.append(read(cell, name, notes))
        if notes.problems:
            wrong[place] = notes.problems[0]
            notes = Notes()
    return values, wrong


def _note(mistakes: list[Any], bad: Any, codes: Any, wrong: dict[int, Problem], numbers: list[int]) -> None:
    """Note the mistakes of a column's cells for every line that has them."""
    if wrong:
        for row in np.flatnonzero(np.isin(codes, list(wrong))):
            problem = wrong[int(codes[row])]
            bad[row] = True
            place = f"line {numbers[row]}, {problem.place}"
            mistakes.append((numbers[row], Problem(place, problem.value, problem.expected, problem.nearest)))


def _take(name: str, values: list[Any], codes: Any) -> Any:
    if name == "date":
        return np.array(values or [None], dtype="datetime64[D]").astype("datetime64[s]")[codes]
    if name in ("right", "out_of", "minutes", "predicted"):
        return np.array([np.nan if v is None else v for v in values] or [np.nan], dtype=float)[codes]
    if name in ("timed", "fresh"):
        return np.array([bool(v) for v in values] or [False])[codes]
    table = np.empty(max(len(values), 1), dtype=object)
    table[: len(values)] = ["" if v is None else v for v in values]
    return table[codes]


def _domains(lines: Lines, exams: Any, bad: Any, mistakes: list[Any]) -> Any:
    """Read the domains, each by the exam of its line."""
    codes, different = _different(lines, "domain", len(lines.whole))
    exam_codes, codes_of_exams = pd.factorize(exams)
    pairs = exam_codes * max(len(different), 1) + codes
    which, first = np.unique(pairs, return_inverse=True)
    values, wrong = [], {}
    for place, pair in enumerate(which.tolist()):
        notes = Notes()
        exam, cell = codes_of_exams[pair // len(different)], different[pair % len(different)]
        values.append(read_domain(exam, cell, "domain", notes) if exam else "")
        if notes.problems:
            wrong[place] = notes.problems[0]
    _note(mistakes, bad, first, wrong, lines.numbers)
    return _take("domain", values, first)


def _check_together(columns: dict[str, Any], bad: Any, mistakes: list[Any], numbers: list[int]) -> None:
    """Check what two cells say together, and that no day is in the future."""
    right, asked, day = columns["right"], columns["out_of"], columns["date"]
    for row in np.flatnonzero(right > asked):
        place = f"line {numbers[row]}, right"
        expected = f"at most the {asked[row]:g} questions asked"
        mistakes.append((numbers[row], Problem(place, f"{right[row]:g}", expected, f"{asked[row]:g}")))
        bad[row] = True
    for row in np.flatnonzero(day > np.datetime64(day_today())):
        place, value = f"line {numbers[row]}, date", str(day[row])[:10]
        mistakes.append((numbers[row], Problem(place, value, "a day that is not in the future", str(day_today()))))
        bad[row] = True


def same_entry(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return what makes two entries the same: everything but the moment they were logged."""
    cells = cells_of(row)
    return tuple(cells[name] for name in COLUMNS if name != "logged")


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
        for name, value in values.items():
            object.__setattr__(self, name, int(value) if name in ("right", "out_of") else value)

    def row(self) -> dict[str, Any]:
        """Return the entry as a row of the table that ``read_log`` gives."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return values | {"date": np.datetime64(self.date, "s"), "logged": ""}

    def cells(self) -> dict[str, str]:
        """Return the entry as the cells of a line."""
        return cells_of({entry.name: getattr(self, entry.name) for entry in fields(self)})


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
