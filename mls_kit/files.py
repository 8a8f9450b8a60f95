"""Files are written whole or not at all, and no cell of a table is run as a formula."""

from __future__ import annotations

import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["harmless", "without_grammar", "write_whole", "write_whole_bytes"]


def write_whole_bytes(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it, so that what is there is whole; readable by its owner alone.

    Raises
    ------
    OSError
        The file cannot be written; nothing is left behind.
    """
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

    Examples
    --------
    >>> harmless("=1+1"), harmless(" ＝1+1"), harmless(-3), harmless("a=b")
    ("'=1+1", "' ＝1+1", '-3', 'a=b')
    """
    text = str(cell)
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]
    risky = first in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if risky and not isinstance(cell, int | float) else text


@contextmanager
def without_grammar() -> Iterator[None]:
    """Import in this block without the grammar of international addresses, a second and a half that nothing here uses.

    jsonschema loads it when papermill or nbformat are imported, and does without where it is not installed.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]  # whoever asks for it later gets it
