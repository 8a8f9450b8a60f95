"""Tables as a workbook: days as days, text as text whatever it looks like, headings that stay in sight."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, NamedTuple

from mls_kit.files import harmless

_WIDEST, _LOOKED_AT = 48, 200  # characters of a column, and rows that decide
_LONGEST = 32_767  # characters of a cell
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT = "General"


class Sheet(NamedTuple):
    """One sheet to be written."""

    title: str
    rows: Iterable[Sequence[Any]]  # the heading first
    freeze: str = ""  # the first cell that moves: the heading is then bold, with a filter, and columns are as wide as needed
    formats: Mapping[str, str] = {}  # of numbers and days, by heading


def workbook_of(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook; no cell of it is a formula, also once somebody edits it.

    >>> workbook_of([Sheet("A", [["id", "sum"], ["L1", "=1+1"]])])[:2]
    b'PK'
    """
    from openpyxl import Workbook  # half a second

    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(sheet.title), sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write(page: Any, sheet: Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    rows = iter(sheet.rows)
    looked_at = list(islice(rows, _LOOKED_AT if sheet.freeze else 1))
    heads = [str(head) for head in looked_at[0]] if looked_at else []
    if sheet.freeze:
        page.freeze_panes = sheet.freeze
        for place in range(len(heads)):
            widest = max(len("" if row[place] is None else str(row[place])) for row in looked_at)
            page.column_dimensions[get_column_letter(place + 1)].width = min(widest, _WIDEST) + 3
    # a cell with a look costs far more than its value: each column has one of each look, which every row fills anew
    looks: dict[tuple[int, str, bool], Any] = {}

    def cell(place: int, value: Any, bold: bool) -> Any:
        form = ""
        if isinstance(value, date):
            hours = isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0)
            form = "yyyy-mm-dd hh:mm" if hours else "yyyy-mm-dd"
            value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        elif isinstance(value, int | float):
            form = sheet.formats.get(heads[place], "") if place < len(heads) else ""
        elif value is not None:
            value = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", str(value))[:_LONGEST] or None
            form = _TEXT if value and (bold or value[0] == "#" or harmless(value) != value) else ""
        if value is None or not form:
            return value
        if (place, form, bold) not in looks:
            made = looks[place, form, bold] = WriteOnlyCell(page)
            made.quotePrefix, made.number_format = form == _TEXT and not bold, form
            made.font = Font(bold=bold)
        made = looks[place, form, bold]
        made.value = value
        made.data_type = "s" if form == _TEXT else made.data_type
        return made

    count = 0
    for count, row in enumerate(chain(looked_at, rows), start=1):
        page.append([cell(place, value, bool(sheet.freeze) and count == 1) for place, value in enumerate(row)])
    if sheet.freeze and heads:
        page.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{count}"
