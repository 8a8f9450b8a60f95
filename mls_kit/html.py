"""HTML for notebooks and pages, made from Jinja2 templates that escape every value handed to them.

The sentences stand in the folders ``templates`` of the rooms; what they share is in ``explain/templates/_parts.html.j2``.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

_ROOMS = Path(__file__).parent
_PARTS = "explain/_parts.html.j2"


class Block:
    """A piece of HTML a notebook shows; ``str`` gives its text without markup."""

    def __init__(self, markup: str) -> None:
        self.markup = str(markup)

    def __html__(self) -> str:
        """Return the markup, which a template then takes as it is."""
        return self.markup

    def _repr_html_(self) -> str:
        # names may hold dollar signs: nothing in a block is mathematics
        return f'<div class="mls-kit tex2jax_ignore mathjax_ignore">{together(self.markup)}</div>'

    def __repr__(self) -> str:
        text = re.sub(r" ?</(p|li|tr|h\d|caption)> ?", "\n", self.markup)
        text = re.sub(r"</t[dh]>", "  ", text)
        text = html.unescape(re.sub(r"(?s)<style>.*?</style>|<[^>]*>", "", text))
        return re.sub(r" *\n *", "\n", text).strip()

    __str__ = __repr__


def render(template: str, part: str = "", /, **values: Any) -> Block:
    """Fill in a template.

    Parameters
    ----------
    template : its room and file: ``"explain/report.html.j2"`` is ``mls_kit/explain/templates/report.html.j2``
    part : one macro of the template; the whole file if left out. Line breaks in a macro of HTML become spaces.
    **values : what the template, or the macro, asks for. Text is escaped; a ``Block`` is taken as it is.

    >>> render("explain/_parts.html.j2", "note", title="1 < 2", body=Block("<p>yes</p>"))
    1 < 2yes
    """
    found = _environment().get_template(template)
    if not part:
        return Block(found.render(**values))
    text = getattr(found.module, part)(**values)
    return Block(re.sub(r"[ \t\n]+", " ", text).strip() if template.endswith(".html.j2") else text)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the one Jinja2 environment of the kit, which keeps compiled templates."""
    folders = {folder.parent.name: FileSystemLoader(folder) for folder in _ROOMS.glob("*/templates")}
    environment = Environment(
        loader=PrefixLoader(folders), autoescape=True, undefined=StrictUndefined, auto_reload=False,
        trim_blocks=True, lstrip_blocks=True, bytecode_cache=_compiled(),
    )  # fmt: skip
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.filters.update(_FILTERS)
    environment.globals |= {"percent_range": percent_range, "policy": policy}
    environment.tests["amount"] = _is_amount
    return environment


