"""Three questions at the end of a lesson, each with a reason for every option."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from mls_kit.explain import reasons
from mls_kit.html import Block
from mls_kit.practice import Question, load_quiz
from mls_kit.widgets.controls import Options, button
from mls_kit.widgets.view import View, words

__all__ = ["Quiz", "options_of"]


class Quiz(View):
    """The quiz of a lesson, such as "04": choose, check, read why.

    Nothing about the right option is on the page before it is asked for.
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
            choices[f"question {place + 1}"] = options_of(question)
            self.buttons[place].on_click(lambda _click, at=place: self.check(at))
            parts += [stem, choices[f"question {place + 1}"], self.buttons[place], self._reasons[place]]
        super().__init__("Quiz", choices, [])
        heading, _panel, message = self.parts
        self.children = (heading, *parts, message)

    def draw(self, **values: Any) -> None:
        """Take back a verdict whose answer was changed."""
        for place, chosen in enumerate(values.values()):
            if place in self.checked and self.checked[place] != chosen_places(chosen):
                del self.checked[place]
                self._reasons[place].value = ""

    def check(self, place: int) -> None:
        """Say whether the chosen options are right, and why each is or is not."""
        chosen = chosen_places(self.controls[f"question {place + 1}"].value)
        if not chosen:
            self._reasons[place].value = "<p>Choose an option first.</p>"
            return
        self.checked[place] = chosen
        self._reasons[place].value = reasons(self.questions[place], chosen)

    def result(self) -> Block:
        """Return the questions as text; the reasons follow those that were answered and checked."""
        return Block("".join(
            f"<p><b>{place + 1}.</b> {escape(question.stem)}</p>"
            + (reasons(question, self.checked[place]) if place in self.checked else _listed(question))
            for place, question in enumerate(self.questions)
        ))  # fmt: skip

    def answers(self) -> Block:
        """Return every question with its right options and all reasons."""
        return Block("".join(
            f"<p><b>{place + 1}.</b> {escape(question.stem)}</p>{reasons(question, None)}"
            for place, question in enumerate(self.questions)
        ))  # fmt: skip


def options_of(question: Question) -> Options:
    """Return the options of a question by place: one to choose, or several where several are right."""
    places = {option.text: place for place, option in enumerate(question.options)}
    return Options("", places, several=len(question.right) > 1)


def chosen_places(value: int | tuple[int, ...] | None) -> frozenset[int]:
    return frozenset() if value is None else frozenset([value] if isinstance(value, int) else value)


def _listed(question: Question) -> str:
    return "<ul>" + "".join(f"<li>{escape(option.text)}</li>" for option in question.options) + "</ul>"
