"""Controls with a label in words, all of them usable from the keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets
import traitlets

LABEL = "14em"
WIDE = "34em"
FULL = "calc(100% - 4px)"  # every widget has a margin of 2 px; all of the width would be cut off at the right
_TIDY = partial(round, ndigits=6)
_ROW = {"flex_flow": "row wrap", "align_items": "center"}


class Number(ipywidgets.HBox):
    """A labeled number: a box for the keyboard and screen readers, and a slider for the mouse and the projector."""

    value = traitlets.Any()

    def __init__(self, label: str, value: float, low: float, high: float, step: float = 1) -> None:
        self.low, self.high, self.step = low, high, step
        whole = all(float(number).is_integer() for number in (value, low, high, step))
        box = ipywidgets.BoundedIntText if whole else ipywidgets.BoundedFloatText
        slider = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        self.label, self._kind = label, int if whole else float
        start = self._kind(value)
        self.box = box(value=start, min=low, max=high, step=step, description=label,
                       style={"description_width": LABEL}, layout={"width": f"calc({LABEL} + 6em)"})  # fmt: skip
        self.slider = slider(value=start, min=low, max=high, step=step, readout=False, layout={"width": "14em"})
        super().__init__([self.box, self.slider], layout=_ROW, value=start)
        # first the value, so that what follows from it is on its way before the slider moves
        traitlets.link((self.box, "value"), (self, "value"))
        # the page's slider adds up steps: without rounding 0.35 comes back as 0.3499999999999999
        traitlets.link((self.box, "value"), (self.slider, "value"), transform=(_TIDY, _TIDY))

    @traitlets.validate("value")
    def _within(self, proposal: Any) -> float:
        return self._kind(min(max(proposal["value"], self.low), self.high))


class Options(ipywidgets.Box):
    """Options by their words, of which one is chosen, or several (``value`` is then their tuple), or None.

    JupyterLab keeps arrow keys and letters for its own commands while the focus is in a drop-down list or in a group
    of radio buttons in an output; so each option is a radio button of its own.
    """

    value = traitlets.Any(allow_none=True)

    def __init__(self, label: str, options: Mapping[str, Any] | Sequence[str], value: Any = None, several: bool = False) -> None:
        self.label, self.several, self._marking = label, several, False
        self.options: dict[str, Any] = {}
        self.boxes: list[Any] = []
        super().__init__()
        self.add_class("mls-kit-choice")
        self.offer(options)
        self.value = tuple(value or ()) if several else value

    def offer(self, options: Mapping[str, Any] | Sequence[str]) -> None:
        """Offer other options; where the chosen one is not among them, the first is chosen."""
        self.options = dict(options) if isinstance(options, Mapping) else {word: word for word in options}
        self.boxes = [self._box(words) for words in self.options]
        for box, value in zip(self.boxes, self.options.values(), strict=True):
            box.observe(lambda change, value=value: self._pressed(change, value), "value")
        under = not self.label or max(map(len, self.options)) > 32
        layout = {"flex_flow": "column" if under else "row wrap", "flex": "1 1 20em"}
        look = {"width": LABEL, "min_width": LABEL, "justify_content": "flex-end"}
        heading = ipywidgets.Label(self.label, layout=look)
        self.children = [*[heading] * bool(self.label), ipywidgets.HBox(self.boxes, layout=layout)]
        if self.value is not None and self.value not in self.options.values():
            self.value = next(iter(self.options.values()))
        self._mark()

    def _box(self, words: str) -> ipywidgets.Widget:
        layout = {"width": "auto" if self.label else FULL}
        tooltip = f"{self.label}: {words}" if self.label else words
        if self.several:
            return ipywidgets.Checkbox(description=words, indent=False, tooltip=tooltip, layout=layout)
        return ipywidgets.RadioButtons(options=[(words, 0)], value=None, tooltip=tooltip, layout=layout)

    @traitlets.validate("value")
    def _offered(self, proposal: Any) -> Any:
        chosen = proposal["value"]
        for value in [] if chosen is None else chosen if self.several else [chosen]:
            if value not in self.options.values():
                raise traitlets.TraitError(f"{self.label}: {value!r} is not offered")
        return tuple(chosen or ()) if self.several else chosen

    def _pressed(self, change: Any, value: Any) -> None:
        if self._marking:
            return
        if self.several:
            ticked = zip(self.boxes, self.options.values(), strict=True)
            self.value = tuple(each for box, each in ticked if box.value)
        elif change["new"] is not None:
            self.value = value

    @traitlets.observe("value")
    def _mark(self, _change: Any = None) -> None:
        """Show what is chosen."""
        self._marking = True
        for box, value in zip(self.boxes, self.options.values(), strict=True):
            if self.several:
                box.value = value in (self.value or ())
            else:
                box.value = 0 if self.value is not None and value == self.value else None
        self._marking = False


def practice_field(value: str) -> ipywidgets.Text:
    """Return a field for where the learner's practice questions come from."""
    return ipywidgets.Text(value, description="Your practice questions", continuous_update=False,
                           placeholder="optional: a book, a course, a provider",
                           style={"description_width": LABEL}, layout={"width": FULL, "max_width": WIDE})  # fmt: skip


def tick(label: str, value: bool = False) -> ipywidgets.Checkbox:
    """Return a labeled box to tick."""
    return ipywidgets.Checkbox(value=value, description=label, indent=False, layout={"width": WIDE})


def button(label: str, **look: Any) -> ipywidgets.Button:
    """Return a button that says what it does."""
    return ipywidgets.Button(description=label, layout={"width": "auto", "min_width": "9em"}, **look)
