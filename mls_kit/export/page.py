"""A plan leaves Jupyter: an executed notebook becomes one page that asks nothing of any network, and prints on A4."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape

from mls_kit.explain.plan_page import plan_style
from mls_kit.html import render

if TYPE_CHECKING:
    import nbformat

TEMPLATES = Path(__file__).parent / "templates"
_NAMELESS = re.compile(r"<img\b(?![^>]*\balt=)")
_NAMED = '<img alt="No description has been provided for this image"'  # nbconvert's words
_AS_THEY_ARE = ("text/html", "image/svg+xml")
_SHOWN = (*_AS_THEY_ARE, "text/markdown", "image/png", "image/jpeg", "text/plain")  # the first of these that there is


def page(notebook: nbformat.NotebookNode, title: str, foot: str = "", files: Mapping[str, str] | None = None) -> str:
    """Return an executed notebook as one HTML page with a title: no code, no script, no request.

    ``foot`` stands below each printed sheet; ``files``: the names of other files of the plan, by what they are, to link to.
    """
    # nbconvert makes the same page, and takes half a second to load and to begin: a fifth of the time of one plan
    parts = [part for cell in notebook.cells if "lab-only" not in cell.metadata.get("tags", []) for part in _parts(cell)]
    made = render("export/page.html.j2", title=title, style=plan_style(), foot=_in_css(foot), parts=parts).markup
    links = "".join(f'<li><a href="{escape(quote(name))}">{escape(what)}</a></li>' for what, name in (files or {}).items())
    return _NAMELESS.sub(_NAMED, made).replace("<!--files-->", links, 1)


def _parts(cell: Any) -> Iterator[tuple[str, str]]:
    """Yield the kind and the content of all that a cell shows on the page."""
    if cell.cell_type == "markdown":
        yield "text/markdown", _of_markdown(cell.source)
    for output in cell.get("outputs", []):
        data = output.get("data") or {"text/plain": output.get("text", "")}
        for kind in _SHOWN:
            if data.get(kind):
                content = _of_markdown(data[kind]) if kind == "text/markdown" else data[kind]
                yield kind, Markup(content) if kind in _AS_THEY_ARE else content
                break


def _of_markdown(source: str) -> Markup:
    from nbconvert.filters import markdown2html  # a plan has no text of this kind, until somebody adds a cell

    return Markup(markdown2html(source))


def _in_css(text: str) -> str:
    """Return text as it may stand between quotes in a stylesheet: all but letters, digits and spaces as numbers."""
    return "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in text)
