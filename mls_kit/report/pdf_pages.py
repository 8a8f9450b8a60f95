"""The pages of a PDF as words with their places and a picture each, read by a process of its own for each, which may be lost."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mls_kit.report import pdf_child
from mls_kit.report.grid import refusal

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


def pages_of(content: bytes, name: str) -> list[Page]:
    """Return the pages of a PDF; an InputError says what it is instead, and what to do."""
    if len(content) > LARGEST:
        raise refusal(name, f"a file of {len(content) / 2**20:.0f} MB", "a score report. A report has less than 1 MB")
    if b"%PDF-" not in content[:1024]:
        kinds = (words for head, words in _KINDS.items() if content[:4].lower().startswith(head.lower()))
        raise refusal(name, next(kinds, "no PDF" if content.strip() else "an empty file"), "a score report saved as PDF")
    said = _read_apart(content)
    if why := said.get("refused"):
        value, expected = _REFUSED[why]
        raise refusal(name, value.format(said.get("count", "")), expected)
    pages = [_page(number, found) for number, found in enumerate(said["pages"], start=1)]
    if not any(page.words for page in pages):
        there = "a PDF without text, such as a scan" if any(page.objects for page in pages) else "an empty PDF"
        raise refusal(name, there, "a report with text in it. Type what the report says")
    return pages


def _read_apart(content: bytes) -> dict[str, Any]:
    """Return what the process says of a PDF, or that there was no answer."""
    command = [sys.executable, "-P", str(Path(pdf_child.__file__))]
    try:
        done = subprocess.run(command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS)
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"refused": "slow", "count": f"{SECONDS:g}"}
    except (OSError, ValueError):  # it broke: half an answer, or none
        return {"refused": "broken"}
    return answer


_AGAIN = "Open it in a browser, and print it into a new PDF"
_REFUSED = {
    "password": ("a PDF with a password", f"readable. {_AGAIN} without one"),
    "damaged": ("a damaged PDF", f"readable. {_AGAIN}, or download it again"),
    "broken": ("a PDF that breaks the program that reads it", f"readable. {_AGAIN}"),
    "slow": ("a PDF that takes over {} seconds to read", f"readable. {_AGAIN}"),
    "pages": ("a PDF of {} pages", f"a score report. A report has at most {pdf_child.MOST_PAGES} pages"),
    "long": ("a PDF with the text of a book", "a score report. A report has a page or two"),
}


def _page(number: int, found: dict[str, Any]) -> Page:
    """Return a page as the process described it; ligatures become letters."""
    words = [Word(unicodedata.normalize("NFKC", text).strip() or text, number, *box) for text, *box in found["words"]]
    pixels = np.frombuffer(zlib.decompress(base64.b64decode(found["picture"])), np.uint8)
    return Page(words, pixels.reshape(found["height"], found["width"], 3), found["objects"])
