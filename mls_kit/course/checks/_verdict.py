"""Kinds of self-check: a value to work out, and a choice to defend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import Any

from mls_kit.problems import nearest
from mls_kit.report import ScoreReport

__all__ = ["Choice", "Value", "Verdict", "predicted"]


@dataclass(frozen=True)
class Verdict:
    """Whether an answer holds, and a message that teaches."""

    passed: bool
    words: str
    role: str = "verdict"

    def _repr_html_(self) -> str:
        color = "#17633f" if self.passed else "#7a4b00"
        kind = "passed" if self.passed else "open"
        return f'<p class="{self.role} {kind}" style="border-left:4px solid {color};padding:.2em .6em">{escape(self.words)}</p>'

    def __repr__(self) -> str:
        return self.words


def _open(answer: Any) -> bool:
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
    """An exercise whose answer is worked out.

    Parameters
    ----------
    expected : callable
        Takes the report, returns the expected number, text, list (in order) or set.
    right : str
        Said when the answer holds; it says why, not only that. ``{expected}`` is filled in.
    otherwise : str
        Said when it does not: where to look again.
    mistakes : tuple of (callable, str)
        Frequent mistakes: what they lead to, and what to say then.
    tolerance : float
        How far a number may be off.
    """

    expected: Callable[[ScoreReport | None], Any]
    right: str
    otherwise: str
    mistakes: tuple[tuple[Callable[[ScoreReport | None], Any], str], ...] = ()
    tolerance: float = 1e-6

    def judge(self, answer: Any, report: ScoreReport | None) -> Verdict:
        """Return the verdict on an answer."""
        if _open(answer):
            return Verdict(False, "Not filled in yet: put your answer where the dots are, and run both cells again.")
        expected = self.expected(report)
        if _same(answer, expected, self.tolerance):
            return Verdict(True, "Right. " + self.right.format(expected=expected, answer=answer))
        for wrong, message in self.mistakes:
            if _same(answer, wrong(report), self.tolerance):
                return Verdict(False, "Not yet. " + message.format(answer=answer))
        return Verdict(False, "Not yet. " + self.otherwise.format(answer=answer))


@dataclass(frozen=True)
class Choice:
    """An exercise with a decision and its defense: the answer is (choice, reason).

    The kit cannot judge a reason; it asks for one of some length, and shows what a good one speaks of.

    Parameters
    ----------
    choices : tuple of str
        What can be chosen; all can be defended unless ``best`` says otherwise.
    points : str
        What a good reason speaks of.
    best : str or None
        The choice that the evidence is for, if there is one.
    words : int
        How many words a reason has at least.
    """

    choices: tuple[str, ...]
    points: str
    best: str | None = None
    words: int = 8

    def judge(self, answer: Any, _report: ScoreReport | None) -> Verdict:
        """Return the verdict on a choice and its reason."""
        if _open(answer):
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
        How far off still counts as close.

    Examples
    --------
    >>> predicted(30, 64)
    You predicted 30 %; it is 64 %. A surprise like this one is remembered: what did you leave out?
    """
    if _open(guess):
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
