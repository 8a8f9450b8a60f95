"""Where the kit's own files are, in a clone of the repository and in an installed package alike."""

import errno
import os
import shutil
from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
PLAN_TEMPLATE = "personal_plan.ipynb"  # the notebook of which papermill makes a plan
_LEAST_ROOM = 2**16  # bytes; a disk with less is full


@lru_cache(maxsize=8)
def _folder(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def data_folder() -> Path:
    """Return the folder of exam files, method, reports and cohorts."""
    return _folder("data")


@lru_cache(maxsize=8)
def data_file(name: str) -> Path:
    """Return a file of it; always the same object, which is cheaper to look up."""
    return data_folder() / name


def notebook_folder() -> Path:
    """Return the folder of the notebooks, the plan's template among them."""
    return _folder("notebooks")


def my_folder() -> Path:
    """Return the folder of the learner's own files: ``MLS_KIT_HOME``, or ``.mls-kit`` in the home folder."""
    return Path(os.environ.get("MLS_KIT_HOME") or Path.home() / ".mls-kit")


def full_place(error: OSError, *places: str | Path) -> str:
    """Return the place where no room was left, as the error or the disks tell; empty where that is not what is wrong."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return ""
    if error.filename:
        return str(error.filename)
    for place in (*places, my_folder(), Path.home(), os.environ.get("TMPDIR", "/tmp")):
        there = next(part for part in (Path(place).absolute(), *Path(place).absolute().parents) if part.exists())
        if shutil.disk_usage(there).free < _LEAST_ROOM:
            return str(place)
    return str(places[0]) if places else ""
