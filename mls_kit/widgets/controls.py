"""Controls with a label in words, all of them usable from the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ipywidgets
import traitlets

from mls_kit.reading import WEEKDAYS

__all__ = ["Number", "Weekdays", "button", "choice", "tick"]

LABEL = "14em"
WIDE = "34em"


def _style() -> dict[str, str]:
    return {"description_width": LABEL}


def _tidy(number: float) -> float:
    return round(number, 6)


class Number(ipywidgets.HBox):
    """A labelled number: a box for the keyboard, and a slider for the mouse and the projector.

    A slider alone has no name that a screen reader could say; the box beside it has.

    Parameters
    ----------
    label : str
        What the number is, with its unit.
    value : int or float
    low, high : int or float
        Values outside are brought to the nearer end.
    step : int or float
        What one press of an arrow key changes.
    """

    value = traitlets.Any()

    def __init__(self, label: str, value: float, low: float, high: float, step: float = 1) -> None:
        self.low, self.high, self.step = low, high, step
        whole = all(float(number).is_integer() for number in (value, low, high, step))
        box = ipywidgets.BoundedIntText if whole else ipywidgets.BoundedFloatText
        slider = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        self.label, self._kind = label, int if whole else float
        start = self._kind(value)
        self.box = box(value=start, min=low, max=high, step=step, description=label, style=_style(),
                       layout={"width": f"calc({LABEL} + 6em)"})  # fmt: skip
        self.slider = slider(value=start, min=low, max=high, step=step, readout=False, layout={"width": "14em"})
        super().__init__(
            [self.box, self.slider], layout={"flex_flow": "row wrap", "align_items": "center"}, value=start
        )
        # the page's slider adds up steps: without rounding 0.35 comes back as 0.3499999999999999
        traitlets.link((self.box, "value"), (self.slider, "value"), transform=(_tidy, _tidy))
        traitlets.link((self.box, "value"), (self, "value"))

    @traitlets.validate("value")
    def _within(self, proposal: Any) -> float:
        kept = min(max(proposal["value"], self.low), self.high)
        return self._kind(kept)


class Weekdays(ipywidgets.HBox):
    """Seven ticks, one a weekday; ``value`` is the tuple of those ticked, as numbers (0 is Monday).

    Parameters
    ----------
    label : str
        What a tick means.
    value : iterable of int
        The weekdays ticked to begin with.

    Examples
    --------
    >>> week = Weekdays("No study on", [6])
    >>> week.boxes[0].value = True
    >>> week.value
    (0, 6)
    """

    value = traitlets.Tuple()

    def __init__(self, label: str, value: Iterable[int] = ()) -> None:
        chosen = tuple(sorted(value))
        self.label, self._setting = label, False
        self.boxes = [
            ipywidgets.Checkbox(value=day in chosen, description=name[:3], indent=False, layout={"width": "4.2em"},
                                tooltip=f"{label}: {name}")
            for day, name in enumerate(WEEKDAYS)
        ]  # fmt: skip
        heading = ipywidgets.Label(label, layout={"width": LABEL, "justify_content": "flex-end"})
        super().__init__(
            [heading, *self.boxes], layout={"flex_flow": "row wrap", "align_items": "center"}, value=chosen
        )
        for box in self.boxes:
            box.observe(self._ticked, "value")
        self.observe(self._set, "value")

    def _ticked(self, _change: Any) -> None:
        if self._setting:
            return  # all ticks are set together; the value is there already
        self.value = tuple(day for day, box in enumerate(self.boxes) if box.value)

    def _set(self, change: Any) -> None:
        self._setting = True
        for day, box in enumerate(self.boxes):
            box.value = day in change["new"]
        self._setting = False


def choice(label: str, options: Sequence[Any] | Mapping[str, Any], value: Any = None) -> ipywidgets.Dropdown:
    """Return a labelled list to choose one value from; a mapping gives words and values."""
    pairs = list(options.items()) if isinstance(options, Mapping) else list(options)
    first = pairs[0][1] if isinstance(options, Mapping) else pairs[0]
    chosen = first if value is None else value
    return ipywidgets.Dropdown(options=pairs, value=chosen, description=label, style=_style(), layout={"width": WIDE})


def tick(label: str, value: bool = False) -> ipywidgets.Checkbox:
    """Return a labelled box to tick."""
    return ipywidgets.Checkbox(value=value, description=label, indent=False, layout={"width": WIDE})


def button(label: str, **look: Any) -> ipywidgets.Button:
    """Return a button that says what it does."""
    return ipywidgets.Button(description=label, layout={"width": "auto", "min_width": "9em"}, **look)
