"""In the calling process: start the warm parent, send work to forked children, enforce time limits, say how they ended."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from operator import index
from pathlib import Path
from typing import Any

GRACE = 10.0  # seconds a child has for its exit functions, once its result is there
START = 60.0  # seconds a child has to begin, and between cells
WARMING = 900.0  # seconds the parent has to import and to fork
CHUNK = 1 << 20
TURN = 16 * CHUNK  # bytes read from one child before the others have their turn
MOST = 1 << 28  # bytes of one message: an executed notebook with all its pictures
# glibc: freed memory stays with the process, because asking for new pages at the next array costs more; and pyarrow,
KEEP = {"MALLOC_MMAP_THRESHOLD_": str(1 << 26), "MALLOC_TRIM_THRESHOLD_": str(1 << 29), "MALLOC_TOP_PAD_": str(1 << 24),
        "JE_ARROW_MALLOC_CONF": "background_thread:false"}  # which pandas loads, starts no thread  # fmt: skip
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")  # linear algebra reads
# the parent imports this package from the same folder as this process
BEGIN = "import sys; sys.path[0] = sys.argv[2]; from mls_kit.batch.engine.parent import serve; serve(int(sys.argv[1]))"


class NoSafeFork(RuntimeError):
    """Notebooks cannot run in forks here; the message says why."""


class ChildDied(RuntimeError):
    """A child ended, or had to be ended (``late``), before its work was done; the message says how."""

    def __init__(self, message: str, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


class ChildFailed(ChildDied):
    """The work itself raised an error; the message is the error."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind  # of the error


def can_fork() -> str:
    """Return why this system cannot fork safely; empty if it can."""
    if not sys.platform.startswith("linux") or not hasattr(os, "pidfd_open"):
        return f"on {sys.platform} a fork is not safe"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:  # an old Linux, or a container whose rules forbid it
        return f"this system offers no pidfd_open ({error.strerror})"
    return ""


class WarmParent:
    """The warm parent process, started with the first work; ``threads`` limits linear algebra in each child."""

    def __init__(self, preload: Iterable[str] = (), threads: int | None = None) -> None:
        self.preload = list(preload)
        self.threads = {} if threads is None else dict.fromkeys(THREADS, str(threads))
        self.process: subprocess.Popen[bytes] | None = None
        self.control: socket.socket
        self.owner = 0

    def start(self, function: str, value: Any, **options: Any) -> Child:
        """Fork a child that calls ``module:function`` with a value; the options are those of ``Child``."""
        if why := can_fork():
            raise NoSafeFork(why)
        request = [json.dumps({"preload": [*self.preload, *options.pop("preload", ())]}).encode()]
        ours, work = socket.socketpair()
        told, word = socket.socketpair()
        with work, word:
            theirs = [work.fileno(), word.fileno()]
            try:
                socket.send_fds(self._connected(), request, theirs)
            except OSError:  # the parent was killed: start another
                self.close()
                socket.send_fds(self._connected(), request, theirs)
        return Child(ours, told, function, value, **options)

    def _connected(self) -> socket.socket:
        if self.process is not None and self.owner == os.getpid() and self.process.poll() is None:
            return self.control
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", BEGIN, str(theirs.fileno()), str(Path(__file__).parents[3])],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
                env=KEEP | ({} if os.environ.keys() & set(THREADS) else self.threads) | os.environ,
            )  # fmt: skip
        self.owner = os.getpid()
        return self.control

    def close(self) -> None:
        """End the parent, and with it every child."""
        if self.process is not None and self.owner == os.getpid():
            self.control.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()


