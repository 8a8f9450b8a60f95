"""A table with one row a learner and domain, as one with a row a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mls_kit.cohort.cells import tick_of
from mls_kit.cohort.headings import Table
from mls_kit.problems import shown, squeeze
from mls_kit.report import Damaged, Row, is_blank

_TWICE = "one rating: this domain appears twice with different ratings"


def widened(table: Table) -> Table:
    """Return a table in which each domain has a column, if this one has a column of domains; else the table itself."""
    # rows of one report are those whose other cells say the same; a row that says nothing there goes with the row above
    named, rated = table.place("domain"), table.place("ratings")
    marks = {place: name[5:] for place, name in table.meaning.items() if name[:5] == "mark:"}
    rated = min(marks, default=None) if rated is None else rated
    if named is None or rated is None or any(":" in name and name[:5] != "mark:" for name in table.meaning.values()):
        return table
    used = (named, rated, *marks)
    shared = [place for place in table.meaning if place not in used]
    domains: dict[str, int] = {}  # squeezed -> column
    headings: list[str] = []
    found: dict[tuple[str, ...], tuple[Row, dict[int, tuple[Any, int]]]] = {}
    last, lines = None, 0
    for row in table.rows():
        if all(map(is_blank, row.cells)) or squeeze(_cell(row.cells, named)) == squeeze(table.columns[named]):
            continue  # the heading may be repeated
        lines += 1
        key = tuple(squeeze(_cell(row.cells, place) or "") for place in shared)
        domain, rating = _cell(row.cells, named), _cell(row.cells, rated)
        if marks:
            rating = tick_of([(_cell(row.cells, place), label) for place, label in marks.items()])
        key = last if last and not any(key) and not is_blank(domain) else key
        last = key
        _, ratings = found.setdefault(key, (row, {}))
        if is_blank(domain) and is_blank(rating):
            continue
        text = "" if is_blank(domain) else str(domain)
        if squeeze(text) not in domains:
            domains[squeeze(text)] = len(table.columns) + len(headings)
            headings.append(text)
        place = domains[squeeze(text)]
        before, _ = ratings.get(place, (rating, 0))
        ratings[place] = (rating if squeeze(before) == squeeze(rating) else Damaged(f"{before} and {rating}", _TWICE), row.number)
    width = len(table.columns)
    rows = []
    for first, ratings in found.values():
        cells = [*first.cells[:width], *[None] * (width - len(first.cells)), *[None] * len(headings)]
        for place, (rating, _) in ratings.items():
            cells[place] = rating
        for place in used:
            cells[place] = None
        rows.append(first._replace(cells=cells, origin={place: (number, rated) for place, (_, number) in ratings.items()}))
    meaning = {place: name for place, name in table.meaning.items() if place not in used}
    meaning |= {domains[squeeze(text)]: f"domain:{text}" for text in headings}
    columns = [*table.columns, *(shown(text) or "(no domain)" for text in headings)]
    said = f"This file has one row per learner and domain: {lines} rows make {len(rows)} reports."
    grid = replace(table.grid, rows=rows.__iter__)
    return Table(columns, meaning, table.heading, [*table.remarks, said], grid, used)


def _cell(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else None
