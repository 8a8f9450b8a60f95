"""Self-checks of the exercises: each says what is right, what a frequent mistake was, and what to try next.

``check("4.1", answer, report)`` works out the expected answer from the learner's own report (``expected_answers.py``)
and says the words of ``data/verdicts``. An answer that is still ``...`` is no mistake: the verdict says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from mls_kit._folders import data_folder
from mls_kit.exam import Strict, load_data
from mls_kit.html import Block, render
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import ScoreReport


class Value(Strict):
    """An exercise whose answer is worked out; ``{expected}`` and ``{answer}`` are filled into its words."""

    right: str  # says why, not only that
    otherwise: str  # says where to look again
    mistakes: dict[str, str] = {}  # what to say to frequent mistakes; ``expected_answers.py`` says what they lead to
    tolerance: float = 1e-6  # how far a number may be off

    def judge(self, answer: Any, expected: Any, mistakes: dict[str, Any]) -> Verdict:
        """Return the verdict on an answer."""
        if _same(answer, expected, self.tolerance):
            return Verdict(True, "Right. " + self.right.format(expected=expected, answer=answer))
        made = (self.mistakes[name] for name, wrong in mistakes.items() if _same(answer, wrong, self.tolerance))
        return Verdict(False, "Not yet. " + next(made, self.otherwise).format(answer=answer))


class Decision(Strict):
    """An exercise whose answer is (choice, reason): the kit asks for a reason, and shows what a good one speaks of."""

    choices: list[str]
    points: str  # what a good reason speaks of
    best: str = ""  # the choice that the evidence is for; empty where all can be defended
    words: int = 8  # how many words a reason has at least

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a choice and its reason."""
        if _is_open(answer):
            return Verdict(False, "Not filled in yet: choose one of " + ", ".join(self.choices) + ", and say why.")
        if not (isinstance(answer, tuple | list) and len(answer) == 2):
            return Verdict(False, "Not yet. Two things are asked for: your choice, and your reason in words.")
        chosen, reason = (str(part).strip() for part in answer)
        if chosen not in self.choices:
            hint = f" Did you mean {near}?" if (near := nearest(chosen, self.choices)) else ""
            return Verdict(False, f"Not yet. Choose one of {', '.join(self.choices)}.{hint}")
        if len(reason.split()) < self.words:
            return Verdict(False, f"Not yet. Defend your choice in at least {self.words} words: what speaks for it?")
        if self.best and chosen != self.best:
            return Verdict(False, f"Not yet. The evidence is for another choice. {self.points}")
        return Verdict(True, f"Right: a choice with a reason. Compare yours: {self.points}")


class LessonChecks(Strict):
    """A file of ``data/verdicts``."""

    lesson: str = Field(pattern=r"^\d\d$")
    exercises: dict[str, Decision | Value]


@dataclass(frozen=True)
class Verdict:
    """Whether an answer holds, and a message that teaches."""

    passed: bool
    words: str
    role: str = "verdict"

    def _repr_html_(self) -> str:
        return render("course/verdict.html.j2", "verdict", passed=self.passed, words=self.words, role=self.role).markup

    def __repr__(self) -> str:
        return self.words


def exercises() -> dict[str, Decision | Value]:
    """Return every exercise by its number."""
    files = sorted((data_folder() / "verdicts").glob("*.yaml"))
    return {number: each for file in files for number, each in load_data(file, LessonChecks).exercises.items()}


def check(exercise: str, answer: Any, report: ScoreReport | None = None) -> Verdict:
    """Return a verdict on an answer; a notebook shows it in color.

    ``exercise`` is its number; ``report`` is what the lesson works with. An InputError where there is no such exercise.

    >>> check("4.1", ...).passed
    False
    """
    known = exercises()
    if exercise not in known:
        expected = "one of " + ", ".join(known)
        raise InputError("check", [Problem("exercise", shown(exercise), expected, nearest(exercise, known))])
    found = known[exercise]
    if isinstance(found, Decision):
        return found.judge(answer)
    if _is_open(answer):
        return Verdict(False, "Not filled in yet: put your answer where the dots are, and run both cells again.")
    from mls_kit.course.expected_answers import ANSWERS  # scipy: only where an answer is worked out

    return found.judge(answer, *ANSWERS[exercise](report))


def predicted(guess: Any, actual: float, unit: str = "%", close: float = 5) -> Verdict:
    """Compare a prediction with what came out; without one the answer stays hidden.

    ``guess`` is a number, or ``...`` while nothing was predicted; ``close``: how far off still counts as close.

    >>> predicted(30, 64)
    You predicted 30 %; it is 64 %. Surprises like this stay in memory. What did you not think of?
    """
    if not _is_guess(guess):
        words = (
            "No prediction yet. In the cell above, replace the dots after my_prediction = with a number, such as 40. "
            "Then run that cell. After that, run this cell again."
        )
        return Verdict(False, words, "prediction")
    off = abs(float(guess) - actual)
    said = f"You predicted {float(guess):g} {unit}; it is {actual:.0f} {unit}."
    if off <= close:
        return Verdict(True, f"{said} Close.", "prediction")
    return Verdict(False, f"{said} Surprises like this stay in memory. What did you not think of?", "prediction")


def revealed(guess: Any, shown: Any) -> Block:
    """Return what a cell shows, a Block or a Chart, folded away until there is a prediction, a number instead of ``...``.

    >>> revealed(30, Block("<p>64</p>"))
    64
    """
    answer = Block(shown._repr_html_())
    return answer if _is_guess(guess) else render("course/verdict.html.j2", "folded", answer=answer)


def _is_guess(guess: Any) -> bool:
    try:
        return bool(float(guess) >= 0)
    except (TypeError, ValueError):
        return False


def _is_open(answer: Any) -> bool:
    parts = answer if isinstance(answer, tuple | list) else [answer]
    return any(part is ... or part is None for part in parts)


def _same(answer: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, str):
        return isinstance(answer, str) and answer.strip().casefold() == expected.casefold()
    if isinstance(expected, list | set):
        if not isinstance(answer, list | tuple | set | frozenset):
            return False
        if isinstance(expected, set):
            return set(answer) == expected
        pairs = zip(answer, expected, strict=False)
        return len(answer) == len(expected) and all(_same(*pair, tolerance) for pair in pairs)
    try:
        return abs(float(answer) - float(expected)) <= tolerance
    except (TypeError, ValueError):
        return False
