"""A file of reports as tables of cells: CSV, XLSX or Parquet, in the encodings and forms people save them in."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mls_kit.problems import InputError, Problem, shown

__all__ = ["Grid", "Row", "read_grids"]

Row = Sequence[Any]
Known = Callable[[Row], int]

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".parquet", ".pq")
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE = 30  # rows that decide about separator and heading
_WIDEST = 1_000  # columns; a real file has twenty
_LARGEST = 2**30  # bytes of a workbook when unpacked
_MERGED_CELLS = 1_000_000  # cells filled from merged ones
EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}  # day 0 of Excel's two calendars


@dataclass
class Grid:
    """One table of cells as a file holds it; row 1 is ``rows[0]``. Rows may differ in length.

    ``remarks`` say how the file was understood; ``epoch`` is day 0 for numbers that stand for days.
    """

    name: str
    rows: list[Row]
    remarks: list[str]
    epoch: date = EPOCHS[False]


def read_grids(path: Path, known: Known) -> list[Grid]:
    """Read a file as a person would who opens it: what it is, is seen from its content.

    Parameters
    ----------
    path : path
    known : callable
        How many cells of a row are headings one knows; it decides which separator is meant.

    Raises
    ------
    InputError
        The file is missing, no table, or larger than any cohort.
    """
    name = path.name
    if path.suffix.lower() not in SUFFIXES:
        raise _not(name, shown(name), "a .csv, .xlsx or .parquet file")
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return [_read_parquet(path)]
        content = path.read_bytes()
        if content[:4] == b"PK\x03\x04":
            return _read_workbook(content, path)
        if content[:4] == b"\xd0\xcf\x11\xe0":
            raise _not(name, "an Excel file of the old kind (.xls), or one with a password", "saved as .xlsx")
        if content[:4] in (b"%PDF", b"\x1f\x8b\x08\x08", b"PAR1"):
            raise _not(name, shown(name), "a readable table, of the kind its name says")
        return [_read_text(content, path, known)]
    except FileNotFoundError:
        raise _not(name, name, "an existing file") from None
    except InputError:
        raise
    except (OSError, MemoryError) as error:
        raise _not(name, shown(getattr(error, "strerror", None) or error), "a readable table") from None


def _not(name: str, value: str, expected: str) -> InputError:
    return InputError(shown(name), [Problem("file", value, expected)])


def trim(row: Row) -> Row:
    """Return a row without the empty cells at its end."""
    end = len(row)
    while end and (row[end - 1] is None or (isinstance(row[end - 1], str) and not row[end - 1].strip())):
        end -= 1
    return row if end == len(row) else row[:end]


# -- text


def decode(content: bytes) -> tuple[str, str]:
    """Return text and the name of its encoding, "" for plain UTF-8; found by trying, the strictest first.

    Examples
    --------
    >>> decode("Zoë".encode("utf-16"))
    ('Zoë', 'UTF-16')
    >>> decode("Zoë".encode("cp1252"))
    ('Zoë', 'Windows-1252')
    """
    if content.startswith(codecs.BOM_UTF8):
        return content[3:].decode("utf-8"), ""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return content.decode("utf-32"), "UTF-32"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16"), "UTF-16"
    head = content[:2000]
    for places, name in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if len(head) > 3 and places.count(0) > 0.6 * len(places):
            return content.decode(name), "UTF-16"
    for name, said in (("utf-8", ""), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            return content.decode(name), said
        except UnicodeDecodeError:
            continue
    raise AssertionError("every byte is a character of Latin-1")  # pragma: no cover


def _read_text(content: bytes, path: Path, known: Known) -> Grid:
    try:
        text, encoding = decode(content)
    except UnicodeDecodeError as error:
        raise _not(path.name, f"broken text in {error.encoding} at byte {error.start}", "text in UTF-8") from None
    if "\0" in text or not text.strip():
        raise _not(path.name, "nothing" if not text.strip() else "bytes that are no text", "a readable table")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    remarks = [f"The text is not UTF-8; read as {encoding}. Look whether names with accents are right."] * (
        encoding not in ("", "UTF-16", "UTF-32")
    ) + [f"The text is {encoding}."] * (encoding in ("UTF-16", "UTF-32"))
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        remarks.append("The file is text, not the workbook its name says.")
    said = re.match(r'"?sep=(.)"?\n', text)
    text = text[said.end() :] if said else text
    separator = said[1] if said else _separator(text, known)
    if separator != ",":
        remarks.append(f"Cells are separated by {_SEPARATORS.get(separator, 'characters')}s ({separator!r}).")
    return Grid("", _csv_rows(text, separator, path.name), remarks)


def _separator(text: str, known: Known) -> str:
    """Return the separator under which the first rows hold the most headings one knows, then the most cells."""
    sample = "\n".join(text[:200_000].split("\n", 2 * _SAMPLE)[: 2 * _SAMPLE])

    def worth(separator: str) -> tuple[int, int]:
        best = (0, 0)
        try:
            for count, row in enumerate(csv.reader(io.StringIO(sample), delimiter=separator)):
                best = max(best, (known(row[:_WIDEST]), len(row)))
                if count > _SAMPLE:
                    break
        except csv.Error:
            return best
        return best

    return max(_SEPARATORS, key=worth)


def _csv_rows(text: str, separator: str, name: str) -> list[Row]:
    """Read rows as they are; a blank one keeps its number."""
    rows: list[Row] = []
    for strict in (True, False):
        rows = []
        memo: dict[str, str] = {}
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=strict)
        try:
            for row in reader:
                rows.append(tuple([memo.setdefault(cell, cell) for cell in row]))
                if len(row) > _WIDEST and len(trim(row)) > _WIDEST:
                    raise _too_wide(name, len(rows))
                if len(memo) > 100_000:
                    memo = {}
        except csv.Error as error:
            if "unexpected end" in str(error) or "field limit" in str(error):
                value = f"a quotation mark opened in row {len(rows) + 1}"
                raise _not(name, value, "closed again: the rows after it would be lost") from None
            if not strict:
                raise _not(name, shown(error), "a readable table") from None
            continue
        return rows
    return rows


def _too_wide(name: str, row: int) -> InputError:
    return _not(name, f"over {_WIDEST:,} cells in row {row}", "a table of reports")


# -- workbooks


def _read_workbook(content: bytes, path: Path) -> list[Grid]:
    from openpyxl import load_workbook

    name = path.name
    remarks = [] if path.suffix.lower() in (".xlsx", ".xlsm") else ["The file is an Excel workbook, not text."]
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in archive.infolist()) > _LARGEST:
            raise _not(name, "over 1 GB when unpacked", "a workbook of reports")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        epoch = EPOCHS[book.epoch.year == 1904]
        grids = [Grid(sheet.title, _sheet_rows(sheet, name), list(remarks), epoch) for sheet in sheets]
        for sheet, grid in zip(sheets, grids, strict=True):
            _fill_merged(grid, archive, str(getattr(sheet, "_worksheet_path", "")))
    except InputError:
        raise
    except Exception as error:  # openpyxl and the XML below it raise whatever a broken file leads them to
        raise _not(name, shown(f"{type(error).__name__}: {error}"), "a readable table") from None
    if not grids:
        raise _not(name, "a workbook without a sheet", "a readable table")
    return grids


def _sheet_rows(sheet: Any, name: str) -> list[Row]:
    sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
    rows: list[Row] = []
    for cells in sheet.iter_rows():
        row = trim([_value(cell) for cell in cells])
        if len(row) > _WIDEST:
            raise _too_wide(name, len(rows) + 1)
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _value(cell: Any) -> Any:
    value = cell.value
    if type(value) is float or type(value) is int:
        if "%" in str(cell.number_format or ""):
            return f"{100 * value:.10g}%"
        return int(value) if value == value and abs(value) < 1e15 and value == int(value) else value
    return value


def _fill_merged(grid: Grid, archive: zipfile.ZipFile, part: str) -> None:
    """Give every cell of a merged range the value of its first, as it looks on the screen."""
    try:
        found = re.findall(rb'mergeCell [^>]*ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"', archive.read(part))
    except KeyError:
        return
    left, filled = _MERGED_CELLS, 0
    for from_column, from_row, to_column, to_row in found:
        first, last = _column(from_column), min(_column(to_column), _WIDEST)
        top, bottom = int(from_row), min(int(to_row), len(grid.rows))
        if top > len(grid.rows) or first > len(grid.rows[top - 1]) or first > last:
            continue
        value = grid.rows[top - 1][first - 1]
        left -= (bottom - top + 1) * (last - first + 1)
        if left < 0:
            break
        for place in range(top - 1, bottom):
            row = [*grid.rows[place], *[None] * (last - len(grid.rows[place]))]
            row[first - 1 : last] = [value] * (last - first + 1)
            grid.rows[place] = row
        filled += 1
    if filled:
        grid.remarks.append(f"{filled} merged cells: each was read as if its value stood in every cell it covers.")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


# -- Parquet


def _read_parquet(path: Path) -> Grid:
    if not path.exists():
        raise _not(path.name, path.name, "an existing file")
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        expected = "readable here without pyarrow: install it (pip install 'mls-kit[parquet]'), or save it as CSV"
        raise _not(path.name, shown(path.name), expected) from None
    try:
        table = pyarrow.parquet.ParquetFile(path)
        names = [str(name) for name in table.schema_arrow.names]
        if len(names) > _WIDEST:
            raise _too_wide(path.name, 1)
        rows: list[Row] = [tuple(names), *_parquet_rows(table)]
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise _not(path.name, shown(error), "a readable table") from None
    return Grid("", rows, ["A Parquet file has no row numbers; its first record is called row 2, as in a spreadsheet."])


def _parquet_rows(table: Any) -> Iterator[Row]:
    for batch in table.iter_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
