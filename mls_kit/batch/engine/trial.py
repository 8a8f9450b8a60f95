"""Does the installed ipykernel fit? One cell runs in a fork, as every notebook will, before the first notebook does."""

from __future__ import annotations

import os
import select
import signal
import threading
from functools import cached_property
from importlib.metadata import version

SECONDS = 30
FITS = "fits"


class Trial:
    """One cell in a fork of this process; with a second thread none is made, and no notebook will run here either."""

    def __init__(self) -> None:
        self.pid = 0
        if threading.active_count() > 1:
            return
        self.said, theirs = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _answer(theirs)
        os.close(theirs)

    @cached_property
    def why(self) -> str:
        """Why notebooks cannot run as forks of this process; empty if they can."""
        if not self.pid:
            return ""
        there = select.select([self.said], [], [], SECONDS)[0]
        said = os.read(self.said, 1 << 10).decode(errors="replace") if there else f"no answer in {SECONDS} seconds"
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.said)
        return "" if said == FITS else f"the engine does not fit ipykernel {version('ipykernel')} ({said})"


def _answer(descriptor: int) -> None:
    """Run the cell and say what came of it; never returns."""
    said = "the process ended"
    try:
        from mls_kit.batch.engine import child

        child.leave_parent()
        silence = os.open(os.devnull, os.O_RDWR)
        for standard in (1, 2):
            os.dup2(silence, standard)
        said = _try_cell()
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"
    finally:
        os.write(descriptor, said.encode(errors="replace")[: 1 << 10])
        os._exit(0)


def _try_cell() -> str:
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    from mls_kit.batch.engine.memory_kernel import MemoryKernelManager

    notebook = new_notebook(cells=[new_code_cell("print(1)\n2")])
    NotebookClient(notebook, kernel_name="python3", kernel_manager_class=MemoryKernelManager).execute()
    found = [str(out.get("text") or out.get("data")) for out in notebook.cells[0].outputs]
    return FITS if found == ["1\n", "{'text/plain': '2'}"] else f"outputs are lost: {found}"
