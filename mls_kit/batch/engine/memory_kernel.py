"""A real ipykernel and the client that nbclient uses, in one process, with messages passed in memory.

Only the transport is ours: the kernel is ipykernel's own application, and jupyter_client's own ``Session`` packs and
unpacks the messages. There are no threads: the kernel runs in nbclient's event loop, which makes a notebook both faster
and always the same. Private methods of ipykernel are overridden; the tests compare the outputs with plain papermill's.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from asyncio.base_events import _run_until_complete_cb  # type: ignore[attr-defined]
from collections import deque
from collections.abc import Awaitable, Callable
from queue import Empty
from typing import Any

import ipykernel_launcher  # type: ignore[import-untyped]
import zmq
from ipykernel import ipkernel, kernelapp
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.kernelbase import Kernel
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import ZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from traitlets import Any as AnyTrait, Float, Type

__all__ = ["MemoryKernelManager"]

CAPTURE_CHUNK = 1 << 16
LAST = 0.1  # seconds that ipykernel goes on after ``quit()``
BETWEEN = 0.015  # seconds of them that pass with papermill between two cells
KEY = os.urandom(16)  # jupyter_client warns of sessions without a key


class Wire:
    """One direction of a channel, a queue in place of a zmq socket."""

    closed = False

    def __init__(self) -> None:
        self.dead = False  # the kernel has ended: nothing arrives any more
        self.waiting: deque[list[Any]] = deque()
        self.arrived = asyncio.Event()

    def send_multipart(self, parts: list[Any], *_: Any, **__: Any) -> None:
        """Put a message in; its bytes are copied."""
        if not self.dead:
            self.waiting.append([bytes(part) for part in parts])
            self.arrived.set()

    async def take(self, timeout: float | None = None) -> list[Any]:
        """Take the oldest message, or raise ``Empty`` when none comes in time."""
        while not self.waiting:
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), timeout)
            except TimeoutError:
                raise Empty from None
        return self.waiting.popleft()

    def flush(self, *_: Any) -> None:
        """Do nothing: a message is there once it is sent."""

    def close(self, *_: Any, **__: Any) -> None:
        self.closed = True


class ShellStream(Wire):
    """The kernel's shell channel: a queue of replies; requests go to the kernel's handler."""

    rest: float | None = None  # seconds that the kernel goes on, once it was asked to end; none where it was not

    def leave(self, rest: float) -> None:
        """Begin to end."""
        if self.rest is None:
            self.rest, self.asked = rest, time.monotonic()

    def on_recv(self, handler: Callable[[list[zmq.Frame]], Awaitable[None]], copy: bool = False) -> None:
        self.handler = handler
        self.tasks: set[asyncio.Future[None]] = set()  # the event loop itself holds tasks only weakly

    def request(self, parts: list[Any]) -> None:
        """Hand a request to the kernel; its own lock keeps the order."""
        if self.rest is not None and b'"execute_request"' in b"".join(parts):
            self.rest -= BETWEEN
            self.dead = self.dead or self.rest < 0
        if not self.dead:  # whoever waits for an answer asks whether the kernel is alive
            task = asyncio.ensure_future(self._handle([zmq.Frame(bytes(part)) for part in parts]))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _handle(self, frames: list[zmq.Frame]) -> None:
        begun = time.monotonic()
        await self.handler(frames)
        if self.rest is not None:  # what the client needs does not count: it has its own process elsewhere
            self.rest -= time.monotonic() - max(begun, self.asked)


class RequestWire(Wire):
    """The client's shell channel: what is sent goes straight to the kernel."""

    def __init__(self, stream: ShellStream) -> None:
        super().__init__()
        self.stream = stream

    def send_multipart(self, parts: list[Any], *_: Any, **__: Any) -> None:
        self.stream.request(parts)


class _Publisher(IOPubThread):
    """ipykernel's publisher, never started as a thread: it then sends at once."""

    def _setup_event_pipe(self) -> None:
        """No thread, so no pipe to wake one."""


