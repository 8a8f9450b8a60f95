"""How is a spreadsheet read? CSV (its encoding, its separator), XLSX or Parquet, as rows of cells.

A cell that cannot be read is a ``Damaged`` in its row. Text is decoded line by line, never in memory as a whole.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from mls_kit.exam import aliases
from mls_kit.problems import InputError, Problem, shown, squeeze

Recognize = Callable[[Sequence[Any]], int]  # how many of some cells are headings that one knows

_TEXT, _BOOK, _PARQUET = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm"), (".parquet", ".pq")
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE = 30  # rows that decide about the separator
_WIDEST = 1_000  # columns; a real file has twenty
_LONGEST, _MARKED = 200, 20  # lines of one cell, and those of them with quotation marks
_LARGEST = 2**30  # bytes of a workbook when unpacked
_MOST_CELLS = 20_000_000  # of a sheet that is read as a whole, the empty ones between others too
_MERGED_CELLS = 1_000_000  # cells filled from merged ones
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}  # day 0 of Excel's two calendars
UNCLOSED = "a cell whose quotation mark is closed again"
_NO_TEXT = "text: some of its bytes mean none"
_READABLE = "a value that can be read: the cell is damaged"
_NO_FORMATS = (
    "The workbook is damaged; its values were read, its number formats were not. Look at percentages and days."
)
_BROKEN = "\ufffd"  # what a decoder leaves where it could not read


class Damaged(NamedTuple):
    """A cell that cannot be read: what can be seen of it, and what was expected."""

    value: str
    expected: str

    def __str__(self) -> str:
        return self.value


class Row(NamedTuple):
    """The cells of one row, under the number that a spreadsheet shows beside it."""

    number: int
    cells: Sequence[Any]
    text: str = ""  # the line of a file of text
    codec: str = ""  # how it was decoded, where it is not in the encoding of the file
    origin: dict[int, tuple[int, int]] | None = None  # place -> row and place where a cell stands in the file itself


@dataclass
class Grid:
    """One table of cells."""

    name: str
    rows: Callable[[], Iterator[Row]]
    remarks: list[str]  # how the file was understood
    epoch: date = _EPOCHS[False]  # day 0 for numbers that stand for days
    codec: str = ""  # of all rows, where that is said in the remarks


def read_grids(path: Path, known: Recognize) -> list[Grid]:
    """Return the tables of a file, one a sheet, by its content; rows may differ in length, empty ones may be left out.

    ``known``: how many of some cells are headings one knows, which decides on the separator. An InputError where the file
    is missing, no table, or larger than any cohort.

    >>> from mls_kit._folders import data_folder
    >>> list(read_grids(data_folder() / "cohorts" / "sample.csv", len)[0].rows())[1].cells[:2]
    ['L001', 'Sample Ada']
    """
    name, suffix = path.name, path.suffix.lower()
    if suffix not in _TEXT + _BOOK + _PARQUET:
        raise _refusal(name, shown(name), "a .csv, .xlsx or .parquet file")
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if suffix in _PARQUET:
            return [_read_parquet(path)]
        if head == b"PK\x03\x04":
            return _read_workbook(path)
        if head == b"\xd0\xcf\x11\xe0":
            raise _refusal(name, "an Excel file of the old kind (.xls), or one with a password", "saved as .xlsx")
        text = Text.of(path, known)
    except FileNotFoundError:
        raise _refusal(name, name, "an existing file") from None
    except (OSError, MemoryError) as error:
        raise _refusal(name, shown(getattr(error, "strerror", None) or error), "a readable table") from None
    if text.blank or text.binary:
        raise _refusal(name, "nothing" if text.blank else "bytes that are no text", "a readable table")
    remarks = text.remarks()
    if suffix in _BOOK:
        remarks.append("The file is text, not the workbook its name says.")
    return [Grid("", text.rows, remarks, codec="" if text.mixed else text.other)]


@lru_cache(maxsize=4)
def known_headings(table: str) -> dict[str, str]:
    """Return how people head the columns of a table ("headings": a cohort; "practice_log"): folded heading -> our name.

    >>> known_headings("headings")["employeeid"]
    'learner_id'
    """
    found: dict[str, str] = {}
    for name, words in aliases(table).items():
        for word in [name, *words]:
            found.setdefault(squeeze(word), name)
    return found


def _refusal(name: str, value: str, expected: str) -> InputError:
    return InputError(shown(name), [Problem("file", value, expected)])


def _checked_width(cells: Sequence[Any], name: str, row: int) -> None:
    if len(cells) > _WIDEST and len(_trim(cells)) > _WIDEST:
        raise _refusal(name, f"over {_WIDEST:,} cells in row {row}", "a table of reports")


def _trim(cells: Sequence[Any]) -> Sequence[Any]:
    """Return the cells of a row without the empty ones at its end."""
    end = len(cells)
    while end and (cells[end - 1] is None or (isinstance(cells[end - 1], str) and not cells[end - 1].strip())):
        end -= 1
    return cells[:end]


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
        first = next(text._lines(), ("", ""))[0]
        said = re.fullmatch(r'"?sep=(.)"?', first[:20])  # Excel's own line
        text = replace(text, skip=int(bool(said)), spans=spans)
        choices = [replace(text, separator=separator) for separator in ([said[1]] if said else _SEPARATORS)]
        samples = {choice: [row.cells for row in islice(choice.rows(), _SAMPLE)] for choice in choices}

        def worth(choice: Text) -> tuple[int, int]:
            return max(((known(cells[:_WIDEST]), len(cells)) for cells in samples[choice]), default=(0, 0))

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
        for line, codec in text._lines():
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
            said.append(f"The text is not UTF-8; read as {name}. Look whether names with accents are right.")
        if self.separator != ",":
            name = _SEPARATORS.get(self.separator, "character")
            said.append(f"Cells are separated by {name}s ({self.separator!r}).")
        return said

    def rows(self) -> Iterator[Row]:
        """Read the rows; a blank one keeps its number."""
        lines, ahead, number = islice(self._lines(), self.skip, None), deque[tuple[str, str]](), 0
        while found := ahead.popleft() if ahead else next(lines, None):
            (line, codec), number = found, number + 1
            cells: Sequence[Any] = line.split(self.separator) if '"' not in line else self._quoted(line, lines, ahead)
            if "\0" in line or (_BROKEN in line and not self.codec.startswith("utf-8")):
                bad = [isinstance(cell, str) and ("\0" in cell or _BROKEN in cell) for cell in cells]
                cells = [Damaged(shown(cell), _NO_TEXT) if b else cell for cell, b in zip(cells, bad, strict=True)]
            if self.width:
                _checked_width(cells, self.path.name, number)
            yield Row(number, cells, line, codec)

    def _lines(self) -> Iterator[tuple[str, str]]:
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
          "latin-1": "Latin-1", "cp1251": "Windows-1251", "cp932": "Shift-JIS", "gb18030": "GB18030", "big5": "Big5",
          "cp949": "Windows-949"}  # fmt: skip
_FAR = ("cp932", "gb18030", "cp949", "big5", "cp1251")  # codecs of scripts other than Latin


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
    return "latin-1" if all(_decode(line, "")[1] == "latin-1" for line in lines) else "cp1252"


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


# -- workbooks


def _read_workbook(path: Path) -> list[Grid]:
    """Read a workbook with openpyxl, which knows the formats of numbers, or else with calamine, which survives more."""
    content, name = path.read_bytes(), path.name
    remarks = [] if path.suffix.lower() in _BOOK else ["The file is an Excel workbook, not text."]
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in archive.infolist()) > _LARGEST:
            raise _refusal(name, "over 1 GB when unpacked", "a workbook of reports")
        try:
            grids = _by_openpyxl(content, archive, name, remarks)
        except InputError:
            raise
        except Exception:
            if others := _by_calamine(content, archive, name, remarks):
                return others
            raise
        empty = not any(next(grid.rows(), None) for grid in grids)  # as the strict form looks to openpyxl
        return (empty and _by_calamine(content, archive, name, remarks)) or grids
    except InputError:
        raise
    except Exception as error:  # the readers and the XML below them raise whatever a broken file leads them to
        raise _refusal(name, shown(f"{type(error).__name__}: {error}"), "a readable table") from None


def _by_openpyxl(content: bytes, archive: zipfile.ZipFile, name: str, remarks: list[str]) -> list[Grid]:
    from openpyxl import load_workbook
    from openpyxl.utils import range_boundaries

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    grids = []
    for sheet in sheets:
        rows = list(_sheet_rows(sheet, name))
        part = str(sheet._worksheet_path)
        xml = archive.read(part) if part in archive.namelist() else b""
        found = re.findall(rb'mergeCell [^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"', xml)
        merged = _fill_merged(rows, (range_boundaries(ref.decode()) for ref in found))
        grids.append(Grid(sheet.title, rows.__iter__, [*remarks, *merged], _EPOCHS[book.epoch.year == 1904]))
    return grids


def _sheet_rows(sheet: Any, name: str) -> Iterator[Row]:
    """Yield the rows of a sheet that hold anything; a cell that openpyxl cannot read is a damaged one."""
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import VALUE_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_cell(self, element: Any) -> dict[str, Any]:
            before = self.col_counter
            try:
                cell: dict[str, Any] = super().parse_cell(element)
                if type(cell["value"]) in (int, float):
                    cell["value"] = _number(cell["value"], ReadOnlyCell(sheet, **cell).number_format)
            except Exception:
                self.col_counter += self.col_counter == before
                value = shown(element.findtext(VALUE_TAG) or "nothing")
                return {"row": self.row_counter, "column": self.col_counter, "value": Damaged(value, _READABLE)}
            return cell

    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        parser = Parser(source, sheet._shared_strings, data_only=True, epoch=book.epoch,
                        date_formats=book._date_formats, timedelta_formats=book._timedelta_formats)  # fmt: skip
        for number, found in parser.parse():
            cells = [None] * max((cell["column"] for cell in found), default=0)
            for cell in found:
                cells[cell["column"] - 1] = cell["value"]
            if whole := _trim(cells):
                last = max(number, last + 1)  # a number that is there twice loses no row
                _checked_width(whole, name, last)
                yield Row(last, whole)


def _number(value: float, form: str) -> Any:
    if "%" in (form or ""):
        return f"{100 * value:.10g}%"
    return int(value) if value == value and abs(value) < 1e15 and value == int(value) else value


def _by_calamine(content: bytes, archive: zipfile.ZipFile, name: str, remarks: list[str]) -> list[Grid]:
    """Read what openpyxl gives up: broken styles, properties and characters, and the strict form; [] where it cannot."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    if not _bounded(archive):
        return []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        seen = [sheet for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] or sheets
        early = re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")) is not None
        grids = []
        for each in seen:
            sheet = book.get_sheet_by_name(each.name)
            rows = []
            for number, line in enumerate(sheet.to_python(skip_empty_area=False), start=1):
                if cells := _trim([_number(cell, "") if type(cell) is float else cell for cell in line]):
                    _checked_width(cells, name, number)
                    rows.append(Row(number, cells))
            merged = [(left + 1, top + 1, right + 1, bottom + 1)
                      for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]  # fmt: skip
            said = [*remarks, _NO_FORMATS, *_fill_merged(rows, merged)]
            grids.append(Grid(each.name, rows.__iter__, said, _EPOCHS[early]))
    except (CalamineError, KeyError, ValueError, OSError):
        return []
    return grids if any(next(grid.rows(), None) for grid in grids) else []


