"""How is a spreadsheet read? CSV (its encoding, its separator), XLSX or Parquet, as rows of cells.

A cell that cannot be read is a ``Damaged`` in its row. Text is decoded line by line, never in memory as a whole.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from mls_kit.problems import InputError, shown
from mls_kit.report.grid import BROKEN, NO_TEXT, READABLE, UNCLOSED, WIDEST, Damaged, Grid, Row, checked_width, refusal
from mls_kit.report.workbook import read_other_workbook, read_workbook

Recognize = Callable[[Sequence[Any]], int]  # how many of some cells are headings that one knows

_TEXT, _BOOK, _OTHERS, _PARQUET = (
    (".csv", ".txt", ".tsv"),
    (".xlsx", ".xlsm", ".xlsb", ".ods"),
    (".xls", ".htm", ".html"),
    (".parquet", ".pq"),
)
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE = 30  # rows that decide about the separator
_OLD = ("cp850", "mac_roman")  # what DOS and old Macs wrote
_LONGEST, _MARKED = 200, 20  # lines of one cell, and those of them with quotation marks


def read_grids(path: Path, known: Recognize) -> list[Grid]:
    """Return the tables of a file, one a sheet, by its content; rows may differ in length, empty ones may be left out.

    ``known``: how many of some cells are headings one knows, which decides on the separator. An InputError where the file
    is missing, no table, or larger than any cohort.

    >>> from mls_kit._folders import data_folder
    >>> list(read_grids(data_folder() / "cohorts" / "sample.csv", len)[0].rows())[1].cells[:2]
    ['L001', 'Sample Ada']
    """
    name, suffix = path.name, path.suffix.lower()
    if suffix not in (*_TEXT, *_BOOK, *_OTHERS, *_PARQUET):
        more = " (mls-kit collect makes one from score reports in PDF)" if suffix == ".pdf" else ""
        raise refusal(name, shown(name), f"a .csv, .xlsx, .ods or .parquet file{more}")
    try:
        with path.open("rb") as file:
            head = file.read(512)
        if suffix in _PARQUET:
            return [_read_parquet(path)]
        if head[:4] == b"PK\x03\x04":
            said = [] if suffix in _BOOK else ["The file is an Excel workbook, but its name says something else."]
            return read_workbook(path, said)
        if head[:4] == b"\xd0\xcf\x11\xe0":
            return read_other_workbook(path.read_bytes(), name)
        text = Text.of(path, known)
    except FileNotFoundError:
        raise refusal(name, name, "a file that we can find. Check its name and its folder") from None
    except (OSError, MemoryError) as error:
        raise refusal(name, shown(getattr(error, "strerror", None) or error), "a readable table") from None
    if text.blank or text.binary:
        raise refusal(name, "nothing" if text.blank else "not text", "a readable table")
    if re.match(rb"\W*<(\?xml|!doctype|html|head|body|table|meta)", head.replace(b"\0", b""), re.I):
        return _read_html("\n".join(line for line, _ in text.lines()), name)
    remarks = text.remarks()
    if suffix in _BOOK + _OTHERS:
        remarks.append("The file is text, but its name says it is a workbook.")
    return [Grid("", text.rows, remarks, codec="" if text.mixed else text.other)]


# -- text


@dataclass(frozen=True)
class Text:
    """A file of text as rows of cells, decoded line by line."""

    path: Path
    codec: str = "utf-8-sig"
    other: str = ""  # the codec for lines that are not UTF-8
    mixed: bool = False  # whether other lines with accents are UTF-8 all the same
    blank: bool = False
    binary: bool = False
    separator: str = ","
    skip: int = 0  # lines before the first row
    spans: bool = True  # whether a cell may go on in the next line
    width: int = 0  # how many cells rows usually have, 0 while that is being found out

    @classmethod
    def of(cls, path: Path, known: Recognize, spans: bool = True) -> Text:
        """Look at a file: its encoding, and the separator under which its first rows hold the most known headings."""
        text = cls._decoded(path)
        first = next(text.lines(), ("", ""))[0]
        said = re.fullmatch(r'"?sep=(.)"?', first[:20])  # Excel's own line
        text = replace(text, skip=int(bool(said)), spans=spans)
        choices = [replace(text, separator=separator) for separator in ([said[1]] if said else _SEPARATORS)]
        samples = {choice: [row.cells for row in islice(choice.rows(), _SAMPLE)] for choice in choices}

        def worth(choice: Text) -> tuple[int, int]:
            return max(((known(cells[:WIDEST]), len(cells)) for cells in samples[choice]), default=(0, 0))

        best = max(choices, key=worth)
        widths = Counter(map(len, samples[best])).most_common(1)
        return replace(best, width=widths[0][0] if widths else 1)

    @classmethod
    def _decoded(cls, path: Path) -> Text:
        """Read a file once to see how its lines are encoded."""
        with path.open("rb") as file:
            head = file.read(2000)
        text = cls(path, _codec(head))
        blank, binary, utf8, odd = True, False, False, list[bytes]()
        for line, codec in text.lines():
            binary = binary or (blank and "\0" in line)  # in the first line that is not blank
            blank = blank and not line.replace("\ufeff", "").strip()
            utf8 = utf8 or (not codec and not line.isascii())
            if codec and len(odd) < 1_000:
                odd.append(line.encode(codec))
        return replace(text, other=_other_codec(odd), mixed=utf8, blank=blank, binary=binary)

    def remarks(self) -> list[str]:
        """Say how the file was understood, where that may be wrong."""
        said = []
        if not self.codec.startswith("utf-8"):
            said.append(f"The text is {_NAMES[self.codec]}.")
        elif self.other and not self.mixed:
            name = _NAMES.get(self.other, self.other)
            said.append(f"The text is not UTF-8. It was read as {name}. Check that names with accents are right.")
        if self.separator != ",":
            name = _SEPARATORS.get(self.separator, "character")
            said.append(f"Cells are separated by {name}s ({self.separator!r}).")
        return said

    def rows(self) -> Iterator[Row]:
        """Read the rows; a blank one keeps its number."""
        lines, ahead, number = islice(self.lines(), self.skip, None), deque[tuple[str, str]](), 0
        while found := ahead.popleft() if ahead else next(lines, None):
            (line, codec), number = found, number + 1
            cells: Sequence[Any] = line.split(self.separator) if '"' not in line else self._quoted(line, lines, ahead)
            if "\0" in line or (BROKEN in line and not self.codec.startswith("utf-8")):
                bad = [isinstance(cell, str) and ("\0" in cell or BROKEN in cell) for cell in cells]
                cells = [Damaged(shown(cell), NO_TEXT) if b else cell for cell, b in zip(cells, bad, strict=True)]
            if self.width:
                checked_width(cells, self.path.name, number)
            yield Row(number, cells, line, codec)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield every line, with the name of the codec where it is not that of the file."""
        utf8 = self.codec.startswith("utf-8")
        errors = "surrogateescape" if utf8 else "replace"
        with self.path.open(encoding=self.codec, errors=errors) as file:
            for line in file:
                text = line.removesuffix("\n")
                if text.isascii() or not utf8:
                    yield text, ""
                    continue
                content = text.encode("utf-8", "surrogateescape")
                try:
                    yield content.decode(), ""
                except UnicodeDecodeError:
                    yield _decode(content, self.other)

    def _quoted(self, line: str, lines: Iterator[tuple[str, str]], ahead: deque[tuple[str, str]]) -> Sequence[Any]:
        """Return the cells of a line with quotation marks; a cell may go on in the lines that follow."""
        try:
            cells = _split(line, self.separator)
        except csv.Error:  # a mark within a cell is part of it
            return _split(line, self.separator, strict=False) or [line]
        if cells is None and self.spans:
            cells = self._closed(line, lines, ahead)
        if cells is not None:
            return cells
        *before, last = _split(line, self.separator, strict=False) or [line]
        return [*before, Damaged(shown(last), UNCLOSED)]

    def _closed(self, line: str, lines: Iterator[tuple[str, str]], ahead: deque[tuple[str, str]]) -> list[str] | None:
        """Return a row whose last cell goes on in the lines that follow; None where a quotation mark is a stray one."""
        parts, tries = [line], 0
        cells: list[str] | None = None
        while cells is None:
            if len(parts) > len(ahead):
                ahead.extend(islice(lines, 1))
            if len(parts) > len(ahead) or len(parts) > _LONGEST or tries > _MARKED:
                return None
            parts.append(ahead[len(parts) - 1][0])
            if '"' in parts[-1]:
                tries += 1
                try:
                    cells = _split("\n".join(parts), self.separator)
                except csv.Error:
                    return None
        if self.width > 1 and sum(part.count(self.separator) >= self.width - 1 for part in parts) > 1:
            return None  # the lines of this "cell" are rows themselves
        for _ in parts[1:]:
            ahead.popleft()
        return cells


