"""Where the files go: a folder, or any place that fsspec knows, such as ``s3://bucket/prefix``. Files appear whole."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import filelock

from mls_kit._folders import my_folder
from mls_kit.files import INNER, making, write_whole_bytes
from mls_kit.problems import InputError, Problem, nearest, shown

BUCKETS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl"}
_FOLDERS = {"file", "local"}
_READ_ONLY = {"http", "https"}
_START = re.compile(r"((?:[\w+.-]+::)*)([A-Za-z][\w+.-]+):(//)?(.*)", re.DOTALL)  # a letter alone is a disk
# object stores show an object when it is whole; elsewhere a file is uploaded under another name, and renamed
_WHOLE = {*BUCKETS, "memory"}
PART = 20
_TRIES = 6
_PAUSE = 0.2  # seconds before the second try; doubled each time


class Store:
    """A folder of this computer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.making = folder  # where files are made; ``take`` puts them in place
        self._work = ExitStack()
        self._next_sync = 0.0
        self._lock = filelock.FileLock(folder / INNER / "lock", timeout=0, mode=0o600)

    def __str__(self) -> str:
        return str(self.folder)

    def open(self) -> None:
        """Make the folder, and keep other runs out of it."""
        self._check_links()
        (self.folder / INNER).mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except filelock.Timeout:
            expected = "free. Another run is writing to it now. Wait until it ends, or choose another folder"
            raise InputError("The batch", [Problem("output", str(self), expected)]) from None
        self._work.enter_context(making(self.folder))  # also removes what a killed run left

    def _check_links(self) -> None:
        """Refuse a record that is somewhere else: what is written into it would land there."""
        inner = self.folder / INNER
        for path in (inner, *(inner.iterdir() if inner.is_dir() and not inner.is_symlink() else ())):
            if path.is_symlink():
                raise _refusal(str(path), "the kit's own, but a link to another place. Remove the link, or choose another folder")

    def close(self) -> None:
        """Let other runs in."""
        self._work.close()
        self._lock.release()

    def sizes(self) -> dict[str, int]:
        """Return the name and the size in bytes of every file that is there."""
        if not self.folder.is_dir():
            return {}
        with os.scandir(self.folder) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}

    def take(self, names: Iterable[str]) -> dict[str, int]:
        """Put files that were made into their place; return their sizes."""
        return {name: (self.folder / name).stat().st_size for name in names}

    def read(self, name: str) -> bytes:
        """Return what a file holds."""
        return (self.folder / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all."""
        write_whole_bytes(self.folder / name, content)

    def lines(self) -> list[bytes] | None:
        """Return the lines of the record, if there is one; a line that was cut off is cut away, what is no file put aside."""
        self._check_links()
        path = self.folder / INNER / "done.jsonl"
        if not path.exists():
            return None
        if not path.is_file():
            if self._lock.is_locked:
                path.rename(path.with_name(f"no-record-{time.time_ns():x}"))
            return []
        whole, _, torn = path.read_bytes().rpartition(b"\n")
        if torn and self._lock.is_locked:
            os.truncate(path, len(whole) + bool(whole))
        return [*whole.splitlines(), *([b""] if torn else [])]

    def append(self, line: str) -> None:
        """Add a line to the record, in one piece, and wait until it is on the disk, for a fiftieth of the time at most."""
        data = line.encode() + b"\n"
        path = self.folder / INNER / "done.jsonl"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            before = os.fstat(handle).st_size
            if os.write(handle, data) < len(data):
                os.ftruncate(handle, before)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            begun = time.monotonic()
            if begun >= self._next_sync:  # 1 to 20 ms each, where a plan without its notebook takes 20
                os.fsync(handle)
                self._next_sync = time.monotonic() + 50 * (time.monotonic() - begun)
        finally:
            os.close(handle)

    def renew(self, lines: Iterable[str]) -> None:
        """Write the record anew."""
        self.write(f"{INNER}/done.jsonl", "".join(f"{line}\n" for line in lines).encode())

    def flush(self) -> None:
        """Write what has not been written yet, and wait until it is on the disk."""
        handle = os.open(self.folder / INNER / "done.jsonl", os.O_WRONLY | os.O_CREAT, 0o600)
        os.fsync(handle)
        os.close(handle)


class _RemoteStore(Store):
    """A place that fsspec knows. Files are made in a folder of this computer, uploaded, and deleted here.

    An object cannot be appended to: the record is written in parts, and a kill costs at most the last ``PART`` plans.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            import fsspec

            self.system, place = fsspec.core.url_to_fs(self.url, skip_instance_cache=True)
        except ImportError as error:
            needed = "install 'mls-kit[s3]'" if _protocol(url).startswith("s3") or "fsspec" in str(error) else str(error)
            raise _refusal(url, f"a place that this computer can write to yet: {needed}") from None
        except ValueError as error:
            raise _refusal(url, f"an address that is known here ({error})") from None
        self.prefix = place.rstrip("/")
        self._work = ExitStack()
        self._waiting: list[str] = []
        self._run = f"{time.time_ns():x}"
        self._part = 0

    def __str__(self) -> str:
        return self.url

    def open(self) -> None:
        if _protocol(self.url) in BUCKETS:  # one made because of a slip would surprise its payer
            try:
                self._patiently(self.system.info, self.prefix.partition("/")[0])
            except (FileNotFoundError, PermissionError):
                raise _refusal(self.url, "in a bucket that is there and can be seen from here") from None
        else:
            self._patiently(partial(self.system.makedirs, exist_ok=True), self.prefix)
        self.sizes()  # whether the place can be reached shows here, not after an hour
        my_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        self.making = self._work.enter_context(making(my_folder()))

    def close(self) -> None:
        self._work.close()

    def sizes(self) -> dict[str, int]:
        entries = self._patiently(self._listed, self.prefix)
        return {e["name"].rsplit("/", 1)[-1]: e["size"] for e in entries if e["type"] == "file"}

    def take(self, names: Iterable[str]) -> dict[str, int]:
        sizes = {}
        for name in names:
            path = self.making / name
            sizes[name] = path.stat().st_size
            self.write(name, path.read_bytes())
            path.unlink()
        return sizes

    def read(self, name: str) -> bytes:
        found: bytes = self._patiently(self.system.cat_file, f"{self.prefix}/{name}")
        return found

    def lines(self) -> list[bytes] | None:
        found: list[bytes] = []
        for entry in sorted(self._patiently(self._listed, f"{self.prefix}/{INNER}"), key=lambda each: each["name"]):
            if entry["type"] == "file":
                found += self._patiently(self.system.cat_file, entry["name"]).splitlines()
        return found or None

    def append(self, line: str) -> None:
        self._waiting.append(line)
        if len(self._waiting) >= PART:
            self.flush()

    def renew(self, lines: Iterable[str]) -> None:
        """Leave its parts as they are."""

    def flush(self) -> None:
        if self._waiting:
            lines = "".join(f"{line}\n" for line in self._waiting)
            self.write(f"{INNER}/done-{self._run}-{self._part:06}.jsonl", lines.encode())
            self._waiting, self._part = [], self._part + 1

    def _listed(self, place: str) -> list[dict[str, Any]]:
        try:
            self.system.invalidate_cache()
            found: list[dict[str, Any]] = self.system.ls(place, detail=True)
        except FileNotFoundError:
            return []
        return found

    def write(self, name: str, content: bytes) -> None:
        place = f"{self.prefix}/{name}"
        if _protocol(self.url) in _WHOLE:
            self._patiently(self.system.pipe_file, place, content)
            return
        unfinished = f"{self.prefix}/{INNER}/making/{name.replace('/', '-')}"  # the next run writes over it
        for folder in (place, unfinished):
            self._patiently(partial(self.system.makedirs, exist_ok=True), folder.rpartition("/")[0])
        self._patiently(self.system.pipe_file, unfinished, content)
        self._patiently(self.system.mv, unfinished, place)

    def _patiently(self, call: Any, *given: Any) -> Any:
        """Call again after a pause where the place is out of order for a moment; what is written is its owner's alone."""
        for left in reversed(range(_TRIES)):
            mask = os.umask(0o077)  # a folder of this computer behind a cache
            try:
                return call(*given)
            except (FileNotFoundError, PermissionError):
                raise
            except Exception as error:  # each store's client has errors of its own
                if not left:
                    code = getattr(error.__cause__, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                    said = f"the store does not answer ({code})" if code >= 500 else f"{self.url}: {error}"
                    raise OSError(getattr(error, "errno", None) or errno.EIO, said) from error
            finally:
                os.umask(mask)
            time.sleep(_PAUSE * 2 ** (_TRIES - 1 - left))
        raise AssertionError


def open_store(output: str | Path) -> Store:
    """Return the store for a folder or a URL, unopened; an InputError where what knows such a URL is not installed."""
    place = _read_address(output)
    return _RemoteStore(place) if isinstance(place, str) else Store(place)


def _protocol(url: str) -> str:
    """Return how a URL begins, behind the caches that are named before it."""
    return url.rpartition("::")[2].partition("://")[0]


def _read_address(output: str | Path) -> Path | str:
    """Return a folder, or the URL of a place; an InputError where nothing can be written there."""
    text, known = str(output), _known()
    found = _START.fullmatch(text)
    if "://" in text and not found:
        raise _refusal(text, "an address of a kind that is known here", "s3://my-bucket/plans")
    if not found or not (found[3] or found[2].lower() in known):
        return Path(text)
    caches, start, slashes, place = found.groups()
    bucket = start in BUCKETS
    if start not in known:
        near = nearest(start, ["s3", "gs", *sorted(known)])
        raise _refusal(text, "an address of a kind that is known here", near and f"{caches}{near}://{place.lstrip('/')}")
    if start in _READ_ONLY:
        raise _refusal(text, "an address that can be written to", "s3://my-bucket/plans")
    if not place.strip("/ ") or (bucket and slashes and not place.partition("/")[0].strip()):
        example = "my-bucket/plans" if bucket else "/srv/plans" if start in _FOLDERS else "plans"
        raise _refusal(text, f"an address with a {'bucket' if bucket else 'folder'}", f"{caches}{start}://{example}")
    if not slashes:
        raise _refusal(text, "a complete address", f"{caches}{start}://{place if start in _FOLDERS else place.lstrip('/')}")
    return Path(place) if start in _FOLDERS and not caches else text.rstrip("/")


def _refusal(url: str, expected: str, near: str | None = None) -> InputError:
    """Return what is said of an output that cannot be."""
    return InputError("The batch", [Problem("output", shown(url), expected, near)])


def _known() -> set[str]:
    try:
        from fsspec.registry import known_implementations
    except ImportError:
        return {*BUCKETS, *_FOLDERS, "memory"}
    return set(known_implementations) | BUCKETS
