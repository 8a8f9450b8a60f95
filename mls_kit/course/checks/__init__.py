"""Self-checks of the exercises: each says what is right, what a frequent mistake was, and what to try next.

``check("4.1", answer, report)`` looks up the exercise in the module of its lesson, works out the expected answer from the
learner's own report, and returns a verdict in words. An answer that is still ``...`` is no mistake: the verdict says what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from mls_kit.course.checks.verdict import Decision, Value, Verdict, is_open, predicted
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import ScoreReport

__all__ = ["Decision", "Value", "Verdict", "check", "exercises", "predicted"]


def exercises() -> dict[str, Decision | Callable[[ScoreReport | None], Value]]:
    """Return every exercise by its number, from the modules ``lesson_*``; a value is worked out for a report."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name.startswith("lesson_"))
    return {number: kind for name in names for number, kind in import_module(f"{__name__}.{name}").CHECKS.items()}


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

    Returns
    -------
    Verdict
        ``passed`` and ``words``; a notebook shows it in color.

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
    found = known[exercise]
    if isinstance(found, Decision):
        return found.judge(answer)
    if is_open(answer):
        return Verdict(False, "Not filled in yet: put your answer where the dots are, and run both cells again.")
    return found(report).judge(answer)
