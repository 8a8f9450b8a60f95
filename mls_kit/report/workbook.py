"""How is a workbook read? With openpyxl, which knows the formats of numbers; what it gives up is mended first, or read by calamine.

Measured on 24 kinds of damage: openpyxl alone read 10 of them, calamine 15, without formats of numbers; openpyxl after what
it stumbles over was taken away (``_mended``), 22. 100,000 rows take openpyxl 8 s, calamine 2 s.
"""

from __future__ import annotations

import bisect
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from mls_kit.problems import InputError, shown
from mls_kit.report.grid import (
    BROKEN,
    EPOCHS,
    NO_TEXT,
    READABLE,
    WIDEST,
    Damaged,
    Grid,
    Row,
    checked_width,
    refusal,
    trim,
)

_LARGEST = 2**30  # bytes of a workbook when unpacked
_MOST_CELLS = 20_000_000  # of a sheet that is read as a whole, the empty ones between others too
_MERGED_CELLS = 1_000_000  # cells filled from merged ones
_NAMED = 10  # rows that a remark names one by one
_NO_FORMATS = (
    "Its values were read, its number formats were not: look at percentages, days, and ids that begin with zeros."
)
_DAMAGED = f"The workbook is damaged. {_NO_FORMATS}"
_OLD = f"The workbook is of the old kind (.xls). {_NO_FORMATS}"
_NO_VALUE = (
    "a stored value: the cell holds a formula without one. Open the file in the spreadsheet program, and save it"
)
_NO_DAY = "a day: its number is out of range"
_TWICE = "one value: two cells have this place"
_ENDS = "readable from here on: the rest of the sheet is lost, because the workbook is damaged"
_STRICT = ((b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
           (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"))  # fmt: skip
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#x?0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|1[124-9]|2\d|3[01]);")
_CELL = re.compile(rb"<((?:\w+:)?)c\b[^>]*(?:/>|(?<!/)>.*?</(?:\w+:)?c>)", re.S)
_LITERALS = r'((?:"[^"]*"|\\.)*)'
_ZEROS = re.compile(rf"{_LITERALS}(0{{2,}}){_LITERALS}")  # 00042: as many digits as zeros


def read_workbook(path: Path, remarks: list[str]) -> list[Grid]:
    """Return the sheets of a workbook; ``remarks``: what is said of it already."""
    content, name = path.read_bytes(), path.name
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in archive.infolist()) > _LARGEST:
            raise refusal(name, "over 1 GB when unpacked", "a workbook of reports")
        tries = (
            lambda: _by_openpyxl(content, name, remarks),
            lambda: _by_openpyxl(_mended(archive), name, remarks, mended=True),
            lambda: _by_calamine(content, name, [*remarks, _DAMAGED], archive),
        )
        found, why = list[Grid](), None
        for read in tries:
            try:
                found = read() or found
            except InputError:
                raise
            except Exception as error:  # the readers and the XML below them raise whatever a broken file leads them to
                why = why or error
            if any(next(grid.rows(), None) for grid in found):  # the strict form looks empty to openpyxl
                return found
        if why and not found:
            raise why
        return found
    except InputError:
        raise
    except Exception as error:
        raise refusal(name, shown(f"{type(error).__name__}: {error}"), "a readable table") from None


def read_old_workbook(path: Path) -> list[Grid]:
    """Return the sheets of an .xls file."""
    if grids := _by_calamine(path.read_bytes(), path.name, [_OLD]):
        return grids
    raise refusal(path.name, "an Excel file of the old kind (.xls), or one with a password", "saved as .xlsx")


def _mended(archive: zipfile.ZipFile) -> bytes:
    """Return a workbook without what openpyxl stumbles over: properties, colors and fonts, the strict form's names, bad signs."""
    parts = {part: archive.read(part) for part in archive.namelist() if not part.startswith("docProps/")}
    for part, text in parts.items():
        if part.endswith((".xml", ".rels")):
            for strict, usual in _STRICT:
                text = text.replace(strict, usual)
            text = text if text[:2] in (b"\xff\xfe", b"\xfe\xff") else text.decode("utf-8", "replace").encode()
            text = _NO_XML.sub(BROKEN.encode(), text)
            parts[part] = re.sub(rb"&(?!#?\w{1,10};)", b"&amp;", text)
            if part.startswith("xl/worksheets/") and not _is_xml(parts[part]):
                parts[part] = _CELL.sub(_mended_cell, parts[part])
    styles = parts.get("xl/styles.xml", b"")
    for look in (
        b"fonts",
        b"fills",
        b"borders",
        b"cellStyleXfs",
        b"cellStyles",
        b"dxfs",
        b"tableStyles",
        b"colors",
        b"extLst",
    ):
        styles = re.sub(rb"<((?:\w+:)?%b)\b[^>]*?(?:/>|>.*?</\1>)" % look, b"", styles, flags=re.S)
    if _is_xml(styles):
        parts["xl/styles.xml"] = styles
    else:
        parts.pop("xl/styles.xml", None)
        for part in parts:
            if part.startswith("xl/worksheets/"):
                parts[part] = re.sub(rb'(<(?:\w+:)?c\b[^>]*?)\ss="\d*"', rb"\1", parts[part])
    mended = io.BytesIO()
    with zipfile.ZipFile(mended, "w") as new:
        for part, text in parts.items():
            new.writestr(part, text)
    return mended.getvalue()


def _is_xml(text: bytes) -> bool:
    from openpyxl.xml.functions import fromstring

    try:
        fromstring(text)
    except Exception:  # of several kinds, by the parser there is
        return False
    return True


def _mended_cell(found: re.Match[bytes]) -> bytes:
    """Return a cell as it is, or if it is no XML by itself, with what can be seen of it, marked as broken."""
    if _is_xml(b'<c xmlns:x="x">%s</c>' % re.sub(rb"(</?)\w+:", rb"\1", found[0])):
        return found[0]
    place = re.search(rb'\sr="[A-Z]{1,3}\d{1,7}"', found[0])
    seen = re.sub(rb"<[^>]*>|[<>&]", b" ", found[0]).strip()
    return b'<%sc%s t="str"><%sv>%s%s</%sv></%sc>' % (
        found[1],
        place[0] if place else b"",
        found[1],
        BROKEN.encode(),
        seen,
        found[1],
        found[1],
    )


def _by_openpyxl(content: bytes, name: str, remarks: list[str], mended: bool = False) -> list[Grid]:
    from openpyxl import load_workbook
    from openpyxl.utils import range_boundaries

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it says of colors and rules of a sheet is of no use here
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    with book._archive as archive:
        unstyled = "xl/styles.xml" not in archive.namelist()
        if unstyled and not mended:
            raise KeyError("styles")
        remarks = [*remarks, *[_DAMAGED] * unstyled]
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        if hidden := [repr(shown(sheet.title)) for sheet in book.worksheets if sheet not in seen]:
            remarks.append(f"Hidden sheets were not read: {', '.join(hidden)}.")
        grids = []
        for sheet in seen:
            reading = _SheetRows(sheet, name, mended)
            rows = list(reading)
            part = str(sheet._worksheet_path)
            xml = archive.read(part) if part in archive.namelist() else b""
            found = re.findall(rb'mergeCell [^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"', xml)
            merged = _fill_merged(rows, (range_boundaries(ref.decode()) for ref in found))
            said = [*remarks, *reading.remarks(), *merged]
            grids.append(Grid(sheet.title, rows.__iter__, said, EPOCHS[book.epoch.year == 1904]))
    return grids


class _SheetRows:
    """The rows of a sheet that hold anything; a cell that openpyxl cannot read is a damaged one."""

    def __init__(self, sheet: Any, name: str, mended: bool) -> None:
        self.sheet, self.name, self.mended = sheet, name, mended
        self.hidden: list[int] = []
        self.moved = 0  # rows whose number was there before

    def __iter__(self) -> Iterator[Row]:
        from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser, iterparse

        book, last = self.sheet.parent, 0
        with self.sheet._get_source() as source:
            parser = WorkSheetParser(source, self.sheet._shared_strings, data_only=True, epoch=book.epoch,
                                     date_formats=book._date_formats, timedelta_formats=book._timedelta_formats)  # fmt: skip
            cells_of = _Cells(parser, book, self.mended)
            try:
                for _, element in iterparse(source):
                    if element.tag == DATA_TAG:
                        break
                    if element.tag != ROW_TAG:
                        continue
                    parser.row_counter, parser.col_counter = _row_number(element.get("r"), parser.row_counter), 0
                    cells = cells_of.row(element)
                    if whole := trim(cells):
                        self.moved += parser.row_counter <= last
                        last = max(parser.row_counter, last + 1)  # a number that is there twice loses no row
                        checked_width(whole, self.name, last)
                        if element.get("hidden") in ("1", "true"):
                            self.hidden.append(last)
                        yield Row(last, whole)
                    element.clear()
            except ParseError as error:
                if not self.mended:
                    raise
                yield Row(last + 1, [Damaged(shown(error), _ENDS)])

    def remarks(self) -> list[str]:
        """Say what a person may not expect to be read."""
        said = []
        if self.hidden:
            more = f" and {len(self.hidden) - _NAMED} more" if len(self.hidden) > _NAMED else ""
            rows = ", ".join(map(str, self.hidden[:_NAMED]))
            said.append(f"Hidden rows were read too: {len(self.hidden)} (row {rows}{more}).")
        if self.moved:
            said.append(f"{self.moved} rows repeat the number of another: they were counted on from the row before.")
        return said


def _row_number(said: str | None, last: int) -> int:
    return int(said) if said and said.isdecimal() and len(said) < 9 else last + 1


class _Cells:
    """Reads the cells of a row."""

    def __init__(self, parser: Any, book: Any, mended: bool) -> None:
        from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG

        self.parser, self.book, self.mended = parser, book, mended
        self.formula, self.value = FORMULA_TAG, VALUE_TAG
        self.forms: dict[int, str] = {}  # of numbers, by style

    def row(self, element: Any) -> list[Any]:
        """Return the cells of a row, empty ones too."""
        cells: list[Any] = []
        for each in element:
            before = self.parser.col_counter
            try:
                value = self._cell(each)
            except Exception:
                self.parser.col_counter += self.parser.col_counter == before
                value = Damaged(shown(each.findtext(self.value) or "nothing"), READABLE)
            place = self.parser.col_counter - 1
            if place >= len(cells):
                cells += [None] * (place + 1 - len(cells))
            cells[place] = value if cells[place] is None else Damaged(f"{cells[place]} and {value}", _TWICE)
        return cells

    def _cell(self, element: Any) -> Any:
        cell = self.parser.parse_cell(element)
        value = cell["value"]
        if type(value) in (int, float):
            return _number(value, self._form(cell["style_id"]))
        if value is None:
            formula = element.find(self.formula)
            if formula is not None and element.get("t") != "str":
                return Damaged(shown(f"={formula.text or '...'}"), _NO_VALUE)
        elif cell["data_type"] == "e" and element.get("t", "n") == "n":
            return Damaged(shown(element.findtext(self.value)), _NO_DAY)
        elif self.mended and isinstance(value, str) and BROKEN in value:
            return Damaged(shown(value), NO_TEXT)
        return value

    def _form(self, style: int) -> str:
        if style not in self.forms:
            from openpyxl.cell.read_only import ReadOnlyCell

            self.forms[style] = ReadOnlyCell(self.book.worksheets[0], 1, 1, 0, style_id=style).number_format or ""
        return self.forms[style]


def _number(value: float, form: str) -> Any:
    """Return a number as it is shown, where its format changes what it says."""
    if "%" in form:
        return f"{100 * value:.10g}%"
    if value != value or abs(value) >= 1e15 or value != int(value):
        return value
    zeros = _ZEROS.fullmatch(form) if form != "General" else None
    if zeros and value >= 0:
        before, after = (re.sub(r'"([^"]*)"|\\(.)', r"\1\2", text) for text in (zeros[1], zeros[3]))
        return f"{before}{int(value):0{len(zeros[2])}d}{after}"
    return int(value)


def _by_calamine(content: bytes, name: str, remarks: list[str], archive: zipfile.ZipFile | None = None) -> list[Grid]:
    """Read what openpyxl gives up, and old workbooks, for which there is no archive; [] where it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    if archive and not _bounded(archive):
        return []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        seen = [sheet for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] or sheets
        early = archive and re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")) is not None
        grids = []
        for each in seen:
            sheet = book.get_sheet_by_name(each.name)
            rows = []
            for number, line in enumerate(sheet.to_python(skip_empty_area=False), start=1):
                if cells := trim([_number(cell, "") if type(cell) is float else cell for cell in line]):
                    checked_width(cells, name, number)
                    rows.append(Row(number, cells))
            merged = [(left + 1, top + 1, right + 1, bottom + 1)
                      for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]  # fmt: skip
            grids.append(Grid(each.name, rows.__iter__, [*remarks, *_fill_merged(rows, merged)], EPOCHS[bool(early)]))
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
    numbers = [row.number for row in rows]
    left_over, filled = _MERGED_CELLS, 0
    for left, top, right, bottom in ranges:
        right = min(right, WIDEST)
        first, end = bisect.bisect_left(numbers, top), bisect.bisect_right(numbers, bottom)
        if first == end or numbers[first] != top or left > right or left > len(rows[first].cells):
            continue
        value = rows[first].cells[left - 1]
        left_over -= (end - first) * (right - left + 1)
        if left_over < 0:
            break
        for place in range(first, end):
            cells = [*rows[place].cells, *[None] * (right - len(rows[place].cells))]
            cells[left - 1 : right] = [value] * (right - left + 1)
            rows[place] = rows[place]._replace(cells=cells)
        filled += 1
    return [f"{filled} merged cells: each was read as if its value stood in every cell it covers."] if filled else []
