"""Which attempt of which person is a row? Rows of one person and exam are put in order, or named where they contradict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cmp_to_key
from itertools import combinations
from typing import NamedTuple

from mls_kit.problems import Problem, shown, squeeze
from mls_kit.report import ScoreReport

_NAMED = 10  # rows that a remark names one by one
_MOST_ROWS = 10_000_000  # of one sheet
_MOST_ATTEMPTS = 50  # of a person at an exam


class SheetRow(int):
    """The number of a row of one of several sheets: in their order as a number, with the sheet's name as text."""

    place: int  # of its sheet, from 1
    number: int  # that the spreadsheet shows beside the row
    sheet: str

    def __new__(cls, place: int, number: int, sheet: str) -> SheetRow:
        """Make the number of a row."""
        row = super().__new__(cls, place * _MOST_ROWS + number)
        row.place, row.number, row.sheet = place, number, sheet
        return row

    def __reduce__(self) -> tuple[type[SheetRow], tuple[int, int, str]]:
        return type(self), (self.place, self.number, self.sheet)

    def __str__(self) -> str:
        return f"{self.number} of {self.sheet!r}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(frozen=True)
class RowProblem:
    """One mistake of a file: the row as the spreadsheet numbers it (the heading is row 1), column and problem."""

    row: int
    column: str
    value: str
    expected: str
    nearest: str | None
    cell: tuple[int, int] | None = field(default=None, compare=False)  # number of the row in its sheet, and the column

    def __str__(self) -> str:
        return f"row {self.row}, {Problem(self.column, self.value, self.expected, self.nearest)}"


class Attempt(NamedTuple):
    """What tells a row's report from those of other rows; the report itself need not be in memory."""

    row: int
    learner_id: str
    exam: str
    number: int  # 0 where it is not given
    taken_on: date | None
    learner_name: str = ""
    content: int = 0  # the same for reports that say the same

    @classmethod
    def of(cls, row: int, report: ScoreReport, numbered: bool) -> Attempt:
        """Return the attempt of a row; ``numbered``: whether the row says which attempt it is."""
        said = (report.scaled_score, report.passed, *report.ratings.values(), *report.percents.values(), report.hours_per_week,
                report.target_date, report.language, str(report.days_off))  # fmt: skip
        number = report.attempt if numbered else 0
        who = report.learner_id, report.exam
        return cls(row, *who, number, report.taken_on, report.learner_name, hash(said))

    @property
    def person(self) -> str:
        """Who sat: the id or e-mail address, else the name; a row with neither is a person of its own."""
        return person_of(self.row, self)


def person_of(row: int, who: Attempt | ScoreReport) -> str:
    """Return the person behind a row."""
    if who.learner_id:
        return f"id {who.learner_id.casefold()}"
    return f"name {squeeze(who.learner_name)}" if who.learner_name else f"row {int(row)}"


def by_learner(attempts: Iterable[Attempt]) -> Iterator[list[Attempt]]:
    """Yield the attempts of each person at each exam, the latest last."""
    groups: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        groups.setdefault((attempt.person, attempt.exam), []).append(attempt)
    for group in groups.values():
        yield sorted(group, key=lambda each: (each.number, each.taken_on or date.min))


def in_order(group: list[Attempt]) -> tuple[list[Attempt], list[RowProblem]]:
    """Return the attempts of a person at an exam, numbered in their order; and those that have no place in it, as mistakes."""
    if len(group) > _MOST_ATTEMPTS:
        said = f"the id of one person: {len(group)} rows for this exam have it"
        return [], [RowProblem(each.row, "learner_id", shown(each.learner_id), said, None) for each in group]
    clashes: dict[int, dict[str, list[int]]] = {}  # place in the group -> what contradicts, and which rows
    for (n, one), (m, other) in combinations(enumerate(group), 2):
        if why := _clash(one, other):
            clashes.setdefault(n, {}).setdefault(why, []).append(other.row)
            clashes.setdefault(m, {}).setdefault(why, []).append(one.row)
    problems = [_clash_problem(group[n], why, rows) for n, found in clashes.items() for why, rows in found.items()]
    ordered = sorted((each for n, each in enumerate(group) if n not in clashes), key=cmp_to_key(_later))
    numbered: list[Attempt] = []
    for each in ordered:
        before = numbered[-1].number if numbered else 0
        numbered.append(each if each.number else each._replace(number=before + 1))
    return numbered, problems


def _later(one: Attempt, other: Attempt) -> int:
    """Return -1 or 1 for the order of two attempts by number or else by day, 0 where nothing tells it."""
    by_number = one.number - other.number if one.number and other.number else 0
    by_day = (one.taken_on - other.taken_on).days if one.taken_on and other.taken_on else 0
    sign = by_number or by_day
    return (sign > 0) - (sign < 0)


def _clash(one: Attempt, other: Attempt) -> str:
    """Return the column that keeps two attempts from being put in order; "" where they have one."""
    if not _later(one, other) or (one.number and one.number == other.number):
        return "attempt"
    days = one.taken_on is not None and other.taken_on is not None
    turned = days and _later(one, other) != _later(one._replace(number=0), other._replace(number=0))
    return "taken_on" if turned else ""


def _clash_problem(attempt: Attempt, why: str, rows: list[int]) -> RowProblem:
    same = f"{rows_named(rows)} {'has' if len(rows) == 1 else 'have'} the same learner and exam"
    if why == "taken_on":
        said = f"{same}. The attempt numbers and the days give two different orders."
        return RowProblem(attempt.row, why, str(attempt.taken_on), said, None)
    ask = "Give each attempt its own number" + ("." if attempt.number else ", or add the exam days.")
    said = f"{same}. We can't tell which attempt came later. {ask}"
    return RowProblem(attempt.row, why, str(attempt.number or "nothing"), said, None)


def listed(found: Sequence[object]) -> str:
    """Return the first of some things with commas, and how many more there are."""
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(map(str, found[:_NAMED])) + more


def rows_named(numbers: Sequence[int]) -> str:
    """Return "row 3" or "rows 3, 5"."""
    return f"row{'s' * (len(numbers) > 1)} {listed(numbers)}"
