"""A plan leaves Jupyter: an executed notebook becomes one page that asks nothing of any network, and prints on A4."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from markupsafe import escape
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from traitlets.config import Config

from mls_kit.explain.plan_page import plan_style
from mls_kit.html import policy

_NAMELESS = re.compile(r"<img\b(?![^>]*\balt=)")
TEMPLATES = Path(__file__).parent / "templates"


class _PageExporter(HTMLExporter):
    """nbconvert's exporter without its second reading of the page, three quarters of the time.

    That reading names pictures without alternative text, of which a plan has none, and marks nbconvert's own cells.
    """

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
        """Convert a notebook."""
        self.register_filter("highlight_code", Highlight2HTML(parent=self))
        metadata = {"": nb.metadata}
        self.register_filter("filter_data_type", WidgetsDataTypeFilter(notebook_metadata=metadata, parent=self))
        html, found = TemplateExporter.from_notebook_node(self, nb, self._init_resources(resources or {}), **options)
        if _NAMELESS.search(html):
            return super().from_notebook_node(nb, resources, **options)
        return html, found


@lru_cache(maxsize=1)
def _exporter() -> Any:
    """Return the exporter, made once: making it costs more than using it."""
    return _PageExporter(
        template_name="plan",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        optimistic_validation=True,  # once, not after each of twelve steps
        config=Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": {"lab-only"}}}),
    )


def page(notebook: nbformat.NotebookNode, title: str, foot: str = "", files: Mapping[str, str] | None = None) -> str:
    """Return an executed notebook as one HTML page with a title: no code, no script, no request.

    ``foot`` stands below each printed sheet; ``files``: the names of other files of the plan, by what they are, to link to.
    """
    resources = {"page_title": title, "page_foot": _in_css(foot), "style": plan_style().markup, "policy": policy()}
    html, _ = _exporter().from_notebook_node(notebook, resources=resources)
    links = "".join(
        f'<li><a href="{escape(quote(name))}">{escape(what)}</a></li>' for what, name in (files or {}).items()
    )
    return str(html).replace("<!--files-->", links, 1)


def _in_css(text: str) -> str:
    """Return text as it may stand between quotes in a stylesheet: all but letters, digits and spaces as numbers."""
    return "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in text)
