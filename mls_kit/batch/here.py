"""One plan on this computer: its notebook runs in a fork of this process, where much is imported already."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from mls_kit.export import PlanFailed, Rendered, render
from mls_kit.files import without_unused
from mls_kit.problems import InputError
from mls_kit.report import PlanRequest

SECONDS = 300  # that a plan may take; usual are two
ENGINE = "mls-here"
log = logging.getLogger(__name__)


class _DoesNotFit(RuntimeError):
    """The kernel did not start in the fork."""


def render_here(request: PlanRequest) -> Rendered:
    """Run the plan's notebook with the values of a request, in about a third of the time that a new kernel takes.

    Without a safe fork (Linux, one thread), or if the fork fails or is killed, papermill's own engine runs the notebook.

    Raises
    ------
    InputError
        The report has mistakes.
    PlanFailed
        The notebook stopped at an error, or took too long.
    """
    if not sys.platform.startswith("linux") or threading.active_count() > 1:
        return render(request)
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_render_in_child, args=(request, theirs))
    child.start()
    theirs.close()
    found: Any = None
    try:
        from nbformat.v4 import new_notebook

        from mls_kit.export import page

        page(new_notebook(), "")  # loads what every page needs, while the child works on another core
        if not ours.poll(SECONDS):
            raise PlanFailed(f"The notebook took longer than {SECONDS} seconds.")
        with suppress(EOFError):
            found = ours.recv()
    finally:
        child.kill()
        child.join()
    if isinstance(found, _DoesNotFit):
        log.warning("The plan is made without a fork, more slowly: %s.", found)
        found = None
    if isinstance(found, Exception):
        raise found
    return found or render(request)


def _render_in_child(request: PlanRequest, answer: Connection) -> None:
    found: Rendered | Exception
    try:
        found = render(request, _engine())
    except (InputError, PlanFailed) as error:
        found = error
    except Exception as error:  # such as an ipykernel that the engine does not fit
        found = _DoesNotFit(f"{type(error).__name__}: {error}")
    answer.send(found)


def _engine() -> str:
    """Register an engine that runs the kernel in this very process; return its name."""
    with without_unused():
        from papermill.engines import NBClientEngine, papermill_engines

        from mls_kit.batch.engine.memory_kernel import MemoryKernelManager

    class Engine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            options |= {"kernel_manager_class": MemoryKernelManager, "execution_timeout": None}
            return super().execute_managed_notebook(nb_man, kernel_name, **options)

    papermill_engines.register(ENGINE, Engine)
    return ENGINE
