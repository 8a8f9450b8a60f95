"""A file of reports as tables of cells: CSV, XLSX or Parquet, in the encodings and forms people save them in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mls_kit.problems import InputError, shown
from mls_kit.report.tables import EPOCHS, WIDEST, Grid, Known, Row, Spool, read_text, refusal, too_wide, trim

__all__ = ["read_grids"]

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".parquet", ".pq")
_LARGEST = 2**30  # bytes of a workbook when unpacked
_MERGED_CELLS = 1_000_000  # cells filled from merged ones


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
        raise refusal(name, shown(name), "a .csv, .xlsx or .parquet file")
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return [_read_parquet(path)]
        with path.open("rb") as file:
            head = file.read(4)
        if head == b"PK\x03\x04":
            return _read_workbook(path.read_bytes(), path)
        if head == b"\xd0\xcf\x11\xe0":
            raise refusal(name, "an Excel file of the old kind (.xls), or one with a password", "saved as .xlsx")
        if head in (b"%PDF", b"\x1f\x8b\x08\x08", b"PAR1"):
            raise refusal(name, shown(name), "a readable table, of the kind its name says")
        return [read_text(path, known)]
    except FileNotFoundError:
        raise refusal(name, name, "an existing file") from None
    except InputError:
        raise
    except (OSError, MemoryError) as error:
        raise refusal(name, shown(getattr(error, "strerror", None) or error), "a readable table") from None


# -- workbooks


def _read_workbook(content: bytes, path: Path) -> list[Grid]:
    from openpyxl import load_workbook

    name = path.name
    remarks = [] if path.suffix.lower() in (".xlsx", ".xlsm") else ["The file is an Excel workbook, not text."]
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in archive.infolist()) > _LARGEST:
            raise refusal(name, "over 1 GB when unpacked", "a workbook of reports")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        epoch = EPOCHS[book.epoch.year == 1904]
        grids = [Grid(sheet.title, _sheet_rows(sheet, name), list(remarks), epoch) for sheet in sheets]
        for sheet, grid in zip(sheets, grids, strict=True):
            _fill_merged(grid, archive, str(getattr(sheet, "_worksheet_path", "")))
    except InputError:
        raise
    except Exception as error:  # openpyxl and the XML below it raise whatever a broken file leads them to
        raise refusal(name, shown(f"{type(error).__name__}: {error}"), "a readable table") from None
    if not grids:
        raise refusal(name, "a workbook without a sheet", "a readable table")
    return grids


def _sheet_rows(sheet: Any, name: str) -> Spool[Row]:
    sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
    rows: Spool[Row] = Spool()
    empty = 0  # rows since the last with a cell: a sheet may end with a million of them
    for cells in sheet.iter_rows():
        row = trim([_value(cell) for cell in cells])
        if len(row) > WIDEST:
            raise too_wide(name, len(rows) + empty + 1)
        if not row:
            empty += 1
            continue
        for _ in range(empty):
            rows.append([])
        rows.append(row)
        empty = 0
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
        first, last = _column(from_column), min(_column(to_column), WIDEST)
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
        raise refusal(path.name, path.name, "an existing file")
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        expected = "readable here without pyarrow: install it (pip install 'mls-kit[parquet]'), or save it as CSV"
        raise refusal(path.name, shown(path.name), expected) from None
    try:
        table = pyarrow.parquet.ParquetFile(path)
        names = [str(name) for name in table.schema_arrow.names]
        if len(names) > WIDEST:
            raise too_wide(path.name, 1)
        rows: Spool[Row] = Spool([tuple(names)])
        for row in _parquet_rows(table):
            rows.append(row)
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise refusal(path.name, shown(error), "a readable table") from None
    return Grid("", rows, ["A Parquet file has no row numbers; its first record is called row 2, as in a spreadsheet."])


def _parquet_rows(table: Any) -> Iterator[Row]:
    for batch in table.iter_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
