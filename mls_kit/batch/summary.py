"""The table for whoever goes on from a batch: one row a person, as CSV and as a workbook; no cell is run as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from mls_kit.batch.jobs import Batch, Outcome
from mls_kit.batch.roster import IndexRow, Roster
from mls_kit.batch.told import Told
from mls_kit.cohort import RowProblem, Sheet, workbook_of
from mls_kit.export import FORMS
from mls_kit.html import render

KINDS = {"html": "Page", "notebook": "Notebook", "pdf": "PDF", "ics": "Calendar", "anki": "Cards", "csv": "Table"}
_READ_FIRST = ("html", "pdf", "notebook", "csv", "ics", "anki")  # the file that a person is sent
_NOT_PEOPLE = ("mistake", "earlier attempt")
_DAYS = ("earliest retake", "day aimed at")
_SHARES = tuple(f"chance {when}{end}" for when in ("now", "on that day") for end in ("", ", low", ", high"))
_HEADS = (
    "exam", "score", "points from passing", "planned for", "first domain", "hours a week", "hours in all", "weeks", *_DAYS,
    *_SHARES, "what to do", "why", "warnings",
)  # fmt: skip
_FIXES = ("row", "column", "holds", "what is needed", "nearest")


class Person(NamedTuple):
    """One person at one exam: what became of the row, what its report says, and its files, the first to be read ahead."""

    outcome: Outcome
    known: IndexRow | None
    files: tuple[str, ...]

    @property
    def to_do(self) -> str:
        """What there is to do, by a word of ``said.html.j2``."""
        if self.outcome.status != "plan":
            return self.outcome.status
        return self.outcome.told.to_do if self.outcome.told else ""


def people_of(roster: Roster, batch: Batch, sizes: dict[str, int]) -> list[Person]:
    """Return the people of a batch, those of an earlier attempt or with a mistake left out; only files in ``sizes`` count."""
    known, found = roster.known, []
    for outcome in batch.outcomes:
        if outcome.status not in _NOT_PEOPLE:
            stem = outcome.file.rpartition(".")[0]
            names = [f"{stem}{FORMS[form]}" for form in _READ_FIRST] if stem else []
            found.append(Person(outcome, known.get(outcome.row), tuple(name for name in names if name in sizes)))
    return found


def heads_of(roster: Roster, names: bool) -> list[str]:
    """Return the headings of the summary; a column of the file that is headed like one of ours says so."""
    ours = ["row", "id", *(["name"] if names else []), *_HEADS]
    return [*ours, *(f"{head} (yours)" if head in {*ours, "file"} else head for head in roster.others), "file"]


def rows_of(people: Iterable[Person], names: bool) -> Iterator[list[Any]]:
    """Yield the cells of each person, by the headings; None where something is not known."""
    for person in people:
        outcome, known, told = person.outcome, person.known, person.outcome.told or Told("")
        name = [known.name if known else None] if names else []
        report = [known.exam, known.scaled_score, known.points] if known else [None] * 3
        days = [date.fromisoformat(day) if day else None for day in (told.earliest, told.day)]
        chances = [*(told.now or [None] * 3), *(told.then or [None] * 3)]
        to_do = str(render("batch/said.html.j2", "to_do", name=person.to_do))
        yield [
            outcome.record()["row"], outcome.id, *name, *report, told.exam, told.domain, told.hours_per_week, told.hours,
            told.weeks, *days, *chances, to_do, told.why, told.warnings or outcome.error, *(known.others if known else ()),
            person.files[0] if person.files else None,
        ]  # fmt: skip


def as_workbook(heads: Sequence[str], rows: Sequence[Sequence[Any]], problems: Sequence[RowProblem]) -> bytes:
    """Return the summary as a workbook: people on one sheet, rows to fix on another."""
    formats = dict.fromkeys(_SHARES, "0%")
    sheets = [Sheet("Summary", [heads, *rows], "C2", formats)]
    if problems:
        fixes = [[p.row if type(p.row) is int else str(p.row), p.column, p.value, p.expected, p.nearest] for p in problems]
        sheets.append(Sheet("Rows to fix", [_FIXES, *fixes], "A2"))
    return workbook_of(sheets)
