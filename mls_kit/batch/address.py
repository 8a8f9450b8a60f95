"""Where a batch goes, read from ``--output``: a folder of this computer, or a place that fsspec knows."""

from __future__ import annotations

import re
from pathlib import Path

from mls_kit.problems import InputError, Problem, nearest, shown

BUCKETS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl"}
_FOLDERS = {"file", "local"}
_READ_ONLY = {"http", "https"}
_START = re.compile(r"((?:[\w+.-]+::)*)([A-Za-z][\w+.-]+):(//)?(.*)", re.DOTALL)  # a letter alone is a disk


def protocol(url: str) -> str:
    """Return how a URL begins, behind the caches that are named before it."""
    return url.rpartition("::")[2].partition("://")[0]


def read_address(output: str | Path) -> Path | str:
    """Return a folder, or the URL of a place; an InputError where nothing can be written there."""
    text, known = str(output), _known()
    found = _START.fullmatch(text)
    if "://" in text and not found:
        raise refusal(text, "an address of a kind that is known here", "s3://my-bucket/plans")
    if not found or not (found[3] or found[2].lower() in known):
        return Path(text)
    caches, start, slashes, place = found.groups()
    bucket = start in BUCKETS
    if start not in known:
        near = nearest(start, ["s3", "gs", *sorted(known)])
        raise refusal(text, "an address of a kind that is known here", near and f"{caches}{near}://{place.lstrip('/')}")
    if start in _READ_ONLY:
        raise refusal(text, "an address that can be written to", "s3://my-bucket/plans")
    if not place.strip("/ ") or (bucket and slashes and not place.partition("/")[0].strip()):
        example = "my-bucket/plans" if bucket else "/srv/plans" if start in _FOLDERS else "plans"
        raise refusal(text, f"an address with a {'bucket' if bucket else 'folder'}", f"{caches}{start}://{example}")
    if not slashes:
        raise refusal(text, "a whole address", f"{caches}{start}://{place if start in _FOLDERS else place.lstrip('/')}")
    return Path(place) if start in _FOLDERS and not caches else text.rstrip("/")


def refusal(url: str, expected: str, near: str | None = None) -> InputError:
    """Return what is said of an output that cannot be."""
    return InputError("The batch", [Problem("output", shown(url), expected, near)])


def _known() -> set[str]:
    try:
        from fsspec.registry import known_implementations
    except ImportError:
        return {*BUCKETS, *_FOLDERS, "memory"}
    return set(known_implementations) | BUCKETS
