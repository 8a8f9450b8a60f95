"""A plan leaves Jupyter: an executed notebook becomes one page that asks nothing of any network, and prints on A4."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter
from traitlets.config import Config

__all__ = ["page", "strip_metadata"]

_TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _exporter() -> Any:
    """Return the exporter, made once: making it costs more than using it."""
    return HTMLExporter(
        template_name="plan",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        config=Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": {"lab-only"}}}),
    )


def page(notebook: nbformat.NotebookNode, title: str) -> str:
    """Return an executed notebook as one HTML page: no code, no script, no request.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.
    title : str
        The title of the page.
    """
    html, _ = _exporter().from_notebook_node(notebook, resources={"page_title": title})
    return str(html)


def strip_metadata(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take papermill's record out of a notebook: it repeats the parameters, and names paths of this computer."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return notebook