class _Stream(OutStream):
    """ipykernel's output stream; what is written to the file descriptor is collected in a file, not by a thread."""

    def _setup_stream_redirects(self, name: str) -> None:
        self._gathered = os.memfd_create(f"warm-{name}", os.MFD_CLOEXEC)
        self._read_until = 0
        original: int = getattr(sys, f"__{name}__").fileno()
        self._original_stdstream_fd = original
        self._original_stdstream_copy = os.dup(original)
        os.set_blocking(self._gathered, True)
        os.dup2(os.open(f"/proc/self/fd/{self._gathered}", os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC), original)

    def close(self) -> None:
        """Close the stream; its file stays, as there is no thread to end."""
        self.flush()
        self._should_watch = False
        super().close()

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Write; a process that the notebook forked writes to the shared file."""
        if not self._is_master_process() and self._should_watch:
            os.write(self._original_stdstream_fd, string.encode(errors="replace"))
            return len(string)
        return super().write(string)

    def _schedule_flush(self) -> None:
        """Text is sent when the cell ends, shows something or flushes; no timer splits it at a random place."""

    def _flush(self) -> None:
        if self._should_watch and self._is_master_process():
            self._gather()
        try:
            super()._flush()
        except Exception:  # half an emoji cannot be sent: that text is lost, as where a thread sends it, and this is said
            logging.getLogger("tornado.general").exception("Uncaught exception in ZMQStream callback")

    def _gather(self) -> None:
        while chunk := os.pread(self._gathered, CAPTURE_CHUNK, self._read_until):
            self._read_until += len(chunk)
            super().write(chunk.decode(errors="replace"))
            os.write(self._original_stdstream_copy, chunk)
        if self._read_until > CAPTURE_CHUNK:  # a flood of output must not stay in memory
            os.ftruncate(self._gathered, 0)
            self._read_until = 0


class _NoThread:
    """Stands in for the thread of the shell channel: ipykernel asks for its parent when a cell awaits."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class IPythonKernel(ipkernel.IPythonKernel):
    """ipykernel's kernel over wires, under the same name: configuration goes by the names of classes."""

    shell_stream = AnyTrait()
    _supports_kernel_subshells = False
    _execute_sleep = Float(0.0).tag(config=True)  # for streams on their way over sockets, before each reply

    def start(self) -> None:
        """Start as every kernel does, but for the debugger: nobody can attach one."""
        if self.shell:
            self.shell.exit_now = False
        Kernel.start(self)

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Run a cell; a reply that cannot be sent must not keep the client waiting for good."""
        try:
            await super().execute_request(stream, ident, parent)
        except Exception as error:
            content = {"status": "error", "ename": type(error).__name__, "evalue": ascii(error), "traceback": []}
            if self.session:
                self.session.send(stream, "execute_reply", content, parent, ident=ident)
            raise

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """There is never a queue: nbclient sends a cell when the one before is done."""


class IPKernelApp(kernelapp.IPKernelApp):
    """ipykernel's application, with wires for sockets."""

    kernel_class = Type(IPythonKernel, klass="ipykernel.kernelbase.Kernel").tag(config=True)  # type: ignore[assignment]
    outstream_class = "mls_kit.batch.engine.memory_kernel._Stream"

    def _nothing(self, **_: Any) -> None:
        """No connection file and no heartbeat: nobody else can connect, and the parent watches the child's life."""

    init_connection_file = init_heartbeat = write_connection_file = log_connection_info = init_poller = _nothing

    def init_sockets(self) -> None:
        self.session = Session(parent=self, key=KEY)
        self.replies, self.published = ShellStream(), Wire()
        self.configure_tornado_logger()
        self.iopub_thread = _Publisher(self.published, session=self.session)
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        self.kernel = IPythonKernel.instance(
            parent=self, session=self.session, shell_stream=self.replies, iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket, stdin_socket=Wire(), log=self.log, profile_dir=self.profile_dir,
            user_ns=self.user_ns, shell_channel_thread=_NoThread(),
        )  # fmt: skip
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


