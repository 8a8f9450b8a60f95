"""The index of a batch: one page that finds, sorts and filters the plans; no name unless asked for, no network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from mls_kit.batch.jobs import Outcome
from mls_kit.batch.roster import IndexRow
from mls_kit.export import FORMS

if TYPE_CHECKING:
    from mls_kit.batch.jobs import Batch

__all__ = ["overview"]

_TEMPLATES = Path(__file__).parent / "templates"
KINDS = {"html": "page", "notebook": "notebook", "pdf": "PDF", "ics": "calendar", "anki": "cards", "csv": "table"}
_WORDS = {
    "plan": "with a plan",
    "earlier attempt": "of earlier attempts, which are part of a plan",
    "mistake": "with a mistake",
    "failed": "failed",
    "not done": "not done yet",
    "left out": "left out",
}


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
    named = ["name"] if names else []
    heads = ["row", "id", *named, "exam", "scaled score", "points from passing", "status", "files"]
    rows = [_row(outcome, known.get(outcome.row), sizes, names) for outcome in batch.outcomes]
    kinds = {ending: KINDS[form] for form, ending in FORMS.items()}
    told = json.dumps({"heads": heads, "kinds": kinds, "rows": rows}, ensure_ascii=False, separators=(",", ":"))
    script = (_TEMPLATES / "index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return Template((_TEMPLATES / "index.html").read_text(encoding="utf-8")).substitute(
        allowed=f"'sha256-{digest}'",
        words=escape(_words(batch)),
        or_name=" or name" if names else "",
        names_words="Names are shown because they were asked for: keep this page to yourself."
        if names
        else "No names are shown here; each plan shows its own learner's.",
        data=told.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"),
        script=script,
    )


def _words(batch: Batch) -> str:
    counts = Counter(outcome.status for outcome in batch.outcomes)
    said = [f"{counts[status]:,} {words}" for status, words in _WORDS.items() if counts[status]]
    stopped = f" The run was not finished: {batch.stopped}." if batch.stopped else ""
    return f"Rows: {', '.join(said)}. The plans begin on {batch.today}.{stopped}"


def _row(outcome: Outcome, known: IndexRow | None, sizes: dict[str, int], names: bool) -> list[Any]:
    """Return the cells of a row, by the headings, and what went wrong behind them."""
    stem = outcome.file.rpartition(".")[0]
    files = [f"{stem}{FORMS[form]}" for form in KINDS if stem and f"{stem}{FORMS[form]}" in sizes]
    cells = [known.exam, known.scaled_score, known.points] if known else [None, None, None]
    name = [(known.name if known else "") or None] if names else []
    return [outcome.row, outcome.id or None, *name, *cells, outcome.status, files, outcome.error]
