"""What is said of a run: ``run_report.csv`` and ``run_report.json``, with nothing of a learner beyond the id."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from mls_kit.batch.jobs import Outcome
from mls_kit.cohort import Cohort, CohortReader
from mls_kit.files import harmless

if TYPE_CHECKING:
    from mls_kit.batch.run import Batch

__all__ = ["as_csv", "as_json", "mistakes_of"]


def mistakes_of(cohort: Cohort | CohortReader) -> list[Outcome]:
    """Return an outcome for every row that makes no sense, with all its mistakes."""
    by_row: dict[int, list[str]] = {}
    for problem in cohort.problems:
        by_row.setdefault(problem.row, []).append(str(problem).split(", ", 1)[1])
    return [Outcome(row, cohort.id_of(row), "mistake", "", " ".join(errors), 0.0) for row, errors in by_row.items()]


def as_csv(outcomes: Sequence[Outcome]) -> str:
    """Return the report as CSV: row, id, status, file, error, seconds; no cell is run as a formula."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(Outcome.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    for outcome in outcomes:
        writer.writerow({key: harmless(value) for key, value in asdict(outcome).items()})
    return buffer.getvalue()


def as_json(batch: Batch) -> str:
    """Return the report as JSON: the counts of the run, and its rows."""
    told = {
        "first_day": str(batch.today),
        "stopped": batch.stopped,
        "counts": dict(sorted(Counter(outcome.status for outcome in batch.outcomes).items())),
        "made": batch.made,
        "kept": batch.kept,
        "rows": [asdict(outcome) for outcome in batch.outcomes],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
