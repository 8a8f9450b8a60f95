"""What a plan depends on, as one digest: the input, the template, the package and its data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from mls_kit._folders import PLAN_TEMPLATE, data_folder, notebook_folder
from mls_kit.report import PlanRequest

__all__ = ["kit_stamp", "plan_stamp"]

_PACKAGE = Path(__file__).resolve().parents[1]
_NO_PART_OF_A_PLAN = {
    "cohorts",
    "logs",
    "reports",
    "quizzes",
    "widgets",
    "checks",
    "__pycache__",
    "_data",
    "_notebooks",
}


@lru_cache
def kit_stamp(exam_folder: str = "") -> str:
    """Return a digest of all that plans share: the template, the package's code, its data, one's own exam files.

    Whatever of it changes, every plan is made anew: to guess which plans a change does not touch would be to risk stale
    ones.
    """
    digest = hashlib.sha256()
    for name, path in _parts(exam_folder):
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _parts(exam_folder: str) -> Iterator[tuple[str, Path]]:
    yield PLAN_TEMPLATE, notebook_folder() / PLAN_TEMPLATE
    for kind, top in (("package", _PACKAGE), ("data", data_folder()), ("exams", Path(exam_folder or _PACKAGE / "no"))):
        for path in sorted(top.rglob("*")):
            inside = path.relative_to(top)
            if path.is_file() and not _NO_PART_OF_A_PLAN & set(inside.parts) and path.suffix != ".pyc":
                yield f"{kind}/{inside.as_posix()}", path


def plan_stamp(request: PlanRequest, kit: str) -> str:
    """Return a digest of a request and of what all plans share."""
    told = json.dumps(request.parameters(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{kit}\0{told}".encode()).hexdigest()
