"""The quiz at the end of a lesson, and practice sets to work through, with a reason for every option."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from random import randrange
from typing import Any

import ipywidgets
import pandas as pd

from mls_kit import practice
from mls_kit.exam import find_exam
from mls_kit.explain import ending, explained, reasons, stem
from mls_kit.html import Block, render, table
from mls_kit.practice import PracticeEntry, PracticeResult, PracticeRun, PracticeSet, Question, load_quiz
from mls_kit.problems import InputError
from mls_kit.report import Notes, ScoreReport, read_number
from mls_kit.widgets.controls import LABEL, Number, Options, button
from mls_kit.widgets.view import View, copy, said, words

_WORDS = "explain/quiz.html.j2"


class Quiz(View):
    """The quiz of a lesson, such as "04"; nothing about a right option is on the page before it is asked for."""

    def __init__(self, lesson: str) -> None:
        self.lesson, self.questions = lesson, load_quiz(lesson)
        self.checked: dict[int, frozenset[int]] = {}
        self._reasons = [words("1.5em") for _ in self.questions]
        self.buttons = [button(f"Check answer {n}") for n in range(1, len(self.questions) + 1)]
        choices: dict[str, Any] = {}
        parts: list[ipywidgets.Widget] = []
        for place, question in enumerate(self.questions):
            asked = ipywidgets.HTML(stem(place, question))
            choices[f"question {place + 1}"] = options_of(question)
            self.buttons[place].on_click(lambda _click, at=place: self.check(at))
            parts += [asked, choices[f"question {place + 1}"], self.buttons[place], self._reasons[place]]
        super().__init__("Quiz", choices, [])
        heading, _panel, *others = self.parts
        self._ending = words()
        self.children = (heading, *parts, *others, self._ending)

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
            self._reasons[place].value = said("Choose an option first.")
            return
        self.checked[place] = chosen
        self._reasons[place].value = reasons(self.questions[place], chosen)
        if len(self.checked) == len(self.questions):
            self._note_lesson()

    def _note_lesson(self) -> None:
        """Note that the lesson is done, once; the home page shows it. No answer is kept."""
        if self.lesson in practice.read_done().lessons:
            return
        try:
            practice.note_done([practice.Answered(lesson=self.lesson)])
            self._ending.value = said(f"Lesson {self.lesson} is done. Your home page in lesson 00 shows it.", "status")
        except OSError as error:
            self._ending.value = said(f"We could not note that this lesson is done: {error}", "alert")

    def result(self) -> Block:
        """Return the questions as text; the reasons follow those that were answered and checked."""
        return copy(self._text(lambda place, question: (
            reasons(question, self.checked[place]) if place in self.checked else render(_WORDS, "listed", question=question).markup
        )))  # fmt: skip

    def answers(self) -> Block:
        """Return every question with its right options and all reasons."""
        return self._text(lambda _place, question: reasons(question, None))

    def _text(self, after: Callable[[int, Question], str]) -> Block:
        return Block("".join(stem(place, each) + after(place, each) for place, each in enumerate(self.questions)))


class PracticeQuiz(View):
    """Choose a set, predict your result, answer one question at a time.

    Nothing about a right option is on the page, nor in the state of a widget, before the answer was given.

    Parameters
    ----------
    on_finished : called with the ``PracticeResult`` of a finished set; its ``entries`` are the lines for a log
    seen : ids of questions not to be asked again; by default those in the learner's practice log
    seed : the same seed gives the same set; drawn by lot by default

    >>> len(PracticeQuiz("MLS-C01", seed=1, seen=[]).made.questions)
    20
    """

    def __init__(
        self,
        report: ScoreReport | str,
        on_finished: Callable[[PracticeResult], None] | None = None,
        *,
        seen: Iterable[str] | None = None,
        seed: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        own = report.exam if isinstance(report, ScoreReport) else find_exam(report).code
        self.on_finished, self.clock = on_finished, clock
        self.seed = randrange(1, 10_000) if seed is None else seed
        self._given = None if seen is None else frozenset(seen)
        self._met: set[str] = set()
        self.made: PracticeSet | None = None
        self.run: PracticeRun | None = None
        self.finished: PracticeResult | None = None
        self._domains_of = own
        self._progress, self._stem, self._why, self._note, self._ending = (words() for _ in range(5))
        self._options = ipywidgets.VBox([])
        self._cause = Options("Why was it wrong?", {said: name for name, said in practice.CAUSES.items()})
        self.action, self.empty = button("Start the set", button_style="primary"), button("Leave it empty")
        self.halt, self.keep = button("Stop here"), button("Save this result in my log")
        for one, do in ((self.action, self.go_on), (self.empty, self.leave_empty), (self.halt, self.stop),
                        (self.keep, self.keep_result)):  # fmt: skip
            one.on_click(lambda _click, do=do: do())
        buttons = ipywidgets.HBox([self.action, self.empty, self.halt, self.keep], layout={"flex_flow": "row wrap"})
        shown = [self._progress, self._stem, self._options, self._why, self._cause, buttons, self._note, self._ending]
        super().__init__("Practice set", _controls(own), shown)
        self._panel = self.parts[1]
        self._show()

    def draw(self, **values: Any) -> None:
        """Make the set that the controls ask for, and say what it is."""
        exam, kind = values["exam"], values["kind"]
        if exam != self._domains_of:
            self._domains_of, before = exam, self._quiet
            self._quiet = True
            self.controls["domain"].offer(_domains(exam))
            self._quiet = before
        self.made = None
        own_length, one_domain = kind in ("diagnostic", "full"), kind in ("domain", "diagnostic")
        _display(self.controls["domain"], one_domain)
        _display(self.controls["number"], not own_length)
        if exam not in practice.banks():
            self._note.value = render(_WORDS, "no_bank", exam=exam, banks=practice.banks()).markup
            return
        domain = self.controls["domain"].value if one_domain else None
        seen, trouble = self._seen(exam)
        try:
            self.made = practice.practice_set(exam, kind, None if own_length else values["number"], domain=domain,
                                     seed=self.seed, seen=seen)  # fmt: skip
        except InputError as error:
            self._note.value = "".join(said(problem) for problem in error.problems)
            return
        self._note.value = render(_WORDS, "made", trouble=trouble, set=self.made, own_length=own_length,
                                  each=values["explain"] == "each").markup  # fmt: skip

    def _seen(self, exam: str) -> tuple[set[str], str]:
        """Return the ids not to be asked again, and why where the log cannot tell."""
        if self._given is not None:
            return self._met | self._given, ""
        try:
            return self._met | practice.seen_questions(exam), ""
        except (InputError, OSError) as error:
            return set(self._met), str(error)

    def go_on(self) -> None:
        """Do what the first button says: start, answer, next question, new set."""
        if self.run is None:
            self._start()
        elif self.run.phase == "asking":
            chosen = chosen_places(self._options.children[0].value)
            if not chosen:
                self._note.value = said("Choose an option first, or leave it empty: it then counts as wrong.")
                return
            self._answer(chosen)
        elif self.run.phase == "explaining":
            self.run.go_on(self._cause.value)
            self._show()
        else:
            self._again()

    def _start(self) -> None:
        values = self.values()
        if self.made is None:
            return
        expected = read_number(values["predicted"].replace("%", ""), "expected", 0, 100, Notes(), whole=False)
        if expected is None:
            self._note.value = said("First enter the percentage you expect to get right, 0 to 100.")
            return
        self.run = PracticeRun(self.made, expected, values["explain"], self.clock)
        self._show()

    def leave_empty(self) -> None:
        """Go on without an answer."""
        if self.run is not None and self.run.phase == "asking":
            self._answer(frozenset())

    def _answer(self, chosen: frozenset[int]) -> None:
        assert self.run is not None
        self._met.add(self.run.question.id)
        self.run.answer(chosen)
        self._show()

    def stop(self) -> None:
        """End the set here; questions that were not reached do not count."""
        if self.run is None or self.run.phase == "done":
            return
        self.run.stop()
        if self.run.seconds:
            self._show()
        else:
            self._again()

    def keep_result(self) -> None:
        """Add the result to the learner's practice log."""
        if self.finished is None:
            return
        try:
            practice.append([PracticeEntry(**line) for line in self.finished.entries])
        except (InputError, OSError) as error:
            self._note.value = said(f"It could not be saved: {error}", "alert")
            return
        self.keep.disabled = True
        self._note.value = said("Saved in your practice log on this computer.", "status")

    def _again(self) -> None:
        self.run = self.finished = None
        self.seed += 1
        self.refresh()
        self._show()

    def _show(self) -> None:
        """Bring every part to the present phase; the first button stays where it is, so that the focus stays on it."""
        phase = self.run.phase if self.run else "choosing"
        _display(self._panel, phase == "choosing")
        _display(self.empty, phase == "asking")
        _display(self.halt, phase in ("asking", "explaining"))
        _display(self.keep, phase == "done")
        _display(self._cause, False)
        self._progress.value = self._stem.value = self._why.value = self._ending.value = ""
        self.action.description = {"choosing": "Start the set", "asking": "Answer", "explaining": "Next",
                                   "done": "New set"}[phase]  # fmt: skip
        if phase in ("asking", "explaining"):
            self._note.value = ""
            self._show_question()
        else:
            self._options.children = []
        if phase == "done":
            self._finish()

    def _show_question(self) -> None:
        run = self.run
        assert run is not None
        self._progress.value = render(_WORDS, "progress", run=run).markup
        self._stem.value = stem(run.place, run.question)
        if run.phase == "asking":
            self._options.children = [options_of(run.question)]
            return
        self._options.children = []
        self._why.value = explained(run.made, run.place, run.chosen)
        self._cause.value = None
        _display(self._cause, run.chosen != run.question.right)

    def _finish(self) -> None:
        assert self.run is not None
        if self.finished is None:
            self.finished = self.run.result()
            self.keep.disabled = False
            self._note.value = ""
            if self.on_finished:
                self.on_finished(self.finished)
        self._ending.value = ending(self.finished)

    def result(self) -> Block:
        """Return the result of a finished set with the reasons for what was wrong, or what the chosen set would be."""
        if self.finished is not None:
            return Block(ending(self.finished))
        if self.run is not None:
            return Block(said("You are in the middle of a set.") + render(_WORDS, "progress", run=self.run).markup)
        if self.made is None:
            return Block(self._note.value)
        names = {domain.number: domain.name for domain in find_exam(self.made.exam).domains}
        counts = Counter(question.domain for question in self.made.questions)
        frame = pd.DataFrame([{"domain": name, "questions": counts[number]} for number, name in names.items()])
        return Block(said(self.made.words) + table(frame, escape(self.made.title)))


