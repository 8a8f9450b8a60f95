"""What a forked child does: it takes its limits, does one piece of work, tells of it, and ends."""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import random
import resource
import signal
import socket
import sys
import traceback
import weakref
from contextlib import suppress
from importlib import import_module
from typing import Any

__all__ = ["in_child", "main", "tell"]

_work: socket.socket | None = None
_PR_SET_PDEATHSIG = 1


def in_child() -> bool:
    """Return whether this process is a child of a warm parent."""
    return _work is not None


def tell(**message: Any) -> None:
    """Tell the caller something, as one line of JSON."""
    assert _work is not None
    _work.sendall(json.dumps(message).encode() + b"\n")


def main(work: socket.socket) -> None:
    """Do the work that arrives on a socket; never come back.

    The work is a function, named ``module:function``, and what it is given; both it and its result are JSON: nothing
    that notebooks' code could have made is unpickled anywhere.
    """
    global _work
    _work = work
    code = 0
    _leave_parent()
    with work.makefile("rb") as lines:
        asked = json.loads(lines.readline())
    try:
        _settle(asked)
        module, _, function = asked["function"].partition(":")
        tell(result=getattr(import_module(module), function)(asked["value"]))
    except BaseException as error:
        code = 1
        tell(failed=_words(error), kind=type(error).__name__, parts=_parts(error))
    with suppress(BaseException):
        atexit._run_exitfuncs()  # those of the notebook: the parent's were left behind
        sys.stdout.flush()
    os._exit(code)


def _words(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "MemoryError: more memory than is allowed"
    return "".join(traceback.format_exception_only(error)).strip()


def _parts(error: BaseException) -> dict[str, Any] | None:
    """Return the parts of papermill's error, which is made again at the caller's end."""
    names = ("cell_index", "exec_count", "source", "ename", "evalue", "traceback")
    return {name: getattr(error, name) for name in names} if all(hasattr(error, name) for name in names) else None


def _leave_parent() -> None:
    """Become a process of its own: group, signals, exit functions, chance."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # no child outlives a killed parent
    signal.signal(signal.SIGINT, signal.default_int_handler)
    atexit._clear()  # as multiprocessing does: what the parent wants done at its end is not the child's business
    for finalizer in list(getattr(weakref.finalize, "_registry", ())):
        finalizer.atexit = False
    atexit.register(weakref.finalize._exitfunc)  # type: ignore[attr-defined]
    del sys.path[0]  # where the parent found this package
    random.seed()  # or all learners would draw the same numbers
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _settle(asked: dict[str, Any]) -> None:
    """Take the caller's folder and environment, and the limits."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    if asked["memory_limit"]:
        with open("/proc/self/statm") as file:
            there = int(file.read().split()[0]) * resource.getpagesize()
        most = there + int(asked["memory_limit"] * 2**20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
