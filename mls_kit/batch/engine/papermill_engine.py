"""What papermill sees: an engine, named ``mls-warm`` under its entry point group.

Options beyond papermill's own are taken as keyword arguments of ``papermill.execute_notebook``: ``preload`` (modules to
import before forking; by default those installed ones that the notebook imports), ``memory_limit`` (megabytes).
"""

from __future__ import annotations

import json
import os
import re
import sys
import sysconfig
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

from mls_kit.batch.engine.children import Child, ChildDied, ChildFailed, NoSafeFork, WarmParent, wait_for_any

NAME = "mls-warm"
PARENT = WarmParent()  # a fork of this process starts its own
_IMPORT = re.compile(r"^(?:from|import)[ \t]+(\w[\w.]*)(?:[ \t]+import[ \t]+(\w+))?", re.M)


def register() -> str:
    """Make the engine known to papermill where the package is not installed; return its name."""
    from papermill.engines import papermill_engines

    papermill_engines.register(NAME, _engine())
    return NAME


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Return papermill's engine with a fork of a warm process for a kernel; where that is not safe, papermill's own runs."""
    from papermill.engines import NBClientEngine

    class WarmEngine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            ours = {name: options.pop(name, None) for name in ("preload", "memory_limit")}
            try:
                return _in_fork(nb_man, kernel_name, ours, dict(options))
            except NoSafeFork as why:
                say_once(str(why))
                return super().execute_managed_notebook(nb_man, kernel_name, **options)

    return WarmEngine


def __getattr__(name: str) -> Any:
    """Make the engine late: papermill imports this module while papermill is half imported."""
    if name == "WarmEngine":
        return _engine()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _in_fork(nb_man: Any, kernel_name: str, ours: dict[str, Any], options: dict[str, Any]) -> Any:
    """Run the cells in a fork; papermill's notebook manager, which saves and shows progress, stays here."""
    log = {name: options.pop(name, None) for name in ("log_output", "stdout_file", "stderr_file")}
    timeout = options.pop("execution_timeout", None) or options.pop("timeout", None)
    start = options.pop("start_timeout", 60)
    options = {name: value for name, value in options.items() if name not in ("input_path", "startup_timeout")}
    value = {"notebook": nb_man.nb, "kernel_name": kernel_name, "log": any(log.values()), "options": options}
    check_kernel(kernel_name)
    check_options(options)
    manager = _Follower(nb_man, log)
    child = PARENT.start(
        "mls_kit.batch.engine.child:run_in_child", value, told=manager.told, timeout=timeout, start_timeout=start,
        memory_limit=ours["memory_limit"],
        preload=ours["preload"] if ours["preload"] is not None else installed_imports(nb_man.nb),
    )  # fmt: skip
    try:
        wait_for_any([child])
        manager.finish(child)
    except ChildDied as error:
        if isinstance(error, ChildFailed) and child.latest_cell < 0 and not ours["memory_limit"]:  # never run again without it
            raise NoSafeFork(f"the engine does not fit ipykernel {version('ipykernel')} ({error})") from None
        if isinstance(error, ChildFailed) and error.kind != "DeadKernelError":
            raise
        raise manager.died(child) from None
    finally:
        child.close()
    return nb_man.nb


class _Follower:
    """Passes a child's messages on to papermill's notebook manager."""

    def __init__(self, nb_man: Any, log: dict[str, Any]) -> None:
        from papermill.log import logger

        self.nb_man = nb_man
        self.logger = SimpleNamespace(log=logger, **log)

    def told(self, message: dict[str, Any]) -> None:
        from nbformat import from_dict
        from papermill.clientwrap import PapermillNotebookClient

        cells = self.nb_man.nb.cells
        if "output" in message:
            PapermillNotebookClient.log_output_message(self.logger, from_dict(message["output"]))
        elif message.get("cell") is not None:
            self.nb_man.cell_start(cells[message["cell"]], message["cell"])
        elif "completed" in message:
            number = message["completed"]
            before = cells[number]
            try:
                if message["content"]:
                    cells[number] = from_dict(message["content"])
                    cells[number].metadata.papermill = before.metadata.papermill
                if message["exception"]:
                    self.nb_man.cell_exception(cells[number], cell_index=number)
                self.nb_man.cell_complete(cells[number], cell_index=number)
            except Exception:  # what is no cell cannot be saved
                cells[number] = before
                raise

    def finish(self, child: Child) -> None:
        """Take what is known only at the end: the notebook's metadata, and outputs that later cells changed."""
        from nbformat import from_dict

        result = child.result()
        try:
            for number, outputs in result["outputs"].items():
                self.nb_man.nb.cells[int(number)].outputs = from_dict(outputs)
            self.nb_man.nb.metadata.update(from_dict(result["metadata"]))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            child.spoiled = "no end of a notebook"
            raise ChildDied(child.words()) from None

    def died(self, child: Child) -> Exception:
        """Write into the notebook how the child ended, and return the error that nbclient would have raised."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from nbformat.v4 import new_output

        words = child.words()
        error: Exception = DeadKernelError(f"Kernel died: {words}")
        if child.cell is not None:
            cell = self.nb_man.nb.cells[child.cell]
            if child.late:
                seconds = round(child.timeout or 0)
                error = CellTimeoutError.error_from_timeout_and_cell(f"Cell was {words}", seconds, cell)
            name = type(error).__name__
            cell.outputs.append(new_output("error", ename=name, evalue=words, traceback=[f"{name}: {words}"]))
            self.nb_man.cell_exception(cell, cell_index=child.cell)
            self.nb_man.cell_complete(cell, cell_index=child.cell)
        return error


@lru_cache
def check_kernel(kernel_name: str) -> None:
    """Refuse a kernel that is not this Python's own ipykernel."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        raise NoSafeFork(f"there is no kernel {kernel_name!r}") from None
    python, *rest = [part for part in spec.argv if not part.startswith("-X")]
    ours = {"python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}", sys.executable}
    if python not in ours or rest != ["-m", "ipykernel_launcher", "-f", "{connection_file}"] or spec.env:
        raise NoSafeFork(f"the kernel {kernel_name!r} is not this Python's own")


def check_options(options: dict[str, Any]) -> None:
    """Refuse options that cannot be sent as JSON, or that need a kernel to be interrupted from outside."""
    try:
        json.dumps(options)
    except TypeError:
        raise NoSafeFork("an option is not plain text or number") from None
    for name in ("interrupt_on_timeout", "error_on_timeout"):
        if options.get(name):
            raise NoSafeFork(f"the option {name} needs a kernel that can be interrupted from outside")


def installed_imports(nb: Any) -> list[str]:
    """Return the installed modules that a notebook imports; those in folders may change between two notebooks."""
    sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    found = [match.groups() for source in sources for match in _IMPORT.finditer(source)]
    names = {part for module, name in found if _installed(module) for part in (module, f"{module}.{name or ''}")}
    return sorted(name for name in names if not name.endswith("."))


@lru_cache
def _installed(module: str) -> bool:
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    try:
        origin = getattr(find_spec(module.partition(".")[0]), "origin", None) or ""
    except (ImportError, ValueError):
        return False
    return any(origin.startswith(place + os.sep) for place in places)


@lru_cache
def say_once(why: str) -> None:
    """Log once why a notebook runs under papermill's own engine."""
    from papermill.log import logger

    logger.warning(f"mls-warm: {why}; papermill's own engine runs the notebook.")
