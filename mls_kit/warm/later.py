"""What importing nbformat loads and hardly any notebook uses is loaded when it is first used: two seconds saved.

jsonschema takes a whole grammar of web addresses with it, to check a format that notebooks do not have.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

__all__ = ["put_off"]

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