class _Channel(ZMQSocketChannel):
    """jupyter_client's channel, over two wires."""

    def __init__(self, incoming: Wire, outgoing: Wire, session: Session) -> None:
        super().__init__(outgoing, session)  # type: ignore[arg-type]
        self.incoming = incoming

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        """Get a message, or raise ``Empty`` when none comes in time."""
        _, parts = self.session.feed_identities(await self.incoming.take(timeout))
        message: dict[str, Any] = self.session.deserialize(parts)
        return message


class _Client(AsyncKernelClient):
    """jupyter_client's client, over wires."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the kernel's last message, that it is idle; jupyter_client waits for a fifth of a second of silence."""
        asked = self.kernel_info()
        self._handle_kernel_info_reply(await self.shell_channel.get_msg(timeout=timeout))
        idle = False
        while not idle:
            told: dict[str, Any] = await self.iopub_channel.get_msg(timeout=timeout)
            idle = told["parent_header"].get("msg_id") == asked and told["content"].get("execution_state") == "idle"


class MemoryKernelManager(AsyncKernelManager):
    """What nbclient takes for a kernel manager: it runs the kernel in this process. One kernel for each process."""

    app: IPKernelApp | None = None
    is_shut = False

    @property
    def has_kernel(self) -> bool:
        """Whether the kernel is running."""
        return self.app is not None and not (self.is_shut or self.app.replies.dead)

    async def start_kernel(self, extra_arguments: list[str] | None = None, **_: Any) -> None:  # type: ignore[override]
        """Start the kernel in the running event loop."""
        if IPKernelApp.initialized():
            raise RuntimeError("This process has had its kernel: each notebook needs a process of its own.")
        # many libraries know a kernel by its -f: nothing is written there
        arguments = ["-f", f"kernel-{os.getpid()}.json", *(extra_arguments or [])]
        sys.argv = [str(ipykernel_launcher.__file__), *arguments]  # as in a process of its own
        self.app = IPKernelApp.instance()
        self.app.initialize(arguments)
        self.app.kernel.start()
        replies = self.app.replies
        self.app.kernel.shell.observe(lambda change: replies.leave(LAST) if change["new"] else None, "exit_now")
        loop = asyncio.get_running_loop()
        go_on = loop.stop

        def stop() -> None:
            """Let nbclient's calls end; when something else stops the loop, such as ``quit()``, the kernel alone ends."""
            if sys._getframe(1).f_code is _run_until_complete_cb.__code__:
                go_on()
            else:
                loop.call_soon(self._end_kernel)

        loop.stop = stop  # type: ignore[method-assign]

    def _end_kernel(self) -> None:
        assert self.app is not None
        replies, published = self.app.replies, self.app.published
        replies.leave(0.0)
        awaiting = set(replies.tasks)

        def leave_waiting() -> None:
            """Leave a cell that awaits something where it is."""
            if awaiting & replies.tasks:
                replies.dead = published.dead = True

        asyncio.get_running_loop().call_later(LAST, leave_waiting)

    def client(self, **_: Any) -> _Client:  # type: ignore[override]
        """Return a client of the kernel."""
        assert self.app is not None
        client = _Client(parent=self, session=Session(parent=self, key=KEY))
        client._shell_channel = _Channel(self.app.replies, RequestWire(self.app.replies), client.session)
        client._iopub_channel = _Channel(self.app.published, Wire(), client.session)
        client._control_channel = client._stdin_channel = client._hb_channel = _Channel(Wire(), Wire(), client.session)
        return client

    async def is_alive(self) -> bool:  # type: ignore[override]
        """Return whether the kernel is running."""
        return self.has_kernel

    _async_is_alive = is_alive  # a client asks this one

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
        """Let the process go on to its end, where the notebook's exit functions run."""
        self.is_shut = True

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """Nothing is left over: the process ends."""