def policy(scripts: Iterable[object] = (), window: str = "") -> Markup:
    """Return the line that keeps a page from loading anything, and from running any script but these; all pages have it.

    ``window``: the hash of a script in a window that one of the scripts opens, which shows the page in frames.
    """
    texts = [one.__html__() if hasattr(one, "__html__") else str(one) for one in scripts]
    hashes = [f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}" for text in texts]
    hashes += [window] if window else []
    rules = ["default-src 'none'", "img-src data:", "style-src 'unsafe-inline'"]
    rules += [f"script-src {' '.join(map(repr, hashes))}"] if hashes else []
    rules += ["frame-src 'self' file:"] if window else []
    rules += ["base-uri 'none'", "form-action 'none'"]
    return Markup(f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">')


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates, in a folder of this user's own below the system's temporary one; an eighth of the time of a plan."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template; where nothing can be written, it is compiled again next time."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> BytecodeCache | None:
    # what is compiled hangs on the filters here too
    with suppress(OSError, RuntimeError):
        return _Compiled(pattern=f"mls-kit-{Path(__file__).stat().st_mtime_ns:x}-%s")
    return None


def percent(share: float) -> str:
    """Return a share as a whole percentage that never rounds to certainty.

    >>> percent(0.391), percent(0.998), percent(0.001)
    ('39 %', 'over 99 %', 'under 1 %')
    """
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def percent_range(low: float, high: float) -> str:
    """Return two shares as a range in words.

    >>> percent_range(0.243, 0.462), percent_range(0.5, 0.999)
    ('24 to 46 %', '50 to over 99 %')
    """
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def long_day(value: date) -> str:
    """Return a day in words, without its year.

    >>> long_day(date(2026, 11, 27))
    'Friday 27 November'
    """
    return f"{value:%A} {value.day} {value:%B}"


def short_day(value: date, year: bool = False) -> str:
    """Return a day in short words.

    >>> short_day(date(2026, 11, 27)), short_day(date(2026, 11, 27), year=True)
    ('Fri 27 Nov', 'Fri 27 Nov 2026')
    """
    return f"{value:%a} {value.day} {value:{'%b %Y' if year else '%b'}}"


def plain_days(text: str) -> str:
    """Return text with its days in words.

    >>> plain_days("The last day was 2026-03-31.")
    'The last day was 31 March 2026.'
    """
    return re.sub(r"\d{4}-\d\d-\d\d", lambda found: f"{(day := date.fromisoformat(found[0])).day} {day:%B %Y}", text)


_FILTERS: dict[str, Callable[..., str]] = {
    "anchor": lambda percent: "start" if percent < 12 else "end" if percent > 88 else "middle",  # of a text in a picture
    "counted": lambda count, noun: f"{count:g} {noun}{'' if count == 1 else 's'}",  # 1 point, 2 points
    "day": lambda value: f"{value:%a} {value}",  # Fri 2026-11-27
    "long_day": long_day,
    "short_day": short_day,
    "hours": lambda minutes: f"{minutes / 60:.1f}",
    "number": lambda value: f"{value:g}",  # without needless zeros
    "percent": percent,
    "plain_days": plain_days,
    "rounded": lambda value, digits=0: f"{value:.{digits}f}",
    "signed": lambda value: f"{value:+.0f}".replace("-", "\u2212"),  # +12 or −12
    "sentence": lambda text: text if text.endswith(("?", "!", ".")) else f"{text}.",
    "spelled": lambda number: dict(enumerate(["no", "one", "two", "three", "four", "five", "six"])).get(number, f"{number:g}"),
    "unit": lambda value, name: f"{value:.0f} {name}",
}


def safe(text: object) -> str:
    """Escape text; wrap it so that its writing direction does not spill over."""
    return f"<bdi>{escape(str(text))}</bdi>"


def together(markup: str) -> str:
    r"""Keep a number and its unit, or what it may be off by, on one line.

    >>> together("24 % of 750 ± 54")
    '24\xa0% of 750\xa0±\xa054'
    """
    return re.sub(r"(?<=\d) ± (?=\d)", "\u00a0±\u00a0", re.sub(r"(?<=\d) (?=%|h\b)", "\u00a0", markup))


def badge(kind: str) -> str:
    """Return the mark of a kind of statement: a word in a frame of its own style."""
    return render(_PARTS, "badge", kind=kind).markup


def legend() -> str:
    """Return what each mark of a statement means; lesson 00 shows it."""
    return render(_PARTS, "legend").markup


def join(parts: Iterable[str]) -> Block:
    """Join pieces of markup to one block."""
    return Block("\n".join(parts))


def table(frame: pd.DataFrame, caption: str, markup: Iterable[str] = ()) -> str:
    """Return a table with a caption, which is markup; cells are escaped, except in the columns named in ``markup``."""
    trusted = [name in set(markup) for name in frame.columns]
    rows = [
        [Markup(value) if trust else value for value, trust in zip(row, trusted, strict=True)]
        for row in frame.itertuples(index=False, name=None)  # a type of its own for each table takes 1 ms
    ]
    numbers = [name for name, kind in frame.dtypes.items() if pd.api.types.is_numeric_dtype(kind)]
    heads = list(frame.columns)
    return render(_PARTS, "table_of", caption=Markup(caption), heads=heads, rows=rows, numbers=numbers).markup


def show(values: pd.DataFrame | pd.Series, caption: str, percents: bool = False) -> Block:
    """Return numbers as a table a screen reader can read: every column has a heading, and the table a caption.

    The index becomes the first column: name it. ``percents``: numbers are shares from 0 to 1, to be shown as percentages.
    """
    frame = values.reset_index()
    frame.columns = [str(name).replace("_", " ") for name in frame.columns]
    if percents:
        frame = frame.map(lambda value: f"{100 * value:.0f} %" if isinstance(value, float) else value)
    return Block(table(frame, escape(caption)))


def _is_amount(value: object) -> bool:
    """Say whether a cell is a date or an amount, which is not broken over lines."""
    if hasattr(value, "__html__") and "<" in value.__html__():
        return False
    text = str(value)
    return len(text) <= 22 and any(character.isdigit() for character in text)