def _bounded(archive: zipfile.ZipFile) -> bool:
    """Tell whether no sheet reaches so far that calamine, which keeps the empty cells too, would fill the memory."""
    from openpyxl.utils import column_index_from_string

    for part in archive.namelist():
        if part.startswith("xl/worksheets/"):
            cells = set(re.findall(rb"""\br=["']([A-Z]{0,3})(\d{1,9})["']""", archive.read(part)))
            width = max((column_index_from_string(letters.decode()) for letters, _ in cells if letters), default=1)
            if width * max((int(number) for _, number in cells), default=1) > _MOST_CELLS:
                return False
    return True


def _fill_merged(rows: list[Row], ranges: Iterable[tuple[int, int, int, int]]) -> list[str]:
    """Give every cell of a merged range (left, top, right, bottom) the value of its first, as it looks on the screen."""
    places = {row.number: place for place, row in enumerate(rows)}
    left_over, filled = _MERGED_CELLS, 0
    for left, top, right, bottom in ranges:
        right = min(right, _WIDEST)
        if top not in places or left > right or left > len(rows[places[top]].cells):
            continue
        value = rows[places[top]].cells[left - 1]
        covered = [place for number, place in places.items() if top <= number <= bottom]
        left_over -= len(covered) * (right - left + 1)
        if left_over < 0:
            break
        for place in covered:
            cells = [*rows[place].cells, *[None] * (right - len(rows[place].cells))]
            cells[left - 1 : right] = [value] * (right - left + 1)
            rows[place] = rows[place]._replace(cells=cells)
        filled += 1
    return [f"{filled} merged cells: each was read as if its value stood in every cell it covers."] if filled else []


