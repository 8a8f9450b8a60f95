"""The index of a batch: one page that finds, sorts and filters the plans; no name unless asked for, no network."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mls_kit.batch.jobs import Outcome
from mls_kit.batch.roster import IndexRow
from mls_kit.export import FORMS
from mls_kit.html import Block, render

if TYPE_CHECKING:
    from mls_kit.batch.jobs import Batch

__all__ = ["overview"]

_SCRIPT = Path(__file__).parent / "templates/index.js"
KINDS = {"html": "page", "notebook": "notebook", "pdf": "PDF", "ics": "calendar", "anki": "cards", "csv": "table"}


def overview(known: Mapping[int, IndexRow], batch: Batch, sizes: dict[str, int], names: bool = False) -> str:
    """Return the index of a batch as a page.

    Parameters
    ----------
    known : mapping of int to IndexRow
        What is known of the report in each row without a mistake.
    batch : Batch
    sizes : dict
        The files that are there: only these are linked.
    names : bool
        Whether learners' names are shown.
    """
    rows = [_row(outcome, known.get(outcome.row), sizes, names) for outcome in batch.outcomes]
    counts = Counter(outcome.status for outcome in batch.outcomes)
    script = _SCRIPT.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    kinds = {FORMS[form]: name for form, name in KINDS.items()}
    values = {"batch": batch, "counts": counts, "names": names, "kinds": kinds, "rows": rows}
    return render("batch/index.html.j2", **values, script=Block(script), digest=digest).markup


def _row(outcome: Outcome, known: IndexRow | None, sizes: dict[str, int], names: bool) -> list[Any]:
    """Return the cells of a row, by the headings, and what went wrong behind them."""
    stem = outcome.file.rpartition(".")[0]
    files = [f"{stem}{FORMS[form]}" for form in KINDS if stem and f"{stem}{FORMS[form]}" in sizes]
    cells = [known.exam, known.scaled_score, known.points] if known else [None, None, None]
    name = [(known.name if known else "") or None] if names else []
    return [outcome.row, outcome.id or None, *name, *cells, outcome.status, files, outcome.error]
