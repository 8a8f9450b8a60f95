"""Self-checks of the exercises: each says what is right, what a frequent mistake was, and what to try next.

``check("4.1", answer, report)`` looks up the exercise, works out the expected answer from the learner's own report,
and returns a verdict in words. An answer that is still ``...`` is no mistake: the verdict says what to do.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from mls_kit.course.checks._verdict import Choice, Value, Verdict, predicted
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import ScoreReport

__all__ = ["Choice", "Value", "Verdict", "check", "predicted"]


def exercises() -> dict[str, Value | Choice]:
    """Return every exercise by its number, from the modules ``lesson_*``."""
    names = [module.name for module in iter_modules(__path__) if module.name.startswith("lesson_")]
    found: dict[str, Value | Choice] = {}
    for name in sorted(names):
        found |= import_module(f"{__name__}.{name}").CHECKS
    return found


def check(exercise: str, answer: Any, report: ScoreReport | None = None) -> Verdict:
    """Return a verdict on an answer.

    Parameters
    ----------
    exercise : str
        Its number, such as "4.1".
    answer
        What the exercise asks for.
    report : ScoreReport, optional
        The report the lesson works with.

    Raises
    ------
    InputError
        There is no such exercise.

    Examples
    --------
    >>> check("4.1", ...).passed
    False
    """
    known = exercises()
    if exercise not in known:
        expected = "one of " + ", ".join(known)
        raise InputError("check", [Problem("exercise", shown(exercise), expected, nearest(exercise, known))])
    return known[exercise].judge(answer, report)
