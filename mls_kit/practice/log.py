"""Where is practice logged? In one CSV on the learner's own computer, one line a set or a domain's part of a set.

Lines are appended under a lock, in one write, and synced; a half line that a crash left is named, and the rest is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mls_kit._folders import data_folder, my_folder
from mls_kit.exam import find_exam, meanings
from mls_kit.files import append_text, locked
from mls_kit.html import render
from mls_kit.practice import entry as entries
from mls_kit.practice.entry import COLUMNS, FORMULA, READERS, PracticeEntry, same_entry
from mls_kit.practice.rule import least_questions
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import Damaged, Notes, Row, ScoreReport, Text
from mls_kit.score_model import question_counts

_NAME = "practice_log.csv"


def log_file() -> Path:
    """Return where the learner's log is kept, whether or not it is there."""
    return my_folder() / _NAME


# -- reading


class _Lines(NamedTuple):
    """The lines of a file with as many cells as its heading, and the mistakes of the others."""

    names: list[str]
    separator: str
    numbers: list[int]
    cells: list[Sequence[str]]
    mistakes: list[tuple[int, Problem]]


def _read_lines(path: Path | None) -> _Lines:
    """Split a file into lines and cells; an entry never spans lines, so that one that was cut off harms no other."""
    if path is None:
        return _Lines(list(COLUMNS), ",", [], [], [])
    ours = meanings("practice_log")
    text = Text.of(path, lambda cells: len({ours.get(squeeze(cell)) for cell in cells} - {None}), spans=False)
    rows = text.rows()
    heading = next(rows, None)
    if text.blank or heading is None:
        return _Lines(list(COLUMNS), ",", [], [], [])
    whole = Damaged not in map(type, heading.cells)
    names = _names(heading.cells, ours) if whole else [""]
    if missing := [name for name in entries.REQUIRED if name not in names]:
        headings = heading.cells if whole else ()
        raise InputError(path.name, [_no_column(heading, name, nearest(name, headings)) for name in missing])
    mistakes = [(1, _not_utf8(heading))] if heading.codec else []
    found = _Lines(names, text.separator, [], [], mistakes)
    for row in rows:
        if row.codec:
            found.mistakes.append((row.number, _not_utf8(row)))
        elif row.text.strip(f"{text.separator} "):
            cells = row.cells
            if len(cells) > len(names) and not "".join(map(str, cells[len(names) :])).strip():
                cells = cells[: len(names)]  # a spreadsheet adds empty ones
            if len(cells) == len(names) and Damaged not in map(type, cells):
                found.numbers.append(row.number)
                found.cells.append(cells)
            else:
                found.mistakes.append((row.number, _not_whole(row, len(names))))
    return found


def _names(headings: Sequence[str], ours: Mapping[str, str]) -> list[str]:
    """Return our name of each column, or the file's own for a column that means nothing to the log."""
    exact = {squeeze(name) for name in COLUMNS} & {squeeze(heading) for heading in headings}
    names: list[str] = []
    for heading in headings:
        name = ours.get(squeeze(heading))
        taken = name is not None and squeeze(name) in exact and squeeze(heading) != squeeze(name)
        names.append(heading if name is None or name in names or taken else name)
    return names


def _no_column(heading: Row, name: str, near: str | None = None) -> Problem:
    return Problem("line 1", shown(heading.text), f"a heading with a column {name}", near)


def _not_utf8(row: Row) -> Problem:
    content = row.text.encode(row.codec)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        expected = f"text in UTF-8 (byte {error.start + 1} is not); save the file as CSV UTF-8"
        return Problem(f"line {row.number}", shown(content.decode("utf-8", "replace")), expected, shown(row.text))
    raise AssertionError("it was decoded by another codec")  # pragma: no cover


def _not_whole(row: Row, width: int) -> Problem:
    is_open = Damaged in map(type, row.cells) and "\0" not in row.text
    has = "an open quotation mark" if is_open else f"{len(row.cells)} cells"
    expected = f"a whole line of {width} cells. It has {has}: a part was cut off or added"
    return Problem(f"line {row.number}", shown(row.text), expected)


