"""Controls with a label in words, all of them usable from the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets
import traitlets

from mls_kit.report import WEEKDAYS

__all__ = ["Choice", "Number", "OneOf", "Weekdays", "button", "choice", "tick"]

LABEL = "14em"
WIDE = "34em"
FULL = "calc(100% - 4px)"  # every widget has a margin of 2 px; all of the width would be cut off at the right


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
        # first the value, so that what follows from it is on its way before the slider moves
        traitlets.link((self.box, "value"), (self, "value"))
        # the page's slider adds up steps: without rounding 0.35 comes back as 0.3499999999999999
        traitlets.link((self.box, "value"), (self.slider, "value"), transform=(_tidy, _tidy))

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


class Choice(ipywidgets.HBox):
    """A labelled list of which one is chosen: Tab goes from one to the next, the space bar chooses.

    JupyterLab keeps arrow keys and letters for its own commands while the focus is in a drop-down list or in a group
    of radio buttons in an output; so each option is a radio button of its own.

    Parameters
    ----------
    label : str
        What is chosen.
    options : sequence of (str, value)
        Words and values.
    value
        What is chosen first.

    Examples
    --------
    >>> size = Choice("Size", [("small", 1), ("large", 2)], 1)
    >>> size.boxes[1].value = 0  # what the space bar does
    >>> size.value, size.index
    (2, 1)
    """

    value = traitlets.Any()

    def __init__(self, label: str, options: Sequence[tuple[str, Any]], value: Any) -> None:
        self.description, self.options = label, list(options)
        self._marking = False
        self.boxes = [
            ipywidgets.RadioButtons(
                options=[(words, 0)], value=None, tooltip=f"{label}: {words}", layout={"width": "auto"}
            )
            for words, _ in self.options
        ]
        heading = ipywidgets.Label(label, layout={"width": LABEL, "min_width": LABEL, "justify_content": "flex-end"})
        many = max(len(words) for words, _ in self.options) > 32
        around = {"flex_flow": "column" if many else "row wrap", "flex": "1 1 20em"}
        super().__init__([heading, ipywidgets.HBox(self.boxes, layout=around)], value=value)
        self.add_class("mls-kit-choice")
        for place, box in enumerate(self.boxes):
            box.observe(lambda change, at=place: self._pressed(change, at), "value")
        self.observe(lambda _change: self._mark(), "value")
        self._mark()

    @property
    def index(self) -> int:
        """The place of what is chosen; settable."""
        return [value for _, value in self.options].index(self.value)

    @index.setter
    def index(self, place: int) -> None:
        self.value = self.options[place][1]

    @property
    def label(self) -> str:
        """The words of what is chosen."""
        return self.options[self.index][0]

    @property
    def disabled(self) -> bool:
        """Whether nothing can be chosen now; settable."""
        return bool(self.boxes[0].disabled)

    @disabled.setter
    def disabled(self, off: bool) -> None:
        for box in self.boxes:
            box.disabled = off

    @traitlets.validate("value")
    def _offered(self, proposal: Any) -> Any:
        if proposal["value"] not in [value for _, value in self.options]:
            raise traitlets.TraitError(f"{self.description}: {proposal['value']!r} is not offered")
        return proposal["value"]

    def _pressed(self, change: Any, place: int) -> None:
        if change["new"] is not None and not self._marking:
            self.index = place

    def _mark(self) -> None:
        self._marking = True
        for place, box in enumerate(self.boxes):
            box.value = 0 if place == self.index else None
        self._marking = False


def choice(label: str, options: Sequence[Any] | Mapping[str, Any], value: Any = None) -> Choice:
    """Return a labelled list to choose one value from; a mapping gives words and values."""
    pairs = list(options.items()) if isinstance(options, Mapping) else [(str(option), option) for option in options]
    return Choice(label, pairs, pairs[0][1] if value is None else value)


def tick(label: str, value: bool = False) -> ipywidgets.Checkbox:
    """Return a labelled box to tick."""
    return ipywidgets.Checkbox(value=value, description=label, indent=False, layout={"width": WIDE})


def button(label: str, **look: Any) -> ipywidgets.Button:
    """Return a button that says what it does."""
    return ipywidgets.Button(description=label, layout={"width": "auto", "min_width": "9em"}, **look)


class OneOf(ipywidgets.VBox):
    """Options of which one is chosen, every one of them a stop of the Tab key, chosen with the space bar.

    JupyterLab takes the arrow keys and letters for its own commands while the focus is in a list or a group of radio
    buttons in an output; Tab and the space bar it leaves alone.

    Parameters
    ----------
    label : str
        What is chosen, shown above; none if empty.
    options : mapping
        Words and values.
    value
        What is chosen first; nothing if None.

    Examples
    --------
    >>> which = OneOf("Size", {"small": 1, "large": 2}, 1)
    >>> which.boxes[1].value = 0
    >>> which.value, which.boxes[0].value is None
    (2, True)
    """

    value = traitlets.Any(allow_none=True)

    def __init__(self, label: str, options: Mapping[str, Any], value: Any = None) -> None:
        self.label = label
        self._heading = [ipywidgets.HTML(f"<b>{escape(label)}</b>")] if label else []
        super().__init__([], value=value)
        self.add_class("mls-kit-one-of")
        self.set_options(options)

    def set_options(self, options: Mapping[str, Any]) -> None:
        """Offer other options; where the chosen one is not among them, the first is chosen, if one had been."""
        self.options = dict(options)
        values = list(self.options.values())
        if self.value is not None and self.value not in values:
            self.value = values[0]
        self.boxes = [
            ipywidgets.RadioButtons(options=[(words, 0)], value=None, layout={"width": FULL}) for words in options
        ]
        for box, value in zip(self.boxes, values, strict=True):
            box.observe(lambda change, value=value: self._chosen(change, value), "value")
        self._mark()
        self.children = [*self._heading, *self.boxes]

    def _chosen(self, change: Any, value: Any) -> None:
        if change["new"] is not None:
            self.value = value

    @traitlets.observe("value")
    def _value_changed(self, _change: Any) -> None:
        if self.children:
            self._mark()

    def _mark(self) -> None:
        for box, value in zip(self.boxes, self.options.values(), strict=True):
            box.value = 0 if self.value is not None and value == self.value else None
