"""The learner's practice log: one plain CSV on the learner's own computer, one line a set or a domain's part of a set.

Lines are appended under a lock, in one write, and synced: neither a crash nor a second window loses or mixes any. A half
line that a crash left behind is closed by starting the next entry on a new line; reading names it and keeps the rest.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from mls_kit._folders import my_folder
from mls_kit.files import write_whole
from mls_kit.practice.lines import COLUMNS, PracticeEntry, cells_of, read_lines, same_entry, table_of
from mls_kit.problems import InputError, Problem, shown

__all__ = ["PracticeEntry", "append", "delete_log", "export_log", "has_entry", "import_log", "log_file", "read_log"]

_LOCK_SECONDS = 30
_NAME = "practice_log.csv"


def log_file() -> Path:
    """Return where the learner's log is kept, whether or not it is there."""
    return my_folder() / _NAME


def _lock(path: Path) -> FileLock:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(path.with_name(f".{path.name}.lock"), timeout=_LOCK_SECONDS)


def _write(path: Path, text: str) -> None:
    """Append text in one write and wait until it is on the disk; the lock is held by the caller."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        size = os.fstat(handle).st_size
        if size:
            os.lseek(handle, -1, os.SEEK_END)
            if os.read(handle, 1) not in (b"\n", b"\r"):
                text = "\n" + text  # a crash, or an editor, left the last line open
        data = text.encode("utf-8")
        done = os.write(handle, data)
        while done < len(data):  # a full disk or a signal; the rest follows under the same lock
            done += os.write(handle, data[done:])
        os.fsync(handle)
    finally:
        os.close(handle)


def _lines(rows: Iterable[list[str]], separator: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _dialect(path: Path) -> tuple[list[str], str]:
    """Return the file's columns in its own order, and its separator: a spreadsheet may have changed both."""
    if not path.exists() or not path.stat().st_size:
        _write(path, "\ufeff" + _lines([list(COLUMNS)]))  # the mark tells spreadsheets that this is UTF-8
        return list(COLUMNS), ","
    with path.open("rb") as file:
        first = file.readline(10_000)
    heading = read_lines(first, path.name).heading
    missing = [name for name in COLUMNS if name not in heading.names]
    if missing:
        there = shown(first.decode("utf-8-sig", "replace").strip())
        problems = [Problem("line 1", there, f"a heading with a column {name}") for name in missing]
        raise InputError(path.name, problems)
    return heading.names, heading.separator


def _append_rows(path: Path, rows: list[dict[str, str]]) -> None:
    columns, separator = _dialect(path)
    logged = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    cells = [[row.get(name, "") if name != "logged" else row.get(name) or logged for name in columns] for row in rows]
    if cells:
        _write(path, _lines(cells, separator))


def append(entry: PracticeEntry | Iterable[PracticeEntry], path: str | Path | None = None) -> Path:
    """Add one entry, or the parts of one set, to the log; all of them or none.

    Parameters
    ----------
    entry : PracticeEntry or several of them
    path : path, optional
        The log; the learner's own by default.

    Returns
    -------
    Path
        The log's file.

    Raises
    ------
    InputError
        The file's heading was changed so that the entry would not fit; nothing is written.
    OSError
        The file cannot be written, or another window held it for half a minute.

    Examples
    --------
    >>> import tempfile
    >>> entry = PracticeEntry("2026-11-20", "MLS-C01", "own set", "mixed", 41, 50, predicted=85)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_log(append(entry, folder + "/log.csv"))[0]["right"].tolist()
    [41]
    """
    entries = [entry] if isinstance(entry, PracticeEntry) else list(entry)
    file = Path(path) if path else log_file()
    with _lock(file):
        _append_rows(file, [one.cells() for one in entries])
    return file


def read_log(path: str | Path | None = None) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a log: every line without a mistake, and every mistake of the others.

    Parameters
    ----------
    path : path, optional
        The log, or another CSV with headings that mean the same; the learner's own log by default.

    Returns
    -------
    DataFrame, list of Problem
        One row a line, the line's number as index. A problem's place is ``line N, column``.

    Raises
    ------
    InputError
        There is no such file, or its heading lacks a column that every entry needs.
    """
    file = Path(path) if path else log_file()
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        if path:
            raise InputError(file.name, [Problem("file", shown(file.name), "an existing file")]) from None
        data = b""
    except OSError as error:
        raise InputError(file.name, [Problem("file", shown(error), "a readable file")]) from None
    return table_of(read_lines(data, file.name))


def has_entry(entry: PracticeEntry, path: str | Path | None = None) -> bool:
    """Tell whether an entry that is the same in everything but the moment of logging is in the log."""
    if not (Path(path) if path else log_file()).exists():
        return False
    frame, _ = read_log(path)
    alike = frame[(frame["right"] == entry.right) & (frame["out_of"] == entry.out_of)]
    wanted = same_entry(entry.cells())
    return any(same_entry(row) == wanted for row in alike.to_dict("records"))


def export_log(target: str | Path, path: str | Path | None = None) -> Path:
    """Write the log's entries as a CSV elsewhere, whole or not at all; no cell of it is run as a formula.

    Raises
    ------
    InputError
        The target is the log itself.
    OSError
        The target cannot be written.
    """
    source, file = Path(path) if path else log_file(), Path(target)
    if file.resolve() == source.resolve():
        raise InputError("The export", [Problem("target", shown(file.name), "another file than the log itself")])
    frame, _ = read_log(path)
    rows = [cells_of(row) for row in frame.to_dict("records")]
    write_whole(file, "\ufeff" + _lines([list(COLUMNS), *([row[name] for name in COLUMNS] for row in rows)]))
    return file


def import_log(source: str | Path, path: str | Path | None = None, **fixed: Any) -> tuple[int, list[Problem]]:
    """Add the entries of another CSV; what is in the log already is not added again.

    Parameters
    ----------
    source : path
        A CSV with headings that mean the same as the log's: "Score" for right, "Questions" for out_of, and so on.
    path : path, optional
        The log; the learner's own by default.
    **fixed
        Values for columns the file lacks, such as ``exam="MLS-C01"`` or ``provider="Tutorials"``.

    Returns
    -------
    int, list of Problem
        How many entries were added, and the mistakes of the lines that were left out.

    Raises
    ------
    InputError
        The file cannot be read, or lacks a column that every entry needs.
    """
    file, origin = Path(path) if path else log_file(), Path(source)
    try:
        data = origin.read_bytes()
    except OSError:
        raise InputError("The import", [Problem("file", shown(origin.name), "a readable file")]) from None
    found, problems = table_of(read_lines(data, origin.name, fixed))
    with _lock(file):
        kept, _ = table_of(read_lines(file.read_bytes() if file.exists() else b"", file.name))
        have = Counter(same_entry(row) for row in kept.to_dict("records"))
        rows = []
        for row in found.to_dict("records"):
            if have[same_entry(row)] > 0:
                have[same_entry(row)] -= 1
            else:
                rows.append(cells_of(row))
        if rows:
            _append_rows(file, rows)
    return len(rows), problems


def delete_log(path: str | Path | None = None) -> bool:
    """Delete the log for good; return whether there was one."""
    file = Path(path) if path else log_file()
    if not file.parent.exists():
        return False
    with _lock(file):
        there = file.exists()
        file.unlink(missing_ok=True)
    return there
