"""One of several options, chosen by keyboard in JupyterLab too."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets
import traitlets

from mls_kit.widgets.controls import FULL

__all__ = ["OneOf"]


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
