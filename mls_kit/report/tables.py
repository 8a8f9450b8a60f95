"""A file of text as a table of cells: its encoding, its separator, and its rows, read piece by piece."""

from __future__ import annotations

import codecs
import csv
import io
import json
import pickle
import re
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, overload

from mls_kit.problems import InputError, Problem, shown

__all__ = [
    "EPOCHS",
    "PART",
    "WIDEST",
    "Grid",
    "Known",
    "Lines",
    "Row",
    "Spool",
    "encoding_of",
    "read_text",
    "refusal",
    "too_wide",
    "trim",
]

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE = 30  # rows that decide about separator and heading
_PIECE = 1 << 20  # bytes read at once
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", ""),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # it begins as UTF-16 does: asked first
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def encoding_of(path: Path) -> tuple[str, str]:
    """Return the encoding of a file of text, and its name in words, "" for UTF-8: by its mark, else by trying.

    Raises
    ------
    InputError
        It is no text in the encoding its beginning shows, or nothing, or bytes that mean no text.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.csv"
    ...     for codec in ("utf-8", "utf-16", "cp1252"):
    ...         _ = file.write_bytes("Zoë".encode(codec))
    ...         print(encoding_of(file))
    ('utf-8', '')
    ('utf-16', 'UTF-16')
    ('cp1252', 'Windows-1252')
    """
    with path.open("rb") as file:
        head = file.read(2000)
    tried = [(codec, said) for mark, codec, said in _MARKS if head.startswith(mark)][:1]
    for places, name in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if len(head) > 3 and places.count(0) > 0.6 * len(places):
            tried = tried or [(name, "UTF-16")]
    tried = tried or [("utf-8", ""), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1")]  # every byte is Latin-1
    for codec, said in tried:
        try:
            _check_text(path, codec)
        except UnicodeDecodeError as error:
            if codec == tried[-1][0]:
                value = f"broken text in {error.encoding} at byte {error.start}"
                raise refusal(path.name, value, "text in UTF-8") from None
            continue
        return codec, said
    raise AssertionError("the last one returns or raises")  # pragma: no cover


def _check_text(path: Path, codec: str) -> None:
    """Read a file to its end; what cannot be decoded is named by its place in the whole file."""
    decoder: Any = codecs.getincrementaldecoder(codec.removesuffix("-sig"))()  # which would count from after the mark
    done, blank = 0, True
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            waiting = len(decoder.getstate()[0])
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                error.start += done - waiting
                raise
            if "\0" in text:
                raise refusal(path.name, "bytes that are no text", "a readable table")
            blank = blank and not text.replace("\ufeff", "").strip()
            done += len(piece)
            if not piece:
                break
    if blank:
        raise refusal(path.name, "nothing", "a readable table")


def read_text(path: Path, known: Known) -> Grid:
    """Read a file of text.

    Parameters
    ----------
    path : path
    known : callable
        How many cells of a row are headings one knows; it decides which separator is meant.

    Raises
    ------
    InputError
        It is no text, or no table.
    """
    codec, encoding = encoding_of(path)
    wide = encoding in ("UTF-16", "UTF-32")
    remarks = [f"The text is {encoding}."] if wide else []
    if encoding and not wide:
        remarks.append(f"The text is not UTF-8; read as {encoding}. Look whether names with accents are right.")
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        remarks.append("The file is text, not the workbook its name says.")
    with _Text(path, codec) as text:
        said = re.fullmatch(r'"?sep=(.)"?\n', text.readline(20))
    with _Text(path, codec, lines=bool(said)) as text:
        separator = said[1] if said else _separator(text.read(200_000), known)
    if separator != ",":
        remarks.append(f"Cells are separated by {_SEPARATORS.get(separator, 'characters')}s ({separator!r}).")
    return Grid("", _rows(path, codec, bool(said), separator), remarks)


class _Text(io.TextIOWrapper):
    """A file's text with all line ends alike, from the line after so many."""

    def __init__(self, path: Path, codec: str, lines: int = 0) -> None:
        super().__init__(path.open("rb"), encoding=codec)
        for _ in range(lines):
            self.readline()


def _separator(text: str, known: Known) -> str:
    """Return the separator under which the first rows hold the most headings one knows, then the most cells."""
    sample = "\n".join(text.split("\n", 2 * _SAMPLE)[: 2 * _SAMPLE])

    def worth(separator: str) -> tuple[int, int]:
        best = (0, 0)
        try:
            for count, row in enumerate(csv.reader(io.StringIO(sample), delimiter=separator)):
                best = max(best, (known(row[:WIDEST]), len(row)))
                if count > _SAMPLE:
                    break
        except csv.Error:
            return best
        return best

    return max(_SEPARATORS, key=worth)


def _rows(path: Path, codec: str, lines: int, separator: str) -> Spool[Row]:
    """Read rows as they are; a blank one keeps its number."""
    rows: Spool[Row] = Spool()
    for strict in (True, False):
        rows = Spool()
        with _Text(path, codec, lines) as text:
            try:
                for row in csv.reader(text, delimiter=separator, strict=strict):
                    rows.append(row)
                    if len(row) > WIDEST and len(trim(row)) > WIDEST:
                        raise too_wide(path.name, len(rows))
            except csv.Error as error:
                if "unexpected end" in str(error) or "field limit" in str(error):
                    value = f"a quotation mark opened in row {len(rows) + 1}"
                    raise refusal(path.name, value, "closed again: the rows after it would be lost") from None
                if not strict:
                    raise refusal(path.name, shown(error), "a readable table") from None
                continue
        return rows
    return rows


Row = Sequence[Any]
Known = Callable[[Row], int]

WIDEST = 1_000  # columns; a real file has twenty
EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}  # day 0 of Excel's two calendars


