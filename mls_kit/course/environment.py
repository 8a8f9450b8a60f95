"""Does this computer have what a workshop needs? Versions, places, and what to do about whatever is missing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from mls_kit._folders import my_folder
from mls_kit.html import Block, render

_PYTHON = "3.11"


def environment() -> Block:
    """Return a table of what was looked at, and for each what to do if it is not well."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    rows = [("python", "Python", here, _PYTHON, _numbers(here) >= _numbers(_PYTHON)), *_packages(), _place()]
    return render("course/environment.html.j2", rows=rows)


def _packages() -> Iterator[tuple[str, str, str, str, bool]]:
    """Yield the packages mls-kit asks for, with the version that is here and the least that is needed."""
    try:
        lines = requires("mls-kit") or []
    except PackageNotFoundError:
        lines = []
    for line in lines:
        if match := re.fullmatch(r"([A-Za-z0-9_-]+)>=([0-9.]+)", line):
            try:
                found = version(match[1])
            except PackageNotFoundError:
                found = ""
            yield "package", match[1], found, match[2], bool(found) and _numbers(found) >= _numbers(match[2])


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def _place() -> tuple[str, str, str, str, bool]:
    """Tell whether a report can be kept; nothing is written for it."""
    folder = my_folder()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    well = os.access(there, os.W_OK)
    return "place", "a place to keep a report", "writable" if well else "not writable", "writable", well