class Child:
    """One piece of work in a forked child.

    ``timeout``: seconds for a cell; ``start_timeout``: before and between cells, or in all where there are none;
    ``memory_limit``: megabytes beyond the warm parent's memory. ``told`` is called with each message that is not the result.
    """

    def __init__(
        self,
        work: socket.socket,
        word: socket.socket,
        function: str,
        value: Any,
        *,
        timeout: float | None = None,
        memory_limit: float | None = None,
        start_timeout: float = START,
        told: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self.work, self.word, self.told = work, word, told
        self.timeout, self.start_timeout = timeout, start_timeout
        self.cell: int | None = None
        self.latest_cell = -1
        self.spoiled = ""  # what is wrong with a message of the child
        self.late = self.done = False
        self.outcome: dict[str, Any] = {}
        self.end: dict[str, Any] = {}
        self._pieces: list[bytes] = []
        self._talks = True
        self._allow(WARMING)
        asked = {
            "function": function, "value": value, "memory_limit": memory_limit, "folder": os.getcwd(),
            "environment": dict(os.environ),
        }  # fmt: skip
        self._unsent = memoryview(json.dumps(asked).encode() + b"\n")
        for each in (work, word):
            each.setblocking(False)

    def _allow(self, seconds: float | None) -> None:
        self.deadline = None if seconds is None else time.monotonic() + seconds

    def advance(self) -> None:
        """Send and receive without blocking, and enforce the deadline; sets ``done`` at the end."""
        try:
            if self._unsent:
                self._unsent = self._unsent[self.work.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent = memoryview(b"")
        ended = self._read_word()
        self._read_work()
        if ended:
            self.close()
        elif self.deadline is not None and time.monotonic() > self.deadline and not self.late:
            self.late = True
            self._end()

    def _end(self) -> None:
        self.deadline = None
        self.word.shutdown(socket.SHUT_WR)  # the parent kills the child

    def _read_word(self) -> bool:
        with suppress(BlockingIOError):
            packet = self.word.recv(CHUNK)
            words = [json.loads(line) for line in packet.splitlines()] or [{"gone": True}]
            if "forked" in words[0] and self.cell is None:
                self._allow(self.start_timeout)
            self.end = words[-1]
            return "forked" not in self.end
        return False

    def _read_work(self) -> None:
        with suppress(BlockingIOError, ConnectionError):
            for _ in range(TURN // CHUNK):
                chunk = self.work.recv(CHUNK)
                self._talks = bool(chunk) and not self.spoiled
                if not self._talks:
                    return
                *whole, rest = chunk.split(b"\n")
                for line in whole:
                    self._take(b"".join([*self._pieces, line]))
                    self._pieces = []
                self._pieces.append(rest)
                if len(self._pieces) * CHUNK > MOST and sum(map(len, self._pieces)) > MOST:
                    self._spoil(f"longer than {MOST:,} bytes")

    def _take(self, line: bytes) -> None:
        """Take a message; code in a notebook can write to the same socket, so nothing about it is sure."""
        if self.spoiled:
            return
        try:
            self._understand(json.loads(line))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, MemoryError) as error:
            self._spoil(f"not one of this engine's ({type(error).__name__})")

    def _understand(self, message: Any) -> None:
        if not message.keys() & {"result", "failed", "cell", "output"}:
            raise ValueError(message)
        if "result" in message or "failed" in message:
            self.outcome = {"kind": ""} | message
            self._allow(GRACE)
            return
        if self.told:
            self.told(message)
        if "cell" in message:
            cell = None if message["cell"] is None else index(message["cell"])
            if self.cell is None if cell is None else cell <= self.latest_cell:
                raise ValueError(cell)  # neither a cell nor a pause gets its time twice
            self.cell, self.latest_cell = cell, self.latest_cell if cell is None else cell
            self._allow(self.start_timeout if cell is None else message.get("seconds") or self.timeout)

    def _spoil(self, how: str) -> None:
        self.spoiled, self._pieces, self.outcome = how, [], {}
        self._end()

    def register(self, poll: select.poll) -> None:
        """Register the sockets to wait for."""
        poll.register(self.word, select.POLLIN)
        if self._talks:
            poll.register(self.work, select.POLLIN | (select.POLLOUT if self._unsent else 0))

    def close(self) -> None:
        """Close the sockets: a child that still runs is killed by its parent."""
        self.done = True
        self.work.close()
        self.word.close()

    def result(self) -> Any:
        """Return what the work returned, or raise ``NoSafeFork``, ``ChildFailed`` or ``ChildDied``."""
        if "refused" in self.end:
            raise NoSafeFork(self.end["refused"])
        if "result" in self.outcome:
            return self.outcome["result"]
        if "failed" in self.outcome:
            raise ChildFailed(str(self.outcome["failed"]), self.outcome["kind"])
        raise ChildDied(self.words(), self.late)

    def words(self) -> str:
        """Say how the child ended."""
        where = "" if self.latest_cell < 0 else f" after cell {self.latest_cell + 1}"
        where = where if self.cell is None else f" in cell {self.cell + 1}"
        if self.spoiled:
            return f"stopped{where}: a message on its channel is {self.spoiled}"
        if self.late:
            seconds = self.start_timeout if self.cell is None or self.timeout is None else self.timeout
            return f"stopped{where}: more than the {seconds:g} seconds allowed"
        code = self.end.get("code")
        if code is None:
            return f"ended{where}: its warm parent was killed"
        if code >= 0:
            return f"ended{where}: the process left with exit code {code}"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        hint = {"SIGKILL": ", as when the system is out of memory", "SIGSEGV": ", a crash in compiled code"}
        return f"ended{where}: the process was killed by {name}{hint.get(name, '')}"


def wait_for_any(children: list[Child]) -> list[Child]:
    """Wait until at least one child is done; return those that are."""
    while not (done := [child for child in children if child.done]):
        poll = select.poll()
        for child in children:
            child.register(poll)
        ends = [child.deadline for child in children if child.deadline is not None]
        poll.poll(max(0.0, min(ends) - time.monotonic()) * 1000 + 1 if ends else None)
        for child in children:
            child.advance()
    return done


class WarmPool:
    """A warm parent and ``workers`` children at a time.

    ``preload``: what the parent imports (``module``) or calls (``module:function`` or ``module:function:text``) before it
    forks; ``limits``: how long and how large each child may become, as ``Child`` takes them.
    """

    def __init__(self, preload: Iterable[str] = (), workers: int = 2, **limits: Any) -> None:
        self.workers, self.limits = max(1, workers), limits
        # two children with two threads each took three times the processor time of one thread each
        self.parent = WarmParent(preload, max(1, cores() // self.workers))
        self.active: list[tuple[Any, Child]] = []

    def __enter__(self) -> WarmPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all children and the parent."""
        for _, child in self.active:
            child.close()
        self.active = []
        self.parent.close()

    def map(
        self, function: str, items: Iterable[Any], value_of: Callable[[Any], Any] = lambda item: item
    ) -> Iterator[tuple[Any, Any]]:
        """Call ``module:function`` for the JSON value of each item in a child; yield items and results, or a ``ChildDied``."""
        waiting = iter(items)
        while True:
            for item in islice(waiting, self.workers - len(self.active)):
                self.active.append((item, self.parent.start(function, value_of(item), **self.limits)))
            if not self.active:
                return
            done = wait_for_any([child for _, child in self.active])
            ended = [(item, child) for item, child in self.active if child in done]
            self.active = [(item, child) for item, child in self.active if child not in done]
            for item, child in ended:
                try:
                    yield item, child.result()
                except ChildDied as error:
                    yield item, error


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
