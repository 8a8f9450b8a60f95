"""One plan: its notebook runs in this very process, where all that it needs is loaded already."""

from __future__ import annotations

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from mls_kit.export import PlanFailed, Rendered, page, plan_notebook
from mls_kit.report import PlanRequest


def render_here(request: PlanRequest) -> Rendered:
    """Run the plan's notebook with the values of a request; a test compares what comes of it with papermill's.

    An InputError where the report has mistakes; PlanFailed where the notebook stopped at an error.
    """
    made = plan_notebook(request)
    _run(made.notebook)
    return made


def warm_up(report: str) -> None:
    """Make a plan and its page of a report without a learner, so that what every plan loads and reads is there."""
    page(render_here(PlanRequest(**json.loads(report))).notebook, "")


def _run(notebook: Any) -> None:
    """Run the cells in IPython's shell, which is what a kernel runs them in."""
    # papermill, nbclient and ipykernel take 0.8 s to load and to begin, a third of the time of one plan; the shell, 0.2 s
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from nbformat.v4 import new_output
    from traitlets.config import Config

    shown: list[Any] = []
    number = 0

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:  # type: ignore[override]
            shown.append(new_output("display_data", data, metadata=metadata or {}))

    class Shell(InteractiveShell):
        def enable_gui(self, gui: Any = None) -> None:
            """Open no window."""

    def result(value: Any) -> None:
        if value is not None and not DisplayHook.semicolon_at_end_of_expression(cell.source):
            data, metadata = shell.display_formatter.format(value)
            shown.append(new_output("execute_result", data, metadata=metadata, execution_count=number))

    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as in a kernel
    nothing_kept = Config({"HistoryManager": {"enabled": False}})  # names and scores stay out of IPython's history
    shell: Any = Shell.instance(display_pub_class=Publisher, config=nothing_kept)
    shell.display_trap.hook = result
    try:
        for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
            shown.clear()
            with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as warned:
                done = shell.run_cell(cell.source, store_history=True)
            texts = (("stdout", said.getvalue()), ("stderr", warned.getvalue()))
            cell.outputs = [*(new_output("stream", name=name, text=text) for name, text in texts if text), *shown]
            cell.execution_count = number
            if error := done.error_before_exec or done.error_in_exec:
                stopped = isinstance(error, KeyboardInterrupt)
                raise error if stopped else PlanFailed(f"{type(error).__name__}: {error}".splitlines()[0])
    finally:
        Shell.clear_instance()
