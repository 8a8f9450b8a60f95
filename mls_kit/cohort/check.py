"""All that is wrong with a file of reports, and how it was understood: as text, CSV or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mls_kit.cohort.attempts import SheetRow
from mls_kit.cohort.headings import known_columns
from mls_kit.cohort.reader import Cohort, CohortReader
from mls_kit.files import csv_of
from mls_kit.problems import InputError, Problem, nearest, shown

FORMATS = ("text", "csv", "json")
_COLUMNS = ("row", "column", "value", "expected", "nearest")


@dataclass(frozen=True)
class Findings:
    """What ``mls-kit check`` found."""

    file: str
    rows: int
    good: int
    mistakes: tuple[tuple[int | None, Problem], ...]  # by row; None where the file itself is meant
    remarks: tuple[str, ...] = ()
    to_look_at: tuple[tuple[int, str], ...] = ()  # what is odd, by row

    @classmethod
    def of(cls, path: str, cohort: Cohort) -> Findings:
        """Collect the findings of a file that could be read."""
        mistakes = tuple((p.row, Problem(p.column, p.value, p.expected, p.nearest)) for p in cohort.problems)
        odd = tuple((row, remark) for row, report, *_ in cohort.entries for remark in report.remarks)
        remarks = (*cohort.remarks, *column_remarks(cohort))
        return cls(shown(Path(path).name), cohort.rows, len(cohort.entries), mistakes, remarks, odd)

    @classmethod
    def refused(cls, path: str, error: InputError) -> Findings:
        """Collect the findings of a file that could not be read."""
        return cls(shown(Path(path).name), 0, 0, tuple((None, problem) for problem in error.problems))

    @property
    def wrong(self) -> int:
        """How many rows have mistakes."""
        return len({row for row, _ in self.mistakes if row is not None})

    def write(self, form: str) -> str:
        """Return the findings as text, csv or json."""
        return {"text": self.as_text, "csv": self.as_csv, "json": self.as_json}[form]()

    def as_text(self) -> str:
        """Return what a person reads."""
        lines = [*self.remarks, *(f"row {row}, {mistake}" for row, mistake in self.mistakes)]
        lines += [f"row {row}, please check: {remark}" for row, remark in self.to_look_at]
        said = f"{self.good} {_have(self.good)} no mistakes"
        if count := len(self.mistakes):
            are = "is" if count == 1 else "are"
            said += f" and {self.wrong} {_have(self.wrong)} mistakes. There {are} {_counted(count, 'mistake')} in total"
        return "\n".join([*lines, f"{_counted(self.rows, 'row')}: {said}."]) + "\n"

    def as_csv(self) -> str:
        """Return the mistakes, one a line; no cell of it is a formula."""
        records = self._records()
        return csv_of([records[0] if records else _COLUMNS, *(record.values() for record in records)])

    def as_json(self) -> str:
        """Return everything found, for programs."""
        found: dict[str, Any] = {
            "file": self.file,
            "rows": self.rows,
            "good": self.good,
            "wrong": self.wrong,
            "mistakes": [{key: None if cell == "" else cell for key, cell in one.items()} for one in self._records()],
            "remarks": list(self.remarks),
            "to_look_at": [_place(row) | {"remark": remark} for row, remark in self.to_look_at],
        }
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    def _records(self) -> list[dict[str, Any]]:
        return [
            {**_place(row), "column": p.place, "value": p.value, "expected": p.expected, "nearest": p.nearest or ""}
            for row, p in self.mistakes
        ]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _place(row: int | None) -> dict[str, Any]:
    """Return where a row stands: its number, and its sheet where several were read."""
    if isinstance(row, SheetRow):
        return {"sheet": row.sheet, "row": row.number}
    return {"row": "" if row is None else row}


def column_remarks(source: CohortReader) -> list[str]:
    """Say which columns only the summary shows, which are not used, and which heading may have been meant."""
    near = {heading: nearest(heading, known_columns(), 0.8) for heading in source.unused}
    kept = [repr(heading) for heading in near if heading in source.others and not near[heading]]
    said = [f"Not needed for plans, but shown in the summary: {', '.join(kept)}."] if kept else []
    for heading in near:
        if repr(heading) not in kept:
            said.append(f"The column {heading!r} is not used.{f' Did you mean {near[heading]}?' if near[heading] else ''}")
    return said
