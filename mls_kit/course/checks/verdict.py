"""Kinds of self-check: a value to work out, and a decision to defend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from mls_kit.html import render
from mls_kit.problems import nearest
from mls_kit.report import ScoreReport

__all__ = ["Decision", "Value", "Verdict", "is_open", "needed", "predicted"]


@dataclass(frozen=True)
class Verdict:
    """Whether an answer holds, and a message that teaches."""

    passed: bool
    words: str
    role: str = "verdict"

    def _repr_html_(self) -> str:
        return render("course/verdict.html.j2", passed=self.passed, words=self.words, role=self.role).markup

    def __repr__(self) -> str:
        return self.words


def needed(report: ScoreReport | None, exercise: str) -> ScoreReport:
    """Return the report of an exercise that cannot do without one."""
    if report is None:
        raise ValueError(f'this exercise needs the report: check("{exercise}", answer, report)')
    return report


def is_open(answer: Any) -> bool:
    """Tell whether an answer still has the dots it began with."""
    parts = answer if isinstance(answer, tuple | list) else [answer]
    return any(part is ... or part is None for part in parts)


def _same(answer: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, str):
        return isinstance(answer, str) and answer.strip().casefold() == expected.casefold()
    if isinstance(expected, list | tuple | set | frozenset):
        if not isinstance(answer, list | tuple | set | frozenset):
            return False
        if isinstance(expected, set | frozenset):
            return set(answer) == set(expected)
        return len(answer) == len(expected) and all(
            _same(a, e, tolerance) for a, e in zip(answer, expected, strict=True)
        )
    if isinstance(expected, Real) and not isinstance(expected, bool):
        try:
            return abs(float(answer) - float(expected)) <= tolerance
        except (TypeError, ValueError):
            return False
    return bool(answer == expected)


@dataclass(frozen=True)
class Value:
    """An exercise whose answer is worked out; ``{answer}`` is filled into what is said when it does not hold."""

    expected: Any  # a number, text, a list in order, or a set
    right: str  # says why, not only that
    otherwise: str  # says where to look again
    mistakes: Sequence[tuple[Any, str]] = ()  # answers that a frequent mistake leads to, and what to say then
    tolerance: float = 1e-6  # how far a number may be off

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on an answer."""
        if _same(answer, self.expected, self.tolerance):
            return Verdict(True, f"Right. {self.right}")
        words = (message for wrong, message in self.mistakes if _same(answer, wrong, self.tolerance))
        return Verdict(False, "Not yet. " + next(words, self.otherwise).format(answer=answer))


@dataclass(frozen=True)
class Decision:
    """An exercise whose answer is (choice, reason): the kit asks for a reason, and shows what a good one speaks of."""

    choices: tuple[str, ...]
    points: str  # what a good reason speaks of
    best: str = ""  # the choice that the evidence is for; empty where all can be defended
    words: int = 8  # how many words a reason has at least

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a choice and its reason."""
        if is_open(answer):
            return Verdict(False, "Not filled in yet: choose one of " + ", ".join(self.choices) + ", and say why.")
        if not (isinstance(answer, tuple | list) and len(answer) == 2):
            return Verdict(False, "Not yet. Two things are asked for: your choice, and your reason in words.")
        chosen, reason = (str(part).strip() for part in answer)
        if chosen not in self.choices:
            near = nearest(chosen, self.choices)
            hint = f" Nearest: {near}." if near else ""
            return Verdict(False, f"Not yet. Choose one of {', '.join(self.choices)}.{hint}")
        if len(reason.split()) < self.words:
            return Verdict(False, f"Not yet. Defend your choice in at least {self.words} words: what speaks for it?")
        if self.best and chosen != self.best:
            return Verdict(False, f"Not yet. The evidence is for another choice. {self.points}")
        return Verdict(True, f"Right: a choice with a reason. Compare yours: {self.points}")


def predicted(guess: Any, actual: float, unit: str = "%", close: float = 5) -> Verdict:
    """Compare a prediction with what came out; being wrong is how a prediction helps.

    Parameters
    ----------
    guess : number, or ``...`` while nothing was predicted
    actual : float
        What the package computed, in the same unit.
    unit : str
    close : float
        How far off still counts as close, in the same unit.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> predicted(30, 64)
    You predicted 30 %; it is 64 %. A surprise like this one is remembered: what did you leave out?
    """
    if is_open(guess):
        return Verdict(
            False, f"No prediction yet. (It is {actual:.0f} {unit}; predicting first makes it stick.)", "prediction"
        )
    try:
        off = abs(float(guess) - actual)
    except (TypeError, ValueError):
        return Verdict(False, f"A prediction is a number, such as 40. (It is {actual:.0f} {unit}.)", "prediction")
    said = f"You predicted {float(guess):g} {unit}; it is {actual:.0f} {unit}."
    if off <= close:
        return Verdict(True, f"{said} Close.", "prediction")
    return Verdict(False, f"{said} A surprise like this one is remembered: what did you leave out?", "prediction")
