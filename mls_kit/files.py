"""Files are written whole or not at all, and no cell of a table is run as a formula."""

from __future__ import annotations

import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole_bytes(path: Path, content: bytes) -> None:
    """Write a file for its owner alone under a temporary name and rename it: it is whole, or nothing is left behind."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_whole(path: Path, text: str) -> None:
    """Write text as ``write_whole_bytes`` does, in UTF-8."""
    write_whole_bytes(path, text.encode("utf-8"))


def harmless(cell: object) -> str:
    """Return a cell as text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(" ＝1+1"), harmless(-3), harmless("a=b")
    ("'=1+1", "' ＝1+1", '-3', 'a=b')
    """
    text = str(cell)
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]
    risky = first in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if risky and not isinstance(cell, int | float) else text


# what papermill and its kernel load where it is installed, do without elsewhere, and need for nothing here: a grammar of
# international addresses (1.3 s), Amazon's client (0.2 s), a debugger that nobody can attach (0.1 s)
UNUSED = ("rfc3987_syntax", "boto3", "debugpy")


@contextmanager
def without_unused() -> Iterator[None]:
    """Import in this block as if some large packages were not installed; whoever asks for them later gets them."""
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
