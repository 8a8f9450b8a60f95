"""The warm parent: a process without threads that imports once and forks a child for each piece of work.

No state of its caller reaches the notebooks, and none of their code runs in it. A request is one packet on a socket, with
two file descriptors: a socket to the child, and one on which the parent reports about the child (that it cannot be forked,
or how it ended). When the caller closes the second, the child is killed. When the caller dies, everything ends.
"""

from __future__ import annotations

import gc
import io
import json
import os
import selectors
import signal
import socket
import sys
import threading
import time
from contextlib import redirect_stdout, suppress
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from mls_kit.files import without_unused

PACKET = 1 << 16
SWEEP = 3.0  # seconds that what a notebook left running has to end, once it is killed
# the last ones a kernel would import when it starts
ALWAYS = (
    "papermill", "mls_kit.batch.engine.memory_kernel", "mls_kit.batch.engine.child",
    "mls_kit.batch.engine.papermill_engine", "ipykernel.debugger",
    "IPython.core.completer", "IPython.core.completerlib", "IPython.core.magics", "IPython.core.logger",
    "IPython.core.oinspect", "IPython.extensions.storemagic", "jedi", "pdb", "sqlite3", "tornado.platform.asyncio",
    "nbformat.v4:new_output:stream",  # compiles what checks every output
)  # fmt: skip


class _Child(NamedTuple):
    pid: int
    ended: int  # a pidfd: readable when the child has ended
    word: socket.socket  # to the caller


def warm(names: list[str]) -> None:
    """Import ``module``, or call ``module:function`` or ``module:function:text``; a failure is the notebook's to show."""
    for name in names:
        module, function, *given = [*name.split(":", 2), ""][: 3 if name.count(":") > 1 else 2]
        with suppress(Exception, SystemExit), redirect_stdout(None):
            loaded = import_module(module)
            if function:
                getattr(loaded, function)(*given)
    if "matplotlib" in sys.modules:
        with suppress(Exception):
            _draw()


@lru_cache
def _draw() -> None:
    """Draw a first figure, which finds and opens the fonts."""
    # without pyplot: choosing its inline backend before there is a shell loses every later figure without a word
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().set_title("A first $x^2$", weight="bold")
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


class Parent:
    """Forks children and reports how they ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.children: dict[int, _Child] = {}
        self.warmed: set[str] = set()

    def run(self) -> None:
        """Serve until the caller closes the control socket."""
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.control:
                    packet, descriptors, _, _ = socket.recv_fds(self.control, PACKET, 2)
                    if not packet:
                        for pid in self.children:
                            _kill_group(pid)
                        self.children = {}
                        self._sweep()
                        return
                    self._fork(json.loads(packet), *descriptors)
                elif key.data.pid in self.children:
                    if key.fileobj is not key.data.word:
                        self._reap(key.data)
                    else:  # the caller has closed its end: it no longer wants the child
                        self.selector.unregister(key.data.word)
                        _kill_group(key.data.pid)

    def _fork(self, request: dict[str, Any], work: int, word_fd: int) -> None:
        word = socket.socket(fileno=word_fd)
        fresh = [name for name in request["preload"] if name not in self.warmed]
        if fresh or not self.warmed:
            warm(fresh)
            self.warmed |= {*fresh, "papermill"}
            gc.collect()
            gc.freeze()  # children neither look through what is here, nor copy its pages
        pid = -1 if threading.active_count() > 1 else os.fork()
        if pid == 0:
            self._become_child(work, word)
        os.close(work)
        if pid < 0 or len(os.listdir("/proc/self/task")) > 1:  # numpy's own threads are gone after a fork
            threads = ", ".join(sorted(t.name for t in threading.enumerate() if t is not threading.main_thread()))
            _tell(word, {"refused": f"what was imported first has started threads ({threads or 'not of Python'})"})
            if pid > 0:
                _kill_group(pid)
                os.waitpid(pid, 0)
            word.close()
            return
        child = _Child(pid, os.pidfd_open(pid), word)
        self.children[pid] = child
        _tell(word, {"forked": pid})  # the child's time begins now, however long the imports took
        self.selector.register(child.ended, selectors.EVENT_READ, child)
        self.selector.register(word, selectors.EVENT_READ, child)

    def _become_child(self, work: int, word: socket.socket) -> None:
        """Close the parent's file descriptors, do the work and exit; never returns."""
        try:
            self.control.close()
            self.selector.close()
            word.close()
            for other in self.children.values():
                other.word.close()
                os.close(other.ended)
            from mls_kit.batch.engine import child

            child.main(socket.socket(fileno=work))
        finally:
            os._exit(70)

    def _reap(self, child: _Child) -> None:
        """Collect an ended child, kill what it left running, and tell the caller."""
        self.selector.unregister(child.ended)
        _kill_group(child.pid)  # before waiting: until then its number cannot be another's
        _, status = os.waitpid(child.pid, 0)
        os.close(child.ended)
        with suppress(KeyError):
            self.selector.unregister(child.word)
        del self.children[child.pid]
        self._sweep()
        _tell(child.word, {"code": os.waitstatus_to_exitcode(status)})
        child.word.close()

    def _sweep(self) -> None:
        """Kill what ended children left running: whatever session it is in, it has become a child of this process."""
        until = time.monotonic() + SWEEP
        while (left := _offspring() - set(self.children)) and time.monotonic() < until:
            for pid in left:
                os.kill(pid, signal.SIGKILL)  # not waited for yet: its number is still its own
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            time.sleep(0.001)


def _offspring() -> set[int]:
    """Return the children of this process, which has one thread."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return set(map(int, file.read().split()))
    except OSError:  # a kernel without that file
        import psutil  # type: ignore[import-untyped]

        return {process.pid for process in psutil.Process().children()}


def _tell(word: socket.socket, message: dict[str, Any]) -> None:
    with suppress(OSError):  # the caller may have gone
        word.sendall(json.dumps(message).encode() + b"\n")


def _kill_group(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # the group may not be there yet
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def serve(descriptor: int) -> None:
    """Run the warm parent on a socket's file descriptor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's to handle
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as ipykernel does
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # no debugger will be used: no warning about it
    with without_unused():
        warm(list(ALWAYS))
    import_module("mls_kit.batch.engine.child").adopt_orphans()
    Parent(socket.socket(fileno=descriptor)).run()
