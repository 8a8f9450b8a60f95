"""Safe HTML for notebooks and pages: text is escaped, kinds are told apart in words and not by color alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

__all__ = ["Block", "badge", "join", "safe", "show", "table", "together"]

# word, border style and color: three signs for each kind
_KINDS = {
    "published": ("published", "solid", "#0b5d8a"),
    "second-hand": ("published, second-hand", "dashed", "#0b5d8a"),
    "article": ("article", "double", "#7a4b00"),
    "model": ("model", "dotted", "#5b2a86"),
    "contradicted": ("contradicted", "solid", "#a11212"),
}
_MEANINGS = {
    "published": "the exam's owner says so",
    "second-hand": "said to be the owner's, read only through others",
    "article": "the article's rule of thumb",
    "model": "the kit's own calculation or judgement",
    "contradicted": "an article statement that published text contradicts",
}


class Block:
    """A piece of HTML a notebook shows; ``str`` gives its text without markup.

    Examples
    --------
    >>> str(Block("<p>690 of <b>750</b></p>"))
    '690 of 750'
    """

    def __init__(self, markup: str) -> None:
        self.markup = markup

    def _repr_html_(self) -> str:
        # names may hold dollar signs: nothing in a block is mathematics
        return f'<div class="mls-kit tex2jax_ignore mathjax_ignore">{together(self.markup)}</div>'

    def __repr__(self) -> str:
        text = re.sub(r"</(p|li|tr|h\d|caption)>", "\n", self.markup)
        text = re.sub(r"</t[dh]>", "  ", text)
        return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()

    __str__ = __repr__


def safe(text: object) -> str:
    """Escape text; wrap it so that its writing direction does not spill over.

    Examples
    --------
    >>> safe("<script>")
    '<bdi>&lt;script&gt;</bdi>'
    """
    return f"<bdi>{html.escape(str(text))}</bdi>"


def together(markup: str) -> str:
    r"""Keep a number and its unit, or what it may be off by, on one line.

    Examples
    --------
    >>> together("24 % of 750 ± 54")
    '24\xa0% of 750\xa0±\xa054'
    """
    return re.sub(r"(?<=\d) ± (?=\d)", "\u00a0±\u00a0", re.sub(r"(?<=\d) (?=%|h\b)", "\u00a0", markup))


def badge(kind: str) -> str:
    """Return the mark of a kind of statement: a word in a frame of its own style.

    Examples
    --------
    >>> "published" in badge("published")
    True
    """
    word, style, color = _KINDS[kind]
    look = f"border:2px {style} {color};color:{color};background:#fff;border-radius:4px;padding:0 .35em"
    return f'<span title="{_MEANINGS[kind]}" style="{look};font-size:85%;white-space:nowrap">{word}</span>'


def legend() -> str:
    """Return the legend of all kinds."""
    items = " &nbsp; ".join(f"{badge(kind)} {_MEANINGS[kind]}" for kind in _KINDS)
    return f"<p>How to read the marks: {items}.</p>"


def join(parts: Iterable[str]) -> Block:
    """Join pieces of markup to one block."""
    return Block("\n".join(parts))


def table(frame: pd.DataFrame, caption: str, markup: Iterable[str] = ()) -> str:
    """Return a table with a caption; cells are escaped, except in the columns named in ``markup``.

    Examples
    --------
    >>> "&lt;A&gt;</td>" in table(pd.DataFrame({"domain": ["<A>"]}), "Ratings")
    True
    """
    trusted = set(markup)
    sides = ["right" if pd.api.types.is_numeric_dtype(kind) else "left" for kind in frame.dtypes]
    head = "".join(
        f'<th scope="col" style="text-align:{side}">{html.escape(str(name))}</th>'
        for name, side in zip(frame.columns, sides, strict=True)
    )
    rows = [
        "".join(_cell(value, name in trusted) for name, value in zip(frame.columns, row, strict=True))
        for row in frame.itertuples(index=False, name=None)  # a type of its own for each table takes 1 ms
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    look = "text-align:left;font-weight:bold;padding:.3em 0"
    return (
        f'<table style="font-size:inherit;min-width:min(100%,30em)"><caption style="{look}">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def show(values: pd.DataFrame | pd.Series, caption: str, percents: bool = False) -> Block:
    """Return numbers as a table a screen reader can read: every column has a heading, and the table a caption.

    Parameters
    ----------
    values : DataFrame or Series
        The index becomes the first column; name it.
    caption : str
        What the table tells.
    percents : bool
        Whether numbers are shares from 0 to 1, to be shown as percentages.

    Examples
    --------
    >>> chances = pd.Series([0.5], index=pd.Index(["Strong"], name="rating"), name="chance")
    >>> str(show(chances, "Chances", percents=True)).split()
    ['Chances', 'rating', 'chance', 'Strong', '50', '%']
    """
    frame = values.reset_index()
    frame.columns = [str(name).replace("_", " ") for name in frame.columns]
    if percents:
        frame = frame.map(lambda value: f"{100 * value:.0f} %" if isinstance(value, float) else value)
    return Block(table(frame, html.escape(caption)))


def _cell(value: Any, trusted: bool) -> str:
    number = isinstance(value, int | float)
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    look = f"text-align:{'right' if number else 'left'};vertical-align:top"
    if not trusted and len(text) <= 22 and any(character.isdigit() for character in text):
        look += ";white-space:nowrap"  # a date or an amount is not broken over lines
    return f'<td style="{look}">{text if trusted else html.escape(text)}</td>'