@dataclass
class Grid:
    """One table of cells as a file holds it; row 1 is ``rows[0]``. Rows may differ in length.

    ``remarks`` say how the file was understood; ``epoch`` is day 0 for numbers that stand for days.
    """

    name: str
    rows: Spool[Row]
    remarks: list[str]
    epoch: date = EPOCHS[False]


def refusal(name: str, value: str, expected: str) -> InputError:
    """Return the error for a file that cannot be read; it names the file."""
    return InputError(shown(name), [Problem("file", value, expected)])


def too_wide(name: str, row: int) -> InputError:
    """Return the error for a row with more cells than any table of reports has."""
    return refusal(name, f"over {WIDEST:,} cells in row {row}", "a table of reports")


def trim(row: Row) -> Row:
    """Return a row without the empty cells at its end."""
    end = len(row)
    while end and (row[end - 1] is None or (isinstance(row[end - 1], str) and not row[end - 1].strip())):
        end -= 1
    return row if end == len(row) else row[:end]


Item = TypeVar("Item")
PART = 1000  # items kept together


def _hidden_file(owner: object) -> Any:
    """Return a file without a name, closed and gone with its owner.

    Raises
    ------
    InputError
        The folder for files that come and go cannot be written to.
    """
    try:
        file = tempfile.TemporaryFile(prefix="mls-kit-")  # noqa: SIM115  closed with its owner
    except OSError as error:
        raise _no_room(error) from None
    weakref.finalize(owner, file.close)
    return file


def _no_room(error: OSError) -> InputError:
    """Return an error that names the folder for files that come and go: it is neither what was read nor the output."""
    said = Problem("folder", error.strerror or str(error), "with room for the reports while plans are made (TMPDIR)")
    return InputError("The folder for temporary files", [said])


class Spool(Sequence[Item]):
    """A list that is added to, read from the start or by place, and changed by place.

    Raises
    ------
    InputError
        There is no room in the folder for files that come and go.

    Examples
    --------
    >>> spool = Spool(range(2500))
    >>> spool[1700] = -1
    >>> len(spool), spool[1699:1702], sum(1 for item in spool if item < 0)
    (2500, [1699, -1, 1701], 1)
    """

    def __init__(self, items: Any = ()) -> None:
        self._places: list[int] = []  # of each part in the file
        self._tail: list[Item] = []
        self._file: Any = None
        self._held, self._number, self._changed = list[Item](), -1, False
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        """Add an item at the end."""
        self._tail.append(item)
        if len(self._tail) == PART:
            self._places.append(self._write(self._tail))
            self._tail = []

    def __len__(self) -> int:
        return PART * len(self._places) + len(self._tail)

    def __iter__(self) -> Iterator[Item]:
        for number in range(len(self._places)):
            yield from self._part(number)
        yield from self._tail

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        number, within = divmod(self._known(place), PART)
        return self._part(number)[within]

    def __setitem__(self, place: int, item: Item) -> None:
        number, within = divmod(self._known(place), PART)
        self._part(number)[within] = item
        self._changed |= number == self._number

    def _known(self, place: int) -> int:
        whole = place + len(self) if place < 0 else place
        if not 0 <= whole < len(self):
            raise IndexError(place)
        return whole

    def _part(self, number: int) -> list[Item]:
        if number == len(self._places):
            return self._tail
        if number != self._number:
            if self._changed:
                self._places[self._number] = self._write(self._held)
            self._file.seek(self._places[number])
            self._held, self._number, self._changed = pickle.load(self._file), number, False  # only what was put there
        return self._held

    def _write(self, items: list[Item]) -> int:
        self._file = self._file or _hidden_file(self)
        try:
            place = int(self._file.seek(0, 2))
            pickle.dump(items, self._file, pickle.HIGHEST_PROTOCOL)
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from None
        return place


class Lines:
    """What JSON can hold, a line each, in a hidden file: found again by its place, or one after another.

    Raises
    ------
    InputError
        There is no room in the folder for files that come and go.

    Examples
    --------
    >>> lines = Lines()
    >>> places = [lines.add(value) for value in ([1, 2], {"a": "é"})]
    >>> lines.at(places[1]), list(lines)
    ({'a': 'é'}, [[1, 2], {'a': 'é'}])
    """

    def __init__(self) -> None:
        self._file = _hidden_file(self)
        self._end = self._at = 0

    def add(self, value: Any) -> int:
        """Add a value at the end; return its place."""
        place, line = self._end, json.dumps(value).encode() + b"\n"
        try:
            if self._at != place:
                self._file.seek(place)
            self._file.write(line)
        except OSError as error:
            raise _no_room(error) from None
        self._end = self._at = place + len(line)
        return place

    def at(self, place: int) -> Any:
        """Return the value at a place."""
        return json.loads(self._line(place))

    def __iter__(self) -> Iterator[Any]:
        place = 0
        while place < self._end:  # several may read at once
            line = self._line(place)
            place += len(line)
            yield json.loads(line)

    def _line(self, place: int) -> bytes:
        try:
            self._file.seek(place)  # what was added last is written out first
        except OSError as error:
            raise _no_room(error) from None
        line: bytes = self._file.readline()
        self._at = place + len(line)
        return line
