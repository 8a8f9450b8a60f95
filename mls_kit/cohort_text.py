"""A file of text as a table of cells: its encoding, its separator, and its rows, read piece by piece."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Any

from mls_kit.cohort_grid import WIDEST, Grid, Known, Row, refusal, too_wide, trim
from mls_kit.problems import shown
from mls_kit.spool import Spool

__all__ = ["encoding_of", "read_text"]

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
