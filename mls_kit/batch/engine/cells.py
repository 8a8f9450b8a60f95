"""In a child: papermill's own client runs the cells, with a kernel in the same process."""

from __future__ import annotations

from typing import Any

from mls_kit.batch.engine.child import tell

__all__ = ["run_here", "run_in_child"]


def run_here(nb_man: Any, kernel_name: str, **options: Any) -> Any:
    """Run the cells with papermill's engine in this very child; the caller watches the time of each cell."""
    from papermill.engines import NBClientEngine

    from mls_kit.batch.engine.memory_kernel import MemoryKernelManager

    timeout = options.pop("execution_timeout", None) or options.pop("timeout", None)

    def begin(cell: Any, cell_index: int) -> None:
        tell(cell=cell_index, seconds=timeout)

    def end(cell: Any, cell_index: int, execute_reply: Any) -> None:
        tell(cell=None)

    options |= {"on_cell_execute": begin, "on_cell_executed": end, "kernel_manager_class": MemoryKernelManager}
    return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)


class _Teller:
    """Stands in for papermill's manager, which is at the caller's end: tells it of everything."""

    def __init__(self, nb: Any) -> None:
        self.nb = nb
        self.failed = False

    def cell_start(self, cell: Any, cell_index: int) -> None:
        self.failed = False
        tell(cell=cell_index)

    def cell_exception(self, cell: Any, cell_index: int, exception: Any = None) -> None:
        self.failed = True

    def cell_complete(self, cell: Any, cell_index: int) -> None:
        content = cell if cell.cell_type == "code" else None
        tell(cell=None, completed=cell_index, content=content, exception=self.failed)

    def autosave_cell(self) -> None:
        """Saving is the caller's."""


def run_in_child(value: dict[str, Any]) -> dict[str, Any]:
    """Run the cells of a notebook for a caller who has papermill's manager."""
    from nbformat import from_dict
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.log import logger

    from mls_kit.batch.engine.memory_kernel import MemoryKernelManager

    class Client(PapermillNotebookClient):
        def log_output_message(self, output: Any) -> None:
            tell(output=output)

    notebook = from_dict(value["notebook"])
    client = Client(
        _Teller(notebook), kernel_name=value["kernel_name"], kernel_manager_class=MemoryKernelManager, log=logger,
        log_output=value["log"], timeout=None, **value["options"],
    )  # fmt: skip
    client.execute()
    shown = {number for cells in client._display_id_map.values() for number in cells}  # later cells may change these
    return {"metadata": notebook.metadata, "outputs": {number: notebook.cells[number].outputs for number in shown}}
