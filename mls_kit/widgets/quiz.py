"""Three questions at the end of a lesson, each with a reason for every option."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from mls_kit.explain import reasons
from mls_kit.html import Block
from mls_kit.practice import Question, load_quiz
from mls_kit.widgets.controls import FULL, OneOf, button
from mls_kit.widgets.view import View, words

__all__ = ["Quiz"]


class Quiz(View):
    """The quiz of a lesson: choose, check, read why.

    Parameters
    ----------
    lesson : str
        Its number, such as "04".

    Notes
    -----
    Nothing about the right option is on the page before it is asked for.

    Examples
    --------
    >>> quiz = Quiz("04")
    >>> quiz.controls["question 1"].value is None
    True
    """

    def __init__(self, lesson: str) -> None:
        self.questions = load_quiz(lesson)
        self.checked: dict[int, frozenset[int]] = {}
        self._reasons = [words("1.5em") for _ in self.questions]
        self.buttons = [button(f"Check answer {n}") for n in range(1, len(self.questions) + 1)]
        choices: dict[str, Any] = {}
        parts: list[ipywidgets.Widget] = []
        for place, question in enumerate(self.questions):
            stem = ipywidgets.HTML(f"<p><b>{place + 1}.</b> {escape(question.stem)}</p>")
            choices[f"question {place + 1}"] = Choices(question)
            self.buttons[place].on_click(lambda _click, at=place: self.check(at))
            parts += [stem, choices[f"question {place + 1}"], self.buttons[place], self._reasons[place]]
        super().__init__("Quiz", choices, [])
        heading, _panel, message = self.parts
        self.children = (heading, *parts, message)

    def draw(self, **values: Any) -> None:
        """Take back a verdict whose answer was changed."""
        for place, chosen in enumerate(values.values()):
            if place in self.checked and self.checked[place] != _chosen(chosen):
                del self.checked[place]
                self._reasons[place].value = ""

    def check(self, place: int) -> None:
        """Say whether the chosen options are right, and why each is or is not."""
        chosen = _chosen(self.controls[f"question {place + 1}"].value)
        if not chosen:
            self._reasons[place].value = "<p>Choose an option first.</p>"
            return
        self.checked[place] = chosen
        self._reasons[place].value = reasons(self.questions[place], chosen)

    def result(self) -> Block:
        """Return the questions as text; the reasons follow those that were answered and checked."""
        return Block("".join(
            f"<p><b>{place + 1}.</b> {escape(question.stem)}</p>"
            + (reasons(question, self.checked[place]) if place in self.checked else _options(question))
            for place, question in enumerate(self.questions)
        ))  # fmt: skip

    def answers(self) -> Block:
        """Return every question with its right options and all reasons."""
        return Block("".join(
            f"<p><b>{place + 1}.</b> {escape(question.stem)}</p>{reasons(question, None)}"
            for place, question in enumerate(self.questions)
        ))  # fmt: skip


class Choices(ipywidgets.VBox):
    """The options of one question: one to choose, or several where several are right.

    ``value`` is a place, a tuple of places, or None.
    """

    def __init__(self, question: Question) -> None:
        self.several = len(question.right) > 1
        if self.several:
            self._boxes: list[Any] = [
                ipywidgets.Checkbox(description=option.text, indent=False, layout={"width": FULL})
                for option in question.options
            ]
        else:
            self._boxes = [OneOf("", {option.text: place for place, option in enumerate(question.options)})]
        super().__init__(self._boxes)

    @property
    def value(self) -> int | tuple[int, ...] | None:
        """What is chosen now."""
        if not self.several:
            chosen: int | None = self._boxes[0].value
            return chosen
        return tuple(place for place, box in enumerate(self._boxes) if box.value) or None

    @value.setter
    def value(self, chosen: int | tuple[int, ...] | None) -> None:
        if not self.several:
            self._boxes[0].value = chosen
            return
        for place, box in enumerate(self._boxes):
            box.value = place in _chosen(chosen)

    def observe(self, handler: Any, names: Any = "value", type: str = "change") -> None:
        """Call the handler when a choice changes."""
        if names != "value":
            super().observe(handler, names, type)
            return
        for box in self._boxes:
            box.observe(handler, "value")


def _chosen(value: int | tuple[int, ...] | None) -> frozenset[int]:
    return frozenset() if value is None else frozenset([value] if isinstance(value, int) else value)


def _options(question: Question) -> str:
    return "<ul>" + "".join(f"<li>{escape(option.text)}</li>" for option in question.options) + "</ul>"
