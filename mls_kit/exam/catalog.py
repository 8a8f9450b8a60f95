"""Which exams are there, and where is the file of each? Those of the kit are in ``data/exams``.

To add your own, name their folder in an argument or in the environment variable ``MLS_KIT_EXAMS``; it comes first.
"""

from __future__ import annotations

import os
import warnings
from datetime import date
from functools import lru_cache
from pathlib import Path

from mls_kit._folders import data_folder
from mls_kit.exam.data_file import load_data
from mls_kit.exam.facts import Exam
from mls_kit.exam.rules import PlanRules, load_method
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze


class StaleFactWarning(UserWarning):
    """Facts in an exam file are old and should be checked again."""


def exam_files(folder: str | Path | None = None) -> dict[str, Path]:
    """Return the file of every exam by its code, those of a folder of your own first; nothing is read yet."""
    own = [Path(os.path.expanduser(path)) for path in (folder, os.environ.get("MLS_KIT_EXAMS")) if path]
    for path in own:
        if not os.path.isdir(path):
            problem = Problem("exam_folder", shown(path.name), "an existing folder")
            raise InputError("The folder of exam files", [problem])
    return dict(_exam_files(*((place, place.stat().st_mtime_ns) for place in [*own, data_folder() / "exams"])))


@lru_cache(maxsize=64)
def _exam_files(*places: tuple[Path, int]) -> dict[str, Path]:
    """List folders, the first to win first, each with the moment its list of files last changed."""
    found: dict[str, Path] = {}
    for place, _changed in places:
        for path in sorted([*place.glob("*.yaml"), *place.glob("*.yml")]):
            found.setdefault(path.stem, path)
    return found


def list_exams(folder: str | Path | None = None) -> list[str]:
    """Return the codes of all exams, with those in a folder of your own."""
    return sorted(exam_files(folder))


def find_exam(code: object, folder: str | Path | None = None) -> Exam:
    """Return an exam as ``load_exam`` does, without the warning about old facts; an ``Exam`` is returned as it is.

    >>> find_exam("saa c03").passing
    720
    """
    if isinstance(code, Exam):
        return code
    load_method()  # an exam is checked against the rules: mistakes in those are said by themselves
    files = exam_files(folder)
    wanted = squeeze(code)
    for known, path in files.items():
        if wanted and squeeze(known) == wanted:
            return load_data(path, Exam)
    expected = "one of the exams " + ", ".join(sorted(files))
    raise InputError("exam", [Problem("exam", shown(code), expected, nearest(code, files))])


def load_exam(code: str, folder: str | Path | None = None, today: date | str | None = None) -> Exam:
    """Load and check the file of one exam.

    Parameters
    ----------
    code : str
        Case, spaces and hyphens do not matter.
    folder : path, optional
        Exam files of your own, searched before ``MLS_KIT_EXAMS`` and the kit's.
    today : date or ISO text, optional
        The day against which the age of facts is judged.

    Raises
    ------
    InputError
        The exam is not known (the nearest code is named), or its file has mistakes (all are named).

    Warns
    -----
    StaleFactWarning
        A fact was last seen more than 120 days ago.

    Examples
    --------
    >>> load_exam("saa c03", today="2026-11-22").name.value
    'AWS Certified Solutions Architect - Associate'
    """
    exam = find_exam(code, folder)
    day = date.fromisoformat(today) if isinstance(today, str) else today or date.today()
    if stale := exam.stale_facts(day):
        warnings.warn(
            f"{exam.code}: {len(stale)} facts were last seen over {load_method().stale_after_days} days before {day}, "
            f"{stale[0]} among them: check them at their sources.",
            StaleFactWarning,
            stacklevel=2,
        )
    return exam


def minutes_per_question(exam: Exam, rules: PlanRules) -> float:
    """Return how many minutes there are for a question; the rules say it where the exam does not.

    >>> minutes_per_question(find_exam("SAA-C03"), load_method().plan)
    2.0
    """
    questions = exam.questions.value
    if exam.minutes.value and questions and questions.total:
        return exam.minutes.value / questions.total
    return rules.minutes_per_question
