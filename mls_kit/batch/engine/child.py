"""In the forked subprocess: set the limits, do one piece of work, report over a socket, exit."""

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
import tempfile
import traceback
import weakref
from contextlib import suppress
from importlib import import_module
from typing import Any

_work: socket.socket | None = None
_pid = 0
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def tell(**message: Any) -> None:
    """Send a message to the caller, as one line of JSON."""
    assert _work is not None
    if os.getpid() != _pid:  # a fork that a cell made and that went on: the notebook is not its to tell of
        os._exit(0)
    _work.sendall(json.dumps(message).encode() + b"\n")


def main(work: socket.socket) -> None:
    """Do the work that arrives on a socket, a ``module:function`` and its value, and exit; never returns."""
    global _work, _pid
    _work, _pid = work, os.getpid()
    code = 0
    leave_parent()
    with work.makefile("rb") as lines:
        asked = json.loads(lines.readline())  # JSON: nothing that a notebook's code could have made is ever unpickled
    try:
        _settle(asked)
        module, _, function = asked["function"].partition(":")
        tell(result=getattr(import_module(module), function)(asked["value"]))
    except (SystemExit, KeyboardInterrupt) as error:  # raised where no cell was running: ends a kernel of its own too
        code = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else 1
    except BaseException as error:
        code = 1
        words = "".join(traceback.format_exception_only(error)).strip()
        if isinstance(error, MemoryError):
            words = "MemoryError: more memory than is allowed"
        tell(failed=words, kind=type(error).__name__)
    with suppress(BaseException):
        atexit._run_exitfuncs()  # those of the notebook: the parent's were left behind
        sys.stdout.flush()
    os._exit(code)


def leave_parent() -> None:
    """Become a process of its own: process group, signals, exit functions, random seeds."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # no child outlives a killed parent
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    atexit._clear()  # as multiprocessing does: the parent's exit functions are not the child's
    for finalizer in list(getattr(weakref.finalize, "_registry", ())):
        finalizer.atexit = False
    atexit.register(weakref.finalize._exitfunc)  # type: ignore[attr-defined]
    del sys.path[0]  # where the parent found this package
    random.seed()  # or all learners would draw the same numbers
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def adopt_orphans() -> None:
    """Become the parent of whatever this process's descendants leave behind, also of what has made itself independent."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _settle(asked: dict[str, Any]) -> None:
    """Take over the caller's folder and environment, and set the memory limit."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    tempfile.tempdir = None  # the parent's: the caller may name another
    if asked["memory_limit"]:
        with open("/proc/self/statm") as file:
            there = int(file.read().split()[0]) * resource.getpagesize()
        most = there + int(asked["memory_limit"] * 2**20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


class _Teller:
    """Stands in for papermill's notebook manager, which is in the calling process, and sends it every event."""

    def __init__(self, nb: Any) -> None:
        self.nb = nb
        self.failed = False

    def cell_start(self, cell: Any, cell_index: int) -> None:
        self.failed = False
        tell(cell=cell_index)

    def cell_exception(self, cell: Any, cell_index: int, exception: Any = None) -> None:
        self.failed = True

    def cell_complete(self, cell: Any, cell_index: int) -> None:
        content = cell if cell.cell_type == "code" else None
        tell(cell=None, completed=cell_index, content=content, exception=self.failed)

    def autosave_cell(self) -> None:
        """The caller saves."""


def run_in_child(value: dict[str, Any]) -> dict[str, Any]:
    """Run the cells of a notebook for a caller that has papermill's notebook manager."""
    from nbformat import from_dict
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.log import logger

    from mls_kit.batch.engine.memory_kernel import MemoryKernelManager

    class Client(PapermillNotebookClient):
        def log_output_message(self, output: Any) -> None:
            tell(output=output)

    notebook = from_dict(value["notebook"])
    client = Client(
        _Teller(notebook), kernel_name=value["kernel_name"], kernel_manager_class=MemoryKernelManager, log=logger,
        log_output=value["log"], timeout=None, **value["options"],
    )  # fmt: skip
    client.execute()
    shown = {number for cells in client._display_id_map.values() for number in cells}  # later cells may change these
    return {"metadata": notebook.metadata, "outputs": {number: notebook.cells[number].outputs for number in shown}}
