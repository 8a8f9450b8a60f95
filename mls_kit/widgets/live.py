"""A view in a page without a kernel: every state of a grid is worked out beforehand, packed, and shown by a small script."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

from mls_kit.html import Block, render
from mls_kit.widgets.controls import Number, Options

LIVE = 'class="mls-live"'
PAGES = "MLS_KIT_LIVE_PAGES"  # set where pages are made that have the script


class Choice(NamedTuple):
    """A control in a page: a slider where its values lie evenly, otherwise options with their words."""

    label: str
    values: Sequence[Any]
    words: Sequence[str]
    chosen: int

    @property
    def step(self) -> float:
        """From one value to the next, or 0 where they do not lie evenly."""
        if len(self.words) < 5 or isinstance(self.values[0], str):
            return 0
        gaps = {round(after - before, 6) for before, after in pairwise(self.values)}
        return gaps.pop() if len(gaps) == 1 else 0


def choice(control: Any, values: Sequence[Any]) -> Choice:
    """Return a control for a page, set to the value nearest to its own."""
    if isinstance(control, Options):
        words = {value: word for word, value in control.options.items()}
        return Choice(control.label, values, [words[value] for value in values], values.index(control.value))
    near = min(range(len(values)), key=lambda place: abs(values[place] - control.value))
    if isinstance(control, Number):
        return Choice(control.label, values, [f"{value:g}" for value in values], near)
    return Choice(control.description, values, ["no", "yes"], near)


def alive(name: str, controls: Mapping[str, Any], grid: Mapping[str, Sequence[Any]], shown: Callable[..., str]) -> Block:
    """Return the states of a grid; ``shown`` gives the markup of one, and controls that are not in the grid stay as they are."""
    choices = {of: choice(controls[of], values) for of, values in grid.items()}
    states = [shown(**dict(zip(grid, chosen, strict=True))) for chosen in product(*grid.values())]
    first = shown(**{of: each.values[each.chosen] for of, each in choices.items()})
    once = list(dict.fromkeys(states))
    found = json.dumps([once, [once.index(state) for state in states]], ensure_ascii=False)
    packed = b64encode(gzip.compress(found.encode(), mtime=0)).decode()
    return render("widgets/live.html.j2", "live", name=name, choices=choices.values(), first=Block(first), packed=packed)
