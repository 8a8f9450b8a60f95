"""The table for whoever goes on from a batch: one row a person, as CSV and as a workbook; no cell is run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from mls_kit.batch.jobs import Batch, Outcome
from mls_kit.batch.roster import IndexRow, Roster
from mls_kit.batch.told import Told
from mls_kit.cohort import RowProblem
from mls_kit.export import FORMS
from mls_kit.files import harmless
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
_WIDEST, _LOOKED_AT = 48, 200  # characters of a column, and rows that decide
_DAY_FORMS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in a workbook


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
    known, found = roster.known(), []
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


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return the summary as CSV, marked as UTF-8 so that spreadsheets keep its accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(map(harmless, heads))
    writer.writerows([harmless("" if cell is None else cell) for cell in row] for row in rows)
    return "\ufeff" + buffer.getvalue()


def as_workbook(heads: Sequence[str], rows: Sequence[Sequence[Any]], problems: Sequence[RowProblem]) -> bytes:
    """Return the summary as a workbook: people on one sheet, rows to fix on another."""
    from openpyxl import Workbook  # half a second, and only once in a batch

    book = Workbook(write_only=True)
    _sheet(book, "Summary", heads, rows)
    if problems:
        fixes = [
            [p.row if type(p.row) is int else str(p.row), p.column, p.value, p.expected, p.nearest] for p in problems
        ]
        _sheet(book, "Rows to fix", _FIXES, fixes)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(book: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add a sheet with its heading frozen, a filter, and columns as wide as what they hold."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    letters = [get_column_letter(n) for n in range(1, len(heads) + 1)]
    looked_at = [heads, *rows[:_LOOKED_AT]]
    for place, letter in enumerate(letters):
        widest = max(len("" if row[place] is None else str(row[place])) for row in looked_at)
        sheet.column_dimensions[letter].width = min(widest, _WIDEST) + 3
    sheet.freeze_panes = "C2" if title == "Summary" else "A2"
    sheet.auto_filter.ref = f"A1:{letters[-1]}{len(rows) + 1}"
    formats = dict.fromkeys(_DAYS, "yyyy-mm-dd") | dict.fromkeys(_SHARES, "0%")
    # a cell with a look costs far more than its value: each column has one, which every row fills anew
    styled = {form: [WriteOnlyCell(sheet) for _ in heads] for form in ("text", "0%", *_DAY_FORMS.values())}
    for form, cells in styled.items():
        for made in cells:
            made.quotePrefix = form == "text"  # no formula, also once somebody edits it
            made.number_format = "General" if form == "text" else form

    def cell(value: Any, place: int) -> Any:
        if isinstance(value, str):
            value = _ILLEGAL.sub(" ", value) or None
            form = "text" if value and harmless(value) != value else ""
        else:
            form = formats.get(heads[place]) or _DAY_FORMS.get(type(value), "")
        if not form or value is None:
            return value
        made = styled[form][place]
        made.value = value
        made.data_type = "s" if form == "text" else made.data_type
        return made

    titles = [WriteOnlyCell(sheet, _ILLEGAL.sub(" ", head)) for head in heads]
    for title_cell in titles:
        title_cell.font, title_cell.data_type = Font(bold=True), "s"
    sheet.append(titles)
    for row in rows:
        sheet.append([cell(value, place) for place, value in enumerate(row)])