def _read_table(path: Path | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the entries of a file, and all mistakes by line; each different cell of a column is read once."""
    lines = _read_lines(path)
    numbers, mistakes = lines.numbers, lines.mistakes
    bad = np.zeros(len(numbers), dtype=bool)
    columns: dict[str, Any] = {}
    table = np.array(lines.cells, dtype=object).reshape(len(numbers), len(lines.names))

    def note(row: int, problem: Problem) -> None:
        bad[row], number = True, numbers[row]
        place = f"line {number}, {problem.place}"
        mistakes.append((number, Problem(place, problem.value, problem.expected, problem.nearest)))

    codes: Any
    different: Any
    for name, read in READERS.items():
        codes, different = np.zeros(len(numbers), dtype=np.int64), [""]
        if name in lines.names:
            codes, different = pd.factorize(table[:, lines.names.index(name)])
        if name == "domain":  # which domain is meant depends on the exam of the line
            exams, known = pd.factorize(columns["exam"])
            both, codes = np.unique(exams * len(different) + codes, return_inverse=True)
            width, cells = len(different), different
            different = [(known[pair // width], _plain(cells[pair % width])) for pair in both]
        values, wrong, notes = [], dict[int, Problem](), Notes()
        for place, cell in enumerate(different):
            values.append(read(_plain(cell), name, notes))
            if notes.problems:
                wrong[place], notes = notes.problems[0], Notes()
        for row in np.flatnonzero(np.isin(codes, list(wrong))).tolist() if wrong else ():
            note(row, wrong[codes[row]])
        columns[name] = _array(name, values)[codes]
    right, asked, day, now = columns["right"], columns["out_of"], columns["date"], entries.today()
    for row in np.flatnonzero(right > asked).tolist():
        most = f"{asked[row]:g}"
        note(row, Problem("right", f"{right[row]:g}", f"at most the {most} questions asked", most))
    for row in np.flatnonzero(day > np.datetime64(now)).tolist():
        note(row, Problem("date", str(day[row])[:10], "a day that is not in the future", str(now)))
    index = pd.Index(np.array(numbers, dtype=np.int64), name="line")
    frame = pd.DataFrame({name: columns[name] for name in COLUMNS}, index)[~bad]
    frame = frame.astype({"right": "int64", "out_of": "int64", "timed": bool, "fresh": bool})
    return frame, [problem for _, problem in sorted(mistakes, key=lambda pair: pair[0])]


def _array(name: str, values: list[Any]) -> Any:
    """Return the values of a column as an array; None stands for a cell with a mistake."""
    if name == "date":
        return np.array(values, dtype="datetime64[D]").astype("datetime64[s]")
    if name in ("right", "out_of", "minutes", "predicted"):
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    if name in ("timed", "fresh"):
        return np.array(values, dtype=bool)
    found = np.empty(len(values), dtype=object)
    found[:] = ["" if value is None else value for value in values]
    return found


def _plain(cell: Any) -> Any:
    """Take back the mark that keeps a spreadsheet from running a cell as a formula."""
    marked = isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(FORMULA)
    return cell[1:] if marked else cell


def read_log(path: str | Path | None = None) -> tuple[pd.DataFrame, list[Problem]]:
    """Return every line of a log without a mistake, by line number, and every mistake of the others (``line N, column``).

    Any CSV with headings that mean the same is read; an InputError where it is missing or lacks a needed column.
    """
    file = Path(path) if path else log_file()
    try:
        return _read_table(file)
    except FileNotFoundError:
        if path:
            raise InputError(
                file.name, [Problem("file", shown(file.name), "a file that we can find. Check its name and its folder")]
            ) from None
        return _read_table(None)
    except OSError as error:
        raise InputError(file.name, [Problem("file", shown(error), "a readable file")]) from None


def no_log() -> pd.DataFrame:
    """Return a log without an entry."""
    return _read_table(None)[0]


def has_entry(entry: PracticeEntry, path: str | Path | None = None) -> bool:
    """Tell whether an entry that is the same in everything but the moment of logging is in the log."""
    if not (Path(path) if path else log_file()).exists():
        return False
    frame, _ = read_log(path)
    alike = frame[(frame["right"] == entry.right) & (frame["out_of"] == entry.out_of)]
    wanted = same_entry(entry.cells())
    return any(same_entry(row) == wanted for row in alike.to_dict("records"))


def seen_questions(exam: str, log: pd.DataFrame | None = None) -> frozenset[str]:
    """Return the ids of the questions of an exam that a log, or else the learner's own, says were seen.

    >>> sorted(seen_questions("MLS-C01", pd.DataFrame({"exam": ["MLS-C01"], "seen": ["MLS-1.1-01 MLS-2.3-04"]})))
    ['MLS-1.1-01', 'MLS-2.3-04']
    """
    if log is None:
        log = read_log()[0]
    cells: Iterable[Any] = log.loc[log["exam"] == exam, "seen"]
    return frozenset(one for cell in cells if isinstance(cell, str) for one in cell.split())


# -- writing


def _csv(rows: Iterable[list[str]], separator: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _dialect(path: Path) -> tuple[list[str], str]:
    """Return the file's columns in its own order, and its separator: a spreadsheet may have changed both."""
    if not path.exists() or not path.stat().st_size:
        append_text(path, "\ufeff" + _csv([list(COLUMNS)]))  # the mark tells spreadsheets that this is UTF-8
        return list(COLUMNS), ","
    lines = _read_lines(path)
    if missing := [name for name in COLUMNS if name not in lines.names]:
        with path.open("rb") as file:
            first = file.readline(10_000).decode("utf-8-sig", "replace").strip()
        raise InputError(path.name, [_no_column(Row(1, (), first), name) for name in missing])
    return lines.names, lines.separator


def append(entry: PracticeEntry | Iterable[PracticeEntry], path: str | Path | None = None) -> Path:
    """Add one entry, or the parts of one set, to a log, else the learner's own, all or none; return the log's file.

    An InputError where the file's heading was changed so that the entry would not fit; an OSError where it cannot be
    written, or another window held it for half a minute.
    """
    entries = [entry] if isinstance(entry, PracticeEntry) else list(entry)
    file = Path(path) if path else log_file()
    logged = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with locked(file):
        columns, separator = _dialect(file)
        rows = [one.cells() | {"logged": logged} for one in entries]
        append_text(file, _csv(([row.get(name, "") for name in columns] for row in rows), separator))
    return file


# -- the log in the notebooks


class PracticeLog(NamedTuple):
    """A log that was read: its lines as a table, the mistakes of the others, and whether it is the learner's own."""

    frame: pd.DataFrame
    problems: list[Problem]
    mine: bool

    def said(self) -> str:
        """Say whose log this is, and how much could be read."""
        return str(render("practice/said.html.j2", "whose_log", log=self))


def example_log(report: ScoreReport, today: date | None = None) -> pd.DataFrame:
    """Return the example of ``data/logs``, ending yesterday and told in the domains and set sizes of the report's exam."""
    frame, _ = read_log(data_folder() / "logs" / "example.csv")
    frame["date"] += pd.Timestamp(today or date.today()) - timedelta(days=1) - frame["date"].max()
    exam = report.facts
    names = [domain.name for domain in exam.domains]
    invented = [domain.name for domain in find_exam(frame["exam"].iloc[0]).domains]
    counts = question_counts([domain.weight for domain in exam.domains], least_questions(exam))
    rows: list[dict[Any, Any]] = []
    for row in frame.to_dict("records"):
        at = invented.index(row["domain"]) if row["domain"] in invented else None
        whole = str(row["set_id"]).startswith("full")
        places = [None] if at is None else range(at, len(names), len(invented)) if whole else [min(at, len(names) - 1)]
        for place in places:
            told = row | {"exam": exam.code, "domain": row["domain"] if place is None else names[place]}
            if whole and place is not None:
                told |= {"right": round(row["right"] / row["out_of"] * counts[place]), "out_of": counts[place]}
            rows.append(told)
    return pd.DataFrame(rows, index=pd.RangeIndex(2, len(rows) + 2, name="line"))


def my_log(report: ScoreReport, today: date | None = None) -> PracticeLog:
    """Return the learner's log for the report's exam, or the example, which ends the day before ``today``."""
    if log_file().exists():
        frame, problems = read_log()
        own = frame[frame["exam"] == report.exam]
        if len(own) or problems:
            return PracticeLog(own, problems, True)
    return PracticeLog(example_log(report, today), [], False)
