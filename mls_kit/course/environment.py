"""Does this computer have what a workshop needs? Versions, places, and what to do about whatever is missing."""

from __future__ import annotations

import os
import re
import sys
from html import escape
from importlib.metadata import PackageNotFoundError, requires, version

import pandas as pd

from mls_kit._folders import my_folder
from mls_kit.html import Block, table

__all__ = ["environment"]

_PYTHON = (3, 11)


def environment() -> Block:
    """Return a table of what was looked at, and for each what to do if it is not well.

    Examples
    --------
    >>> "Python" in str(environment())
    True
    """
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    rows = [("Python", here, "3.11", sys.version_info >= _PYTHON, "install a newer Python, then mls-kit again")]
    for name, least in _needed():
        found = _version(name)
        well = bool(found) and _numbers(found) >= _numbers(least)
        rows.append((name, found or "missing", least, well, "set mls-kit up anew: its README has the commands"))
    rows.append(_place())
    frame = pd.DataFrame(
        [(what, found, least, "✓ well" if well else f"✗ {remedy}") for what, found, least, well, remedy in rows],
        columns=["what", "found", "needed", "result"],
    )
    wrong = sum(not row[3] for row in rows)
    verdict = "Everything that was looked at is well." if not wrong else f"{wrong} to mend: see the last column."
    return Block(f"<p><b>{verdict}</b></p>{table(frame, 'What this computer has')}")


def _needed() -> list[tuple[str, str]]:
    """Return the packages mls-kit asks for, with the least version of each."""
    try:
        lines = requires("mls-kit") or []
    except PackageNotFoundError:
        lines = []
    found = [re.match(r"([A-Za-z0-9_-]+)>=([0-9.]+)$", line) for line in lines if "extra" not in line]
    return [(match[1], match[2]) for match in found if match]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def _place() -> tuple[str, str, str, bool, str]:
    """Tell whether a report can be kept; nothing is written for it."""
    folder = my_folder()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    well = os.access(there, os.W_OK)
    remedy = "name a folder you may write to in the environment variable MLS_KIT_HOME"
    return "a place to keep a report", "writable" if well else escape("not writable"), "writable", well, remedy
