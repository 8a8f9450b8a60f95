"""A plan leaves Jupyter: an executed notebook becomes one page that asks nothing of any network, and prints on A4."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from traitlets.config import Config

_NAMELESS = re.compile(r"<img\b(?![^>]*\balt=)")
_CELL_STYLE = re.compile(r'(<t[dh](?: scope="\w+")?) style="([\w:;.%-]*)"')
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


def page(notebook: nbformat.NotebookNode, title: str) -> str:
    """Return an executed notebook as one HTML page with a title: no code, no script, no request."""
    html, _ = _exporter().from_notebook_node(notebook, resources={"page_title": title})
    return _with_classes(str(html))


def _with_classes(html: str) -> str:
    """Give cells of tables that look alike a class in place of a style each: a fifth of a long plan's page."""
    looks = Counter(look for _, look in _CELL_STYLE.findall(html))
    names = {look: f"c{number}" for number, look in enumerate(looks) if looks[look] > 9}
    rules = "".join(f".{name} {{ {look} }}\n" for look, name in names.items())

    def named(match: re.Match[str]) -> str:
        return f'{match[1]} class="{names[match[2]]}"' if match[2] in names else match[0]

    return _CELL_STYLE.sub(named, html).replace("</style>", rules + "</style>", 1)