_NAMES = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252",
          "cp1250": "Windows-1250", "latin-1": "Latin-1", "cp850": "DOS (850)", "mac_roman": "Mac Roman",
          "cp1251": "Windows-1251", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "gb18030": "GB18030", "big5": "Big5",
          "cp949": "Windows-949"}  # fmt: skip
_FAR = ("cp932", "euc_jp", "gb18030", "cp949", "big5", "cp1251")  # codecs of scripts other than Latin


def _codec(head: bytes) -> str:
    """Return the codec that the beginning of a file shows."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # it begins as UTF-16 does: asked first
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for places, codec in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if len(head) > 3 and places.count(0) > 0.6 * len(places):
            return codec
    return "utf-8-sig"


def _other_codec(lines: list[bytes]) -> str:
    """Return how lines are encoded that are not UTF-8."""
    if not lines:
        return ""
    text = b"\n".join(lines)
    # in a Latin script accents stand alone between plain letters; only where they do not is charset-normalizer asked, which
    # takes nine in ten short lists of Western names for Eastern European ones
    runs = re.findall(rb"[\x80-\xff]+", text)
    if sum(len(run) for run in runs if len(run) > 1) > 0.5 * sum(map(len, runs)):
        from charset_normalizer import from_bytes

        cells = {cell for cell in re.split(rb"[,;\t|\n]", text) if not cell.isascii()}
        found = from_bytes(b"\n".join(sorted(cells)), cp_isolation=list(_FAR)).best()
        if found:
            return found.encoding
    if all(_decode(line, "")[1] == "latin-1" for line in lines):
        return min((*_OLD, "latin-1"), key=lambda codec: _odd_letters(text, codec))
    return min(("cp1252", "cp1250", *_OLD), key=lambda codec: _odd_letters(text, codec))


def _odd_letters(text: bytes, codec: str) -> int:
    """Return how many letters with accents make no sense in a codec: signs within words, capitals after small letters."""
    decoded = text.decode(codec, "replace")
    return sum(
        not sign.isalpha() or (sign.isupper() and before.islower())
        for before, sign in itertools.pairwise(decoded)
        if not sign.isascii() and before.isalpha()
    )


def _decode(content: bytes, codec: str) -> tuple[str, str]:
    for each in filter(None, (codec, "cp1252")):
        try:
            return content.decode(each), each
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"  # every byte is


def _split(text: str, separator: str, strict: bool = True) -> list[str] | None:
    """Return the cells of one row, or None where a quotation mark is left open; csv.Error where text follows a closed one."""
    limit = csv.field_size_limit(len(text) + 1)
    try:
        return next(csv.reader([text], delimiter=separator, strict=strict), [""])
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
        raise
    finally:
        csv.field_size_limit(limit)


# -- web pages


def _read_html(text: str, name: str) -> list[Grid]:
    """Return the tables of a page that calls itself a spreadsheet; a cell over several columns counts in each."""
    if "urn:schemas-microsoft-com:office:spreadsheet" in text[:2000]:
        raise refusal(name, "an Excel file of 2003 in XML", "a file that the kit reads: save it as .xlsx")
    from bs4 import BeautifulSoup

    for begin, end in (("t[dh]", "</td></th>"), ("tr", "</td></th></tr>")):  # what HTML lets a writer leave out
        text = re.sub(rf"(?=<{begin}\b)", end, text, flags=re.I)
    page = BeautifulSoup(text, "html.parser")
    for line_break in page("br"):
        line_break.replace_with("\n")
    grids = list[Grid]()
    for table in page("table"):
        rows = [Row(number, _html_cells(line)) for number, line in enumerate(table("tr"), start=1)]
        for row in rows:
            checked_width(row.cells, name, row.number)
        if rows:
            remark = "The file is a web page, not a workbook. Its table was read."
            grids.append(Grid(f"table {len(grids) + 1}", rows.__iter__, [remark]))
    if not grids:
        raise refusal(name, "a web page without a table", "a readable table")
    return grids


def _html_cells(row: Any) -> list[str]:
    found: list[str] = []
    for cell in row(["td", "th"]):
        span = cell.get("colspan", "")
        found += [cell.get_text().strip()] * (min(int(span), WIDEST) if span.isdecimal() else 1)
    return found


# -- Parquet


def _read_parquet(path: Path) -> Grid:
    try:
        import pyarrow.parquet
    except ImportError:
        expected = "readable without pyarrow. Install it (pip install 'mls-kit[parquet]'), or save the file as CSV"
        raise refusal(path.name, shown(path.name), expected) from None

    def rows() -> Iterator[Row]:
        try:
            with pyarrow.parquet.ParquetFile(path) as table:
                heading = [str(name) for name in table.schema_arrow.names]
                checked_width(heading, path.name, 1)
                yield Row(1, heading)
                groups = (_records(table, group) for group in range(table.num_row_groups))
                for number, record in enumerate(chain.from_iterable(groups), start=2):
                    yield Row(number, record)
        except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
            if isinstance(error, InputError):
                raise
            raise refusal(path.name, shown(error), "a readable table") from None

    return Grid("", rows, ["A Parquet file has no row numbers. Its first record is called row 2, as in a spreadsheet."])


def _records(table: Any, group: int) -> Iterator[Sequence[Any]]:
    """Yield the rows of a group; where a column cannot be read on, its cells are damaged, and the other columns are read."""
    from pyarrow import ArrowException

    damages, read = (ArrowException, OSError, ValueError), 0
    try:
        for batch in table.iter_batches(row_groups=[group]):
            yield from zip(*map(_values, batch.columns), strict=True)
            read += batch.num_rows
    except damages:
        columns, size = [], table.metadata.row_group(group).num_rows
        for name in table.schema_arrow.names:
            values: list[Any] = []
            with suppress(*damages):
                for batch in table.iter_batches(1_000, row_groups=[group], columns=[name]):
                    values += _values(batch.column(0))
            columns.append(values + [Damaged("a damaged part of the file", READABLE)] * (size - len(values)))
        yield from islice(zip(*columns, strict=True), read, None)


def _values(column: Any) -> list[Any]:
    """Return the values of a column; one that Python cannot hold is a damaged cell."""
    found: list[Any] = []
    for cell in column:
        try:
            value = cell.as_py()
            found.append(value.decode() if isinstance(value, bytes) else value)
        except UnicodeDecodeError:
            found.append(Damaged(shown(cell), NO_TEXT))
        except (ValueError, OverflowError):
            found.append(Damaged(f"a {cell.type} out of range", READABLE))
    return found