# -- Parquet


def _read_parquet(path: Path) -> Grid:
    try:
        import pyarrow.parquet
    except ImportError:
        expected = "readable here without pyarrow: install it (pip install 'mls-kit[parquet]'), or save it as CSV"
        raise _refusal(path.name, shown(path.name), expected) from None

    def rows() -> Iterator[Row]:
        try:
            with pyarrow.parquet.ParquetFile(path) as table:
                heading = [str(name) for name in table.schema_arrow.names]
                _checked_width(heading, path.name, 1)
                yield Row(1, heading)
                batches = (zip(*map(_values, batch.columns), strict=True) for batch in table.iter_batches())
                for number, record in enumerate(chain.from_iterable(batches), start=2):
                    yield Row(number, record)
        except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
            if isinstance(error, InputError):
                raise
            raise _refusal(path.name, shown(error), "a readable table") from None

    return Grid("", rows, ["A Parquet file has no row numbers; its first record is called row 2, as in a spreadsheet."])


def _values(column: Any) -> list[Any]:
    """Return the values of a column; one that Python cannot hold is a damaged cell."""
    found: list[Any] = []
    for cell in column:
        try:
            found.append(cell.as_py())
        except (ValueError, OverflowError):
            found.append(Damaged(f"a {cell.type} out of range", _READABLE))
    return found
