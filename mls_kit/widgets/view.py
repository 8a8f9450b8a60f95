"""What every view shares: controls above, what they lead to below, and errors said in words."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets
import traitlets

from mls_kit.explain import Plot, marks_style, picture, picture_name, with_numbers
from mls_kit.html import Block, render, together
from mls_kit.widgets.controls import FULL
from mls_kit.widgets.live import PAGES, alive


def words(height: str = "") -> ipywidgets.HTML:
    """Return a place for words; a height keeps what is below it from jumping."""
    return ipywidgets.HTML(layout={"min_height": height or "0", "width": FULL})


def said(text: object, role: str = "") -> str:
    """Return a paragraph of text; an alert stands out, and the role tells a screen reader to read it."""
    return render("widgets/view.html.j2", "said", text=str(text), role=role).markup


def in_page() -> bool:
    """Return whether a page of the course is made, where no view is."""
    return bool(os.environ.get(PAGES))


def copy(shown: Block) -> Block:
    """Return what a view shows already: folded away in JupyterLab, open in a page."""
    return shown if in_page() else render("widgets/view.html.j2", "copy", shown=shown)


class Kept(traitlets.HasTraits):
    """Counts how often the learner's report was kept or cleared, so that views which show it follow."""

    times = traitlets.Int()


KEPT = Kept()


class View(ipywidgets.VBox):
    """A view over the package: every change of a control leads to ``draw`` with the values of all controls."""

    def __init__(self, title: str, controls: Mapping[str, Any], shown: Sequence[ipywidgets.Widget]) -> None:
        self.controls = dict(controls)
        self.error: Exception | None = None
        self._quiet = False
        self._message = words()
        style = f"<style>{render('widgets/view.css.j2', 'style').markup}{marks_style()}</style>"
        heading = ipywidgets.HTML(f'{style}<div style="font-weight:bold;font-size:110%">{escape(title)}</div>')
        names = {"output_type": "display_data", "data": {"text/html": render("widgets/view.html.j2", "slider_names").markup}}
        named = ipywidgets.Output(outputs=(names | {"metadata": {}},))
        self.parts = (heading, ipywidgets.VBox(list(self.controls.values())), self._message, named)
        super().__init__([*self.parts, *shown], layout={"max_width": "70em", "overflow": "hidden"})
        self.add_class("mls-kit-view")
        for control in self.controls.values():
            control.observe(self._changed, "value")
        self.refresh()

    def values(self) -> dict[str, Any]:
        """Return the value of each control."""
        return {name: control.value for name, control in self.controls.items()}

    def draw(self, **values: Any) -> None:
        """Show what the values lead to; each view has its own."""
        raise NotImplementedError

    def result(self) -> Block:
        """Return what is shown now as a static figure or table; each view has its own."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Draw, and say in words what went wrong if something did."""
        try:
            self.draw(**self.values())
        except Exception as error:
            self.error = error
            hint = "Below you still see the last result. Change a value, or run the cell again."
            self._message.value = said(f"This cannot be shown: {error}\n{hint}", "alert")
        else:
            self.error = None
            if self._message.value:
                self._message.value = ""

    @contextmanager
    def quietly(self) -> Any:
        """Change several controls, and draw once afterwards."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False
        self.refresh()

    def _changed(self, _change: Any) -> None:
        if not self._quiet:
            self.refresh()


class PictureView(View):
    """A view with a picture made of marks, and words below it: ``answer`` makes both from the values of the controls."""

    called = "Picture"  # what a screen reader calls the picture
    how = ""  # how to read it
    answer: Callable[..., tuple[Sequence[Plot], str]]  # what the values of the controls lead to: plots, and words

    def __init__(self, title: str, controls: Mapping[str, Any], height: str, *more: ipywidgets.Widget) -> None:
        self.picture, self.said, self._name = words(), words(height), picture_name()
        super().__init__(title, controls, [self.picture, self.said, *more])

    def grid(self) -> dict[str, Sequence[Any]]:
        """Return the values of controls whose states a page of the course has; none for a view that lives in Lab only."""
        return {}

    def numbers(self) -> Block:
        """Return the numbers behind the picture as tables; each view has its own."""
        raise NotImplementedError

    def draw(self, **values: Any) -> None:
        """Show the picture and the words."""
        plots, said = self.answer(**values)
        self.picture.value = picture(self._name, self.called, plots, self.how).markup
        self.said.value = together(said)

    def result(self) -> Block:
        """Return the picture, its words, and its numbers, for the controls as they are; in a page of the course, alive."""
        name = picture_name()

        def shown(**values: Any) -> str:
            plots, said = self.answer(**{**self.values(), **values})
            return f"{picture(name, self.called, plots, self.how).markup}<p>{together(said)}</p>"

        live = alive(name, self.controls, self.grid(), shown) if self.grid() and in_page() else Block(shown())
        return copy(with_numbers(live, self.numbers(), not in_page()))
