"""A request becomes an executed notebook: the plan's template with the request's values, as papermill would run it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from platform import python_version

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
    made = plan_notebook(request)  # a mistake in the report is found here, before a kernel is started
    with without_unused():
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError

        from mls_kit.export.own_kernel import OwnKernelManager

    client = NotebookClient(
        made.notebook, timeout=CELL_TIMEOUT, kernel_manager_class=OwnKernelManager, extra_arguments=["--log-level=50"],
        record_timing=False, on_cell_complete=lambda cell, cell_index: tell and tell((cell_index + 1) / len(made.notebook.cells)),
    )  # fmt: skip
    try:
        client.execute()
    except CellExecutionError as error:
        raise PlanFailed(f"{error.ename}: {error.evalue}".splitlines()[0]) from None
    return made


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
