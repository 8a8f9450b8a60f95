"""How a practice set went: right by domain, time, causes of errors, and the lines for the log."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import fmean
from typing import Any, Literal

import pandas as pd

from mls_kit.exam import find_exam
from mls_kit.html import render
from mls_kit.practice.questions import Document, Question
from mls_kit.practice.sets import PracticeSet


@dataclass(frozen=True)
class PracticeResult:
    """A practice set with the answers given; a question without an answer is wrong."""

    practice_set: PracticeSet
    answers: Mapping[str, frozenset[int]]  # places of the chosen options, by question
    seconds: Mapping[str, float]
    causes: Mapping[str, str]
    predicted: float | None  # the percentage expected beforehand
    timed: bool  # whether all was answered within the set's minutes, and nothing explained in between
    day: date = field(default_factory=date.today)

    def is_right(self, question: Question) -> bool:
        """Tell whether exactly the right options were chosen."""
        return self.answers.get(question.id, frozenset()) == question.right

    @property
    def right(self) -> int:
        """How many questions are right."""
        return sum(map(self.is_right, self.practice_set.questions))

    @property
    def out_of(self) -> int:
        """How many questions the set has."""
        return len(self.practice_set.questions)

    @property
    def percent(self) -> float:
        """The percentage right; of this set, never of the exam's scale."""
        return 100 * self.right / self.out_of

    @property
    def wrong(self) -> tuple[Question, ...]:
        """The questions that are wrong, those without an answer among them."""
        return tuple(question for question in self.practice_set.questions if not self.is_right(question))

    @property
    def minutes(self) -> float:
        """Minutes spent on the questions, as far as they were measured."""
        return round(sum(self.seconds.values()) / 60, 1)

    @property
    def _domains(self) -> list[tuple[str, list[Question], list[float]]]:
        """The domains asked, in the order of the exam guide, each with its questions and the seconds that were measured."""
        found = []
        for domain in find_exam(self.practice_set.exam).domains:
            if asked := [question for question in self.practice_set.questions if question.domain == domain.number]:
                found.append((domain.name, asked, [self.seconds[q.id] for q in asked if q.id in self.seconds]))
        return found

    @property
    def by_domain(self) -> pd.DataFrame:
        """Right, out of and mean seconds by domain, in the order of the exam guide."""
        rows = [(name, sum(map(self.is_right, asked)), len(asked), round(fmean(spent or [math.nan]), 0))
                for name, asked, spent in self._domains]  # fmt: skip
        return pd.DataFrame(rows, columns=["domain", "right", "out_of", "seconds each"]).set_index("domain")

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The lines for the log: one for each domain, all with the same ``set_id``, so that they count as one set."""
        lines = []
        for name, asked, spent in self._domains:
            causes = Counter(self.causes[q.id] for q in asked if q.id in self.causes)
            lines.append({
                "date": self.day, "exam": self.practice_set.exam, "provider": self.practice_set.whose, "domain": name,
                "right": sum(map(self.is_right, asked)), "out_of": len(asked), "timed": self.timed, "fresh": True,
                "minutes": round(sum(spent) / 60, 1) if spent else None, "predicted": self.predicted,
                "causes": dict(causes), "set_id": self.practice_set.set_id, "seen": [q.id for q in asked],
            })  # fmt: skip
        return lines

    @property
    def words(self) -> str:
        """The result in words, and the prediction compared."""
        return str(render("practice/said.html.j2", "result", result=self))


def score_set(
    made: PracticeSet,
    answers: Mapping[str, Collection[int]],
    seconds: Mapping[str, float] | None = None,
    causes: Mapping[str, str] | None = None,
    *,
    predicted: float | None = None,
    explained: bool = False,
    day: date | None = None,
) -> PracticeResult:
    """Score the answers to a practice set: the places of chosen options, seconds and causes of errors by question id."""
    times = dict(seconds or {})
    chosen = {one: frozenset(given) for one, given in answers.items()}
    whole = len(times) == len(made.questions) and sum(times.values()) <= 60 * made.minutes
    result = PracticeResult(made, chosen, times, {}, predicted, whole and not explained, day or date.today())
    wrong = {question.id for question in result.wrong}
    return replace(result, causes={one: cause for one, cause in (causes or {}).items() if one in wrong})


class PracticeRun:
    """One way through a set, question by question; only the seconds a question is open count.

    ``predicted``: percentage expected beforehand; ``explain``: reasons after "each" question, or for wrong ones at the "end".

    >>> from mls_kit.practice.sets import practice_set
    >>> PracticeRun(practice_set("MLS-C01", "mixed", 10)).left
    9
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
    def document(self) -> Document | None:
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
