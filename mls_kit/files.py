"""Files are written whole or not at all, or grow by whole lines; temporary work leaves nothing; no cell is run as a formula."""

from __future__ import annotations

import csv
import errno
import io
import os
import shutil
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock

INNER = ".mls-kit"  # what the kit keeps beside the files that it writes
_LOCK_SECONDS = 30
_TRIES = 100


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """Give a folder inside ``folder`` for temporary work, of this process and those it starts; nothing of it stays.

    Each has a lock beside it, by which what a killed process left is known, and removed by whoever comes next.
    """
    place = Path(os.path.abspath(folder)) / INNER / "making"
    lock = _claim(place)
    made = Path(lock.lock_file).with_suffix("")
    made.mkdir(mode=0o700)
    before = os.environ.get("TMPDIR"), tempfile.tempdir
    ours = threading.current_thread() is threading.main_thread()  # another thread may be making something too
    if ours:
        os.environ["TMPDIR"] = tempfile.tempdir = str(made)
    try:
        _sweep(place)
        yield made
    finally:
        if ours:
            os.environ.pop("TMPDIR", None)
            os.environ.update({"TMPDIR": before[0]} if before[0] else {})
            tempfile.tempdir = before[1]
        lock.release()
        _sweep(place)
        for empty in (place, place.parent):
            with suppress(OSError):
                empty.rmdir()


def _claim(place: Path) -> FileLock:
    from filelock import FileLock

    for part in (place.parent, place):
        if part.is_symlink():
            raise OSError(errno.ELOOP, f"{part} is a link. Remove it")
    for left in reversed(range(_TRIES)):
        try:
            for part in (place.parent, place):
                part.mkdir(exist_ok=True, mode=0o700)
            lock = FileLock(place / f"{os.urandom(4).hex()}.lock", mode=0o600)
            lock.acquire()
            if Path(lock.lock_file).exists():
                return lock
            lock.release()  # swept before it was locked
        except (FileNotFoundError, FileExistsError):  # another has just removed the empty place
            if not left:
                raise
    raise OSError(errno.EAGAIN, f"{place} is swept all the time")


def _sweep(place: Path) -> None:
    """Remove the work of which nobody holds the lock any more; what has no lock is somebody else's."""
    from filelock import FileLock, Timeout

    records: list[Path] = []
    with suppress(FileNotFoundError):  # another has just removed the empty place
        records = list(place.glob("*.lock"))
    for record in records:
        with suppress(Timeout, OSError):
            with FileLock(record, timeout=0):
                with suppress(FileNotFoundError):
                    shutil.rmtree(record.with_suffix(""))
                with suppress(PermissionError):  # Windows keeps what is open
                    record.unlink()
            record.unlink(missing_ok=True)


def write_whole_bytes(path: Path, content: bytes) -> None:
    """Write a file for its owner alone elsewhere and put it in its place: it is whole, or nothing is left behind."""
    with making(path.parent) as folder:
        temporary = folder / path.name
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        os.replace(temporary, path)


def write_whole(path: Path, text: str) -> None:
    """Write text as ``write_whole_bytes`` does, in UTF-8."""
    write_whole_bytes(path, text.encode("utf-8"))


def locked(path: Path) -> FileLock:
    """Return the lock of a file that several windows add lines to; its folder is made, for its owner alone."""
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(path.with_name(f".{path.name}.lock"), timeout=_LOCK_SECONDS)


def append_text(path: Path, text: str) -> None:
    """Append lines in one write, for the owner alone, and wait until they are on the disk; the caller holds the lock."""
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


def harmless(cell: object) -> str:
    """Return a cell as text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(" ＝1+1"), harmless(-3), harmless("a=b")
    ("'=1+1", "' ＝1+1", '-3', 'a=b')
    """
    text = str(cell)
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]
    risky = first in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if risky and not isinstance(cell, int | float) else text


def csv_of(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV, nothing for None; no cell of it is run as a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(["" if cell is None else harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


# what papermill and its kernel load where it is installed, do without elsewhere, and need for nothing here: a grammar of
# international addresses (1.3 s), other forms of text that no notebook has (0.1 s), Amazon's client (0.2 s), a debugger that
# nobody can attach (0.1 s)
UNUSED = ("rfc3987_syntax", "rfc3986_validator", "isoduration", "uri_template", "webcolors", "boto3", "debugpy")


@contextmanager
def without_unused() -> Iterator[None]:
    """Import in this block as if some large packages were not installed; whoever asks for them later gets them."""
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
