"""A practice set being worked through: what is asked now, how long it took, and what comes next. No widget, no page."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Literal

from mls_kit.practice import PracticeResult, score_set
from mls_kit.question_sets import PracticeSet
from mls_kit.questions import Document, Question

__all__ = ["PracticeRun"]


class PracticeRun:
    """One way through a set, question by question.

    Parameters
    ----------
    made : PracticeSet
    predicted : float, optional
        The percentage expected beforehand.
    explain : {"each", "end"}
        Whether reasons are given after each question, or for the wrong ones after the last.
    clock : callable
        Gives seconds; only the time a question is open counts.

    Attributes
    ----------
    phase : {"asking", "explaining", "done"}
        Whether a question is open, its reasons are shown, or all is over.

    Examples
    --------
    >>> from mls_kit.question_sets import practice_set
    >>> run = PracticeRun(practice_set("MLS-C01", "mixed", 1), clock=iter([0, 90]).__next__)
    >>> run.answer(run.question.right)
    >>> run.phase, run.seconds[run.question.id]
    ('explaining', 90)
    """

    def __init__(
        self,
        made: PracticeSet,
        predicted: float | None = None,
        explain: Literal["each", "end"] = "each",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.made, self.predicted, self.explain, self.clock = made, predicted, explain, clock
        self.phase: Literal["asking", "explaining", "done"] = "asking"
        self.answers: dict[str, frozenset[int]] = {}
        self.seconds: dict[str, float] = {}
        self.causes: dict[str, str] = {}
        self._places = list(range(len(made.questions)))  # those still to come, the present one first
        self._opened = clock()

    @property
    def place(self) -> int:
        """Where in the set the present question stands, from 0."""
        return self._places[0]

    @property
    def question(self) -> Question:
        """The present question."""
        return self.made.questions[self.place]

    @property
    def document(self) -> Document:
        """The document the present question leads to."""
        return self.made.documents[self.place]

    @property
    def left(self) -> int:
        """How many come after the present one in this phase."""
        return len(self._places) - 1

    @property
    def spent(self) -> float:
        """Seconds spent on the questions answered so far."""
        return sum(self.seconds.values())

    @property
    def chosen(self) -> frozenset[int]:
        """What was chosen for the present question."""
        return self.answers.get(self.question.id, frozenset())

    def answer(self, chosen: Collection[int]) -> None:
        """Take the answer to the open question, or none, and stop its clock."""
        self.seconds[self.question.id] = self.clock() - self._opened
        if chosen:
            self.answers[self.question.id] = frozenset(chosen)
        if self.explain == "each":
            self.phase = "explaining"
        elif self.left:
            self._advance()
        else:
            self._review()

    def go_on(self, cause: str | None = None) -> None:
        """Leave the reasons of the present question; the cause of an error is kept if one was named."""
        if cause:
            self.causes[self.question.id] = cause
        if not self.left:
            self.phase = "done"
        elif self.explain == "each":
            self.phase = "asking"
            self._advance()
        else:
            del self._places[0]

    def stop(self) -> None:
        """End here: questions that were not reached do not count."""
        reached = len(self.seconds)
        asking, self.phase = self.phase == "asking", "done"
        if 0 < reached < len(self.made.questions):
            self.made = self.made.first(reached)
        if reached and asking and self.explain == "end":
            self._review()

    def _advance(self) -> None:
        del self._places[0]
        self._opened = self.clock()

    def _review(self) -> None:
        wrong = self.result().wrong
        self._places = [place for place, question in enumerate(self.made.questions) if question in wrong]
        self.phase = "explaining" if wrong else "done"

    def result(self) -> PracticeResult:
        """Score what was answered so far."""
        return score_set(self.made, self.answers, self.seconds, self.causes, predicted=self.predicted,
                         explained=self.explain == "each")  # fmt: skip
