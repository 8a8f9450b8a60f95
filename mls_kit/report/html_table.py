"""A page that calls itself a spreadsheet, as training platforms export it: its tables as rows of cells."""

from __future__ import annotations

from html.parser import HTMLParser

from mls_kit.report.grid import WIDEST, Grid, Row, checked_width, refusal


class _Tables(HTMLParser):
    """Collects the cells of every table; a cell over several columns counts in each."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._open: tuple[list[str], int] | None = None  # the text of a cell, and how many columns it covers

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("table", "tr", "td", "th"):
            self._close()
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            span = dict(attrs).get("colspan") or "1"
            self._open = ([], min(int(span), WIDEST) if span.isdecimal() else 1)
        elif tag == "br" and self._open:
            self._open[0].append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("table", "tr", "td", "th"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[0].append(data)

    def _close(self) -> None:
        if self._open:
            text, span = self._open
            rows = self.tables[-1]
            if not rows:
                rows.append([])
            rows[-1].extend(["".join(text).strip()] * span)
            self._open = None


def read_html(text: str, name: str) -> list[Grid]:
    """Return the tables of a page; an InputError where it holds none."""
    if "urn:schemas-microsoft-com:office:spreadsheet" in text[:2000]:
        raise refusal(name, "an Excel file of 2003 in XML", "a file that the kit reads: save it as .xlsx")
    parser = _Tables()
    parser.feed(text)
    parser.close()
    grids: list[Grid] = []
    for cells in filter(None, parser.tables):
        rows = [Row(number, line) for number, line in enumerate(cells, start=1)]
        for row in rows:
            checked_width(row.cells, name, row.number)
        said = "The file is a web page, not a workbook. Its table was read."
        grids.append(Grid(f"table {len(grids) + 1}", rows.__iter__, [said]))
    if not grids:
        raise refusal(name, "a web page without a table", "a readable table")
    return grids
