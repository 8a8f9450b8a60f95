"""A request becomes an executed notebook and a page: papermill runs the plan's template with the request's values."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from mls_kit._folders import notebook_folder
from mls_kit.export import page, strip_metadata
from mls_kit.files import write_whole
from mls_kit.request import PlanRequest

__all__ = ["PlanFailed", "Rendered", "render", "write_plan"]

CELL_TIMEOUT = 120  # seconds; without one a stuck kernel would hang a batch for good


class PlanFailed(RuntimeError):
    """The plan's notebook stopped at an error; the message says which, in one line."""


@dataclass(frozen=True)
class Rendered:
    """An executed plan, ready to be written."""

    notebook: nbformat.NotebookNode
    title: str


def render(request: PlanRequest) -> Rendered:
    """Run the plan's notebook with the values of a request, in memory.

    Raises
    ------
    InputError
        The request itself has mistakes; found before any kernel is started.
    PlanFailed
        The notebook stopped at an error.
    """
    report = request.plan().report  # every mistake is found here, before a kernel is started
    template = notebook_folder() / "personal_plan.ipynb"
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = papermill.execute_notebook(
                str(template), None, parameters=request.parameters(), kernel_name="python3", progress_bar=False,
                execution_timeout=CELL_TIMEOUT,
                extra_arguments=["--log-level=50"],
            )  # fmt: skip
    except PapermillExecutionError as error:
        raise PlanFailed(f"{error.ename}: {error.evalue}".splitlines()[0]) from None
    return Rendered(strip_metadata(notebook), f"Plan for {report.exam}")


def write_plan(rendered: Rendered, target: Path, html: bool = True) -> list[Path]:
    """Write an executed plan as ``target`` (.ipynb) and, beside it, as a page; return the files written."""
    written = [target]
    write_whole(target, nbformat.writes(rendered.notebook))
    if html:
        written.append(target.with_suffix(".html"))
        write_whole(written[-1], page(rendered.notebook, rendered.title))
    return written
