"""Files are written whole or not at all, and no cell of a table is run as a formula."""

from __future__ import annotations

import os
import sys
import tempfile
import unicodedata
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["harmless", "put_off", "write_whole", "write_whole_bytes"]


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


GRAMMAR, CHECK = "rfc3987_syntax", "is_valid_syntax"


def put_off(name: str = GRAMMAR, function: str = CHECK) -> None:
    """Let a module be imported without being loaded; whatever is asked of it loads it.

    Parameters
    ----------
    name : str
    function : str
        A function that others import from it by name: calling it loads the module.

    Examples
    --------
    >>> put_off("this_module_is_not_installed")
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec is None or spec.origin is None:
        return
    waiting = module_from_spec(spec)  # not executed: submodules are found, and nothing else is there

    def loaded() -> ModuleType:
        if sys.modules.get(name) is waiting:
            del sys.modules[name]
        return import_module(name)

    def call(*given: Any, **named: Any) -> Any:
        return getattr(loaded(), function)(*given, **named)

    def ask(attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return getattr(loaded(), attribute)

    waiting.__dict__.update({function: call, "__getattr__": ask})
    sys.modules[name] = waiting
