"""A process of its own that reads a PDF: words with their places, and a picture of each page. Nothing a file does leaves it.

It imports nothing of the kit, so that it is there in a tenth of a second. The PDF comes on its standard input; what it says
is JSON.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import os
import sys
import unicodedata
import zlib
from typing import Any

MOST_PAGES, MOST_CHARACTERS, MOST_MEMORY = 12, 30_000, 2**31
_PIXELS = 1_200_000  # of a page's picture
_SCALE = 1.5  # pixels a point
_BLANK = {0, 0xFFFE, 0xFEFF, 0xFFFF, 0x200B}
_HYPHEN = 0x02  # how PDFium hands over a hyphen at the end of a line


def read(content: bytes) -> dict[str, Any]:
    """Return the pages of a PDF, or why there are none: ``password``, ``damaged``, ``pages`` or ``long``."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(content)
        count = len(pdf)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (4, 5) or "assword" in str(error)
        return {"refused": "password" if locked else "damaged"}
    if count > MOST_PAGES:
        return {"refused": "pages", "count": count}
    pages, characters = [], 0
    for number in range(count):
        try:
            page, found = _page(pdf, number, MOST_CHARACTERS - characters)
        except pypdfium2.PdfiumError:
            return {"refused": "damaged"}
        characters += found
        if characters > MOST_CHARACTERS:
            return {"refused": "long"}
        pages.append(page)
    return {"pages": pages} if pages else {"refused": "damaged"}


def _page(pdf: Any, number: int, most: int) -> tuple[dict[str, Any], int]:
    import pypdfium2.raw as raw

    page = pdf[number]
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:  # what was typed into fields is text
        page = pdf[number]
    text = page.get_textpage()
    count = text.count_chars()
    if count > most:
        return {}, count
    across, down = page.get_size()
    scale = min(_SCALE, (_PIXELS / max(across * down, 1)) ** 0.5)
    picture = page.render(scale=scale, rev_byteorder=True)
    pixels, width = bytes(picture.buffer), 3 * picture.width
    lines = b"".join(pixels[start : start + width] for start in range(0, len(pixels), picture.stride))
    place = picture.get_posconv(page)
    return {
        "width": picture.width,
        "height": picture.height,
        "picture": base64.b64encode(zlib.compress(lines, 1)).decode(),
        "words": _words(text, count, raw, place),
        "objects": sum(1 for _ in page.get_objects(max_depth=2)),
    }, count


def _words(text: Any, count: int, raw: Any, place: Any) -> list[tuple[str, float, float, float, float]]:
    """Return the words of a page: text, left, top, right, bottom, in pixels of its picture."""
    words: list[tuple[str, float, float, float, float]] = []
    letters, box = "", (0.0, 0.0, 0.0, 0.0)
    loose = raw.FS_RECTF()

    def flush() -> None:
        nonlocal letters
        if letters:
            (x, y), (x2, y2) = place.to_bitmap(box[0], box[3]), place.to_bitmap(box[2], box[1])
            words.append((letters, min(x, x2), min(y, y2), max(x, x2), max(y, y2)))
        letters = ""

    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        letter = "-" if code == _HYPHEN else chr(code) if code not in _BLANK and code < 0x110000 else " "
        if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cs", "Zs"):
            flush()
            continue
        if unicodedata.category(letter) == "Cf":  # a soft hyphen
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(loose)):
            continue
        found = (loose.left, loose.bottom, loose.right, loose.top)
        size = max(found[3] - found[1], 1.0)
        if letters and (
            found[0] - box[2] > 0.3 * size or found[0] < box[0] - 0.5 * size or abs(found[1] + found[3] - box[1] - box[3]) > size
        ):
            flush()
        box = found if not letters else (
            min(box[0], found[0]), min(box[1], found[1]), max(box[2], found[2]), max(box[3], found[3]))  # fmt: skip
        letters += letter
    flush()
    return words


def _bounded() -> None:
    """Let no file fill the memory, where the system can say so."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bounded()
    out = os.dup(1)
    os.dup2(2, 1)  # whatever the library prints is no answer
    try:
        said = read(sys.stdin.buffer.read())
    except (MemoryError, OverflowError, ValueError, OSError):
        said = {"refused": "damaged"}
    with os.fdopen(out, "w") as answer:
        json.dump(said, answer)
