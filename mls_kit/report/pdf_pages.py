"""The pages of a PDF as words with their places and a picture each, read by a process that may be lost without harm."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mls_kit.problems import InputError, Problem, shown
from mls_kit.report import pdf_child

# Of the libraries that read PDFs this one sees what a person sees. Measured on a report of one page, in an environment of its
# own: pypdfium2 9 MB, 0.09 s to import, 6 ms for words, places and picture; pypdf 2 MB, 0.3 s, 23 ms, and neither shapes nor
# places of words; pdfplumber 55 MB (with cryptography), 0.25 s, 35 ms, shapes as a list of curves without what covers what.
LARGEST = 20 * 2**20  # bytes; a report has a tenth of one MB
SECONDS = 10.0  # for one file; a report takes less than one
_KINDS = {
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture", b"PK\x03\x04": "an Office file or an archive",
    b"\xd0\xcf\x11\xe0": "an Office file", b"<!do": "a web page", b"<htm": "a web page", b"{\\rt": "an RTF text",
}  # fmt: skip


class Word(NamedTuple):
    """A word and where it stands, in pixels of its page's picture."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, eq=False)
class Page:
    """One page: its words from top to bottom, and what it looks like (rows, columns, red-green-blue)."""

    words: list[Word]
    picture: np.ndarray
    objects: int  # texts, lines, pictures: anything drawn


class PdfReader:
    """Reads PDFs one after another in a process of its own, which is ended when a file takes too long or breaks it.

    >>> with PdfReader() as reader:
    ...     reader.pages(b"", "mine.pdf")
    Traceback (most recent call last):
    ...
    mls_kit.problems.InputError: mine.pdf: 1 mistake
      - file: 'an empty file' is not a score report saved as PDF.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PdfReader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def pages(self, content: bytes, name: str) -> list[Page]:
        """Return the pages of a PDF; an InputError says what it is instead, and what to do."""
        if len(content) > LARGEST:
            raise refusal(name, f"a file of {len(content) / 2**20:.0f} MB", "a score report: a report has less than 1 MB")
        if b"%PDF-" not in content[:1024]:
            kinds = (words for head, words in _KINDS.items() if content[:4].lower().startswith(head.lower()))
            raise refusal(name, next(kinds, "no PDF" if content.strip() else "an empty file"), "a score report saved as PDF")
        said = self._ask(content)
        if why := said.get("refused"):
            value, expected = _REFUSED[why]
            raise refusal(name, value.format(said.get("count", "")), expected)
        pages = [_page(number, found) for number, found in enumerate(said["pages"], start=1)]
        if not any(page.words for page in pages):
            there = "a PDF without text, such as a scan" if any(page.objects for page in pages) else "an empty PDF"
            raise refusal(name, there, "a report with text in it: type what the report says")
        return pages

    def _ask(self, content: bytes) -> dict[str, Any]:
        """Ask the process; without an answer it is ended, and the next file gets another."""
        if self._child is None:
            command = [sys.executable, "-P", str(Path(pdf_child.__file__))]
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        child, late = self._child, threading.Event()
        assert child.stdin is not None
        assert child.stdout is not None

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self._seconds, end)
        timer.start()
        try:
            child.stdin.write(len(content).to_bytes(8, "big") + content)
            child.stdin.flush()
            answer: dict[str, Any] = json.loads(child.stdout.read(int.from_bytes(child.stdout.read(8), "big")))
        except (OSError, ValueError):  # it is gone: a broken pipe, or half an answer
            self.__exit__()
            return {"refused": "slow" if late.is_set() else "broken", "count": f"{self._seconds:g}"}
        finally:
            timer.cancel()
        if late.is_set():  # it was ended after its answer
            self.__exit__()
        return answer


_AGAIN = "open it in a browser, and print it into a new PDF"
_REFUSED = {
    "password": ("a PDF with a password", f"readable: {_AGAIN} without one"),
    "damaged": ("a damaged PDF", f"readable: {_AGAIN}, or download it again"),
    "broken": ("a PDF that breaks the program that reads it", f"readable: {_AGAIN}"),
    "slow": ("a PDF that takes over {} seconds to read", f"readable: {_AGAIN}"),
    "pages": ("a PDF of {} pages", f"a score report: a report has at most {pdf_child.MOST_PAGES} pages"),
    "long": ("a PDF with the text of a book", "a score report: a report has a page or two"),
}


def refusal(name: str, value: str, expected: str) -> InputError:
    """Return what is said of a file that is no report."""
    return InputError(shown(name), [Problem("file", value, expected)])


def _page(number: int, found: dict[str, Any]) -> Page:
    """Return a page as the process described it; ligatures become letters."""
    words = [Word(unicodedata.normalize("NFKC", text).strip() or text, number, *box) for text, *box in found["words"]]
    pixels = np.frombuffer(zlib.decompress(base64.b64decode(found["picture"])), np.uint8)
    return Page(words, pixels.reshape(found["height"], found["width"], 3), found["objects"])
