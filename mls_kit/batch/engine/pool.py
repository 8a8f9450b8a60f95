"""Many notebooks side by side, each in a forked subprocess of one warm parent."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mls_kit.batch.engine.children import Child, ChildDied, ChildFailed, NoSafeFork, WarmParent, wait_for_any

__all__ = ["WarmPool", "cores"]


class WarmPool:
    """A warm parent and a number of children at a time.

    Parameters
    ----------
    preload : iterable of str
        What the parent imports (``module``) or calls (``module:function`` or ``module:function:text``) before it forks.
    workers : int
        How many children work side by side.
    timeout : float, optional
        Seconds a cell may take.
    memory_limit : float, optional
        Megabytes a child may take beyond what the warm parent holds.
    total : float, optional
        Seconds a child may take in all.
    """

    def __init__(
        self,
        preload: Iterable[str] = (),
        workers: int = 2,
        timeout: float | None = None,
        memory_limit: float | None = None,
        total: float | None = None,
    ) -> None:
        self.workers = max(1, workers)
        # two children with two threads each took three times the processor time of one thread each
        self.parent = WarmParent(preload, max(1, cores() // self.workers))
        self.limits = {"timeout": timeout, "memory_limit": memory_limit, "total": total}
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

    def run(self, notebook: str | Path, parameters: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """Run one notebook and return it; see ``run_all``. Errors are raised.

        Raises
        ------
        papermill.PapermillExecutionError
            A cell raised an error.
        ChildDied
            The child ended before the notebook did: a crash, the time, the memory.
        NoSafeFork
            Notebooks cannot run in forks here.
        """
        ((_, found),) = self.run_all([(notebook, parameters or {})], **options)
        if isinstance(found, Exception):
            raise found
        return found

    def run_all(
        self, notebooks: Iterable[tuple[str | Path, Mapping[str, Any]]], kernel_name: str | None = None, **options: Any
    ) -> Iterator[tuple[int, Any]]:
        """Run notebooks with parameters, side by side.

        Parameters
        ----------
        notebooks : iterable of (path, parameters)
            Taken one by one as there is room: never all in memory.
        kernel_name : str, optional
            As for papermill.
        **options
            Passed on to ``papermill.execute_notebook``.

        Yields
        ------
        (int, notebook or Exception)
            The number of the notebook, from 0, and the executed notebook or the error; in the order they are done.
        """
        import nbformat

        values = (
            {"notebook": str(path), "parameters": dict(parameters), "kernel_name": kernel_name, "options": options}
            for path, parameters in notebooks
        )
        for number, found in self.map("mls_kit.batch.engine.papermill_engine:execute", values):
            yield number, found if isinstance(found, Exception) else nbformat.from_dict(found)

    def map(self, function: str, values: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Call ``module:function`` for each JSON value in a child of its own; yield numbers and results as they are done.

        Where there is no result, the ``ChildDied`` that says why is in its place.
        """
        waiting = enumerate(values)
        while True:
            while len(self.active) < self.workers and (next_one := next(waiting, None)):
                number, value = next_one
                self.active.append((number, self.parent.start(function, value, **self.limits)))
            if not self.active:
                return
            done = wait_for_any([child for _, child in self.active])
            ended = [(number, child) for number, child in self.active if child in done]
            self.active = [(number, child) for number, child in self.active if child not in done]
            for number, child in ended:
                yield number, _outcome(child)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _outcome(child: Child) -> Any:
    try:
        return child.result()
    except NoSafeFork:
        raise
    except ChildFailed as error:
        return _papermill_error(error) or error
    except ChildDied as error:
        return error


def _papermill_error(error: ChildFailed) -> Exception | None:
    """Return papermill's own error where it was one: its parts came as JSON."""
    if error.kind != "PapermillExecutionError" or not error.parts:
        return None
    from papermill.exceptions import PapermillExecutionError

    return PapermillExecutionError(**error.parts)