def _controls(own: str) -> dict[str, Any]:
    expected = ipywidgets.Text(description="Your prediction, in %", placeholder="0 to 100",
                               style={"description_width": LABEL}, layout={"width": f"calc({LABEL} + 6em)"})  # fmt: skip
    return {
        "exam": Options("Exam", {code: code for code in dict.fromkeys([own, *practice.banks()])}, own),
        "kind": Options("Kind of set", {said: kind for kind, said in practice.KINDS.items()}, "mixed"),
        "domain": Options("Domain", _domains(own), 1),
        "number": Number("Number of questions", 20, 5, 60, 5),
        "explain": Options("Reasons", {"after each question": "each", "at the end": "end"}, "each"),
        "predicted": expected,
    }


def _domains(exam: str) -> dict[str, int]:
    return {domain.name: domain.number for domain in find_exam(exam).domains}


def _display(widget: Any, shown: bool) -> None:
    widget.layout.display = None if shown else "none"


def options_of(question: Question) -> Options:
    """Return the options of a question by place: one to choose, or several where several are right."""
    places = {option.text: place for place, option in enumerate(question.options)}
    return Options("", places, several=len(question.right) > 1)


def chosen_places(value: int | tuple[int, ...] | None) -> frozenset[int]:
    """The places of what is chosen: none, one or several."""
    return frozenset() if value is None else frozenset([value] if isinstance(value, int) else value)
