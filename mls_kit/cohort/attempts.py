"""What do rows say together? Attempts of one learner at one exam, in order, and where rows contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from mls_kit.problems import Problem, shown
from mls_kit.report import ScoreReport

__all__ = ["Attempt", "RowProblem", "by_learner", "contradictions"]


@dataclass(frozen=True)
class RowProblem:
    """One mistake of a file: the row as the spreadsheet numbers it (the heading is row 1), column and problem."""

    row: int
    column: str
    value: str
    expected: str
    nearest: str | None

    def __str__(self) -> str:
        return f"row {self.row}, {Problem(self.column, self.value, self.expected, self.nearest)}"


class Attempt(NamedTuple):
    """What tells a row's report from those of other rows; the report itself need not be in memory."""

    row: int
    learner_id: str
    exam: str
    number: int
    taken_on: date | None

    @classmethod
    def of(cls, row: int, report: ScoreReport) -> Attempt:
        """Return the attempt of a row."""
        return cls(row, report.learner_id, report.exam, report.attempt, report.taken_on)


def contradictions(attempts: Iterable[Attempt]) -> list[tuple[RowProblem, Attempt]]:
    """Return the mistakes that only show beside other rows: repeated attempts, then days that go backwards."""
    first: dict[object, Attempt] = {}
    problems = []
    for attempt in attempts:
        key = (attempt.learner_id, attempt.exam, attempt.number) if attempt.learner_id else attempt.row
        if (there := first.setdefault(key, attempt)) is not attempt:
            expected = f"an attempt of its own: row {there.row} has this id, exam and attempt already"
            value, near = shown(f"{attempt.learner_id}, attempt {attempt.number}"), f"attempt {attempt.number + 1}"
            problems.append((RowProblem(attempt.row, "learner_id, attempt", value, expected, near), attempt))
    last: dict[tuple[str, str], Attempt] = {}
    for attempt in sorted(first.values(), key=lambda each: (each.number, each.row)):
        if not attempt.learner_id or not attempt.taken_on:
            continue
        before = last.get((attempt.learner_id, attempt.exam))
        if before and before.taken_on and attempt.taken_on <= before.taken_on:
            expected = f"a day after the attempt before it, {before.taken_on} in row {before.row}"
            problems.append((RowProblem(attempt.row, "taken_on", str(attempt.taken_on), expected, None), attempt))
        else:
            last[attempt.learner_id, attempt.exam] = attempt
    return problems


def by_learner(attempts: Iterable[Attempt]) -> Iterator[list[Attempt]]:
    """Yield the attempts of each learner at each exam, the latest last; a row without an id is a learner of its own."""
    groups: dict[object, list[Attempt]] = {}
    for attempt in attempts:
        key = (attempt.learner_id, attempt.exam) if attempt.learner_id else attempt.row
        groups.setdefault(key, []).append(attempt)
    for group in groups.values():
        yield sorted(group, key=lambda each: (each.number, each.taken_on or date.min))
