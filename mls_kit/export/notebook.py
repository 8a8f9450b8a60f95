"""A request becomes an executed notebook and a page: papermill runs the plan's template with the request's values."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from platform import python_version
from typing import Any

from mls_kit._folders import PLAN_TEMPLATE, notebook_folder
from mls_kit.files import without_unused
from mls_kit.report import PlanRequest

with without_unused():
    import nbformat

CELL_TIMEOUT = 120  # seconds; without one a stuck kernel would hang a batch for good


class PlanFailed(RuntimeError):
    """The plan's notebook stopped at an error; the message says which, in one line."""


@dataclass(frozen=True)
class Rendered:
    """An executed plan, ready to be written."""

    notebook: nbformat.NotebookNode
    title: str


def render(request: PlanRequest, tell: Callable[[float], None] | None = None) -> Rendered:
    """Run the plan's notebook with the values of a request, in memory and in a kernel of its own.

    ``tell`` is called after each cell with the share of the notebook that has run.

    An InputError or PlanFailed where the request has mistakes, found before any kernel is started; or the notebook stopped at
    an error.
    """
    exam = request.report.exam  # a mistake in the report is found here, before a kernel is started
    with without_unused():
        import papermill
        from papermill.exceptions import PapermillExecutionError

        from mls_kit.export.own_kernel import OwnKernelManager

    template = notebook_folder() / PLAN_TEMPLATE
    more: dict[str, Any] = {"kernel_manager_class": OwnKernelManager}
    if tell:
        cells = len(nbformat.read(template, as_version=4).cells) + 1  # papermill adds one
        more["on_cell_complete"] = lambda cell, cell_index: tell((cell_index + 1) / cells)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = papermill.execute_notebook(
                str(template), None, parameters=dict(request.parameters()), kernel_name="python3", progress_bar=False,
                execution_timeout=CELL_TIMEOUT, extra_arguments=["--log-level=50"], **more,
            )  # fmt: skip
    except PapermillExecutionError as error:
        raise PlanFailed(f"{error.ename}: {error.evalue}".splitlines()[0]) from None
    # papermill's record repeats the parameters, and names paths of this computer
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return Rendered(notebook, f"Plan for {exam}")


def plan_notebook(request: PlanRequest) -> Rendered:
    """Return the plan's notebook with the values of a request in a cell of their own, as papermill writes it; not yet run.

    An InputError where the request has mistakes.
    """
    exam = request.report.exam
    notebook = nbformat.read(notebook_folder() / PLAN_TEMPLATE, as_version=4)
    tags = [cell.metadata.setdefault("tags", []) for cell in notebook.cells]
    lines = [f"{name} = {_as_code(value)}\n" for name, value in request.parameters().items()]
    cell = nbformat.v4.new_code_cell("# Parameters\n" + "".join(lines), metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(tags.index(["parameters"]) + 1, cell)
    # what a kernel says of itself
    notebook.metadata.language_info = nbformat.from_dict({
        "codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "mimetype": "text/x-python",
        "name": "python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3", "version": python_version(),
    })  # fmt: skip
    return Rendered(notebook, f"Plan for {exam}")


def _as_code(value: object) -> str:
    """Return a value as papermill writes it."""
    if not isinstance(value, str):
        return repr(value)
    return '"' + value.encode("unicode_escape").decode("utf-8").replace('"', r"\"") + '"'
