"""The learner's home page beside their plan, and what is kept of a plan once it is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from mls_kit.explain import home_page
from mls_kit.files import write_whole
from mls_kit.report import PlanRequest, keep_my_plan

_NAME, _OURS = "home.html", 'content="mls-kit home"'


def write_home(folder: Path, today: date | None = None) -> Path | None:
    """Write ``home.html`` into a folder and return it; None where another page of that name stands there."""
    file = folder / _NAME
    if file.exists() and _OURS not in file.read_text(encoding="utf-8", errors="replace")[:2000]:
        return None
    write_whole(file, home_page(folder, today))
    return file


def after_plan(request: PlanRequest, written: Sequence[Path]) -> list[Path]:
    """Keep what a plan was asked for, and write the home page beside its files; nothing for another's report.

    Call it when a plan has been written. An OSError where the home page cannot be.
    """
    page = next((path for path in written if path.suffix == ".html"), None)
    if not written or not keep_my_plan(request, page):
        return []
    home = write_home(written[0].parent)
    return [home] if home else []
