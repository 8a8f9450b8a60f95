"""Which exams are there, and where is the file of each? Those of the kit are in ``data/exams``.

To add your own, name their folder in an argument or in the environment variable ``MLS_KIT_EXAMS``; it comes first.
"""

from __future__ import annotations

import os
import re
import unicodedata
import warnings
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path

from mls_kit._folders import data_folder
from mls_kit.exam.aliases import aliases
from mls_kit.exam.data_file import load_data
from mls_kit.exam.facts import Exam
from mls_kit.exam.rules import PlanRules, load_method
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze

_LONGEST = 200  # characters of a name that are looked at


class StaleFactWarning(UserWarning):
    """Facts in an exam file are old and should be checked again."""


def exam_files(folder: str | Path | None = None) -> dict[str, Path]:
    """Return the file of every exam by its code, those of a folder of your own first; nothing is read yet."""
    own = [Path(os.path.expanduser(path)) for path in (folder, os.environ.get("MLS_KIT_EXAMS")) if path]
    for path in own:
        if not os.path.isdir(path):
            problem = Problem("exam_folder", shown(path.name), "a folder that we can find")
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

    Its official name will do, with its code or without, and so will a short name that no other exam has.

    >>> find_exam("saa c03").passing, find_exam("AWS Certified Solutions Architect – Associate").code
    (720, 'SAA-C03')
    """
    if isinstance(code, Exam):
        return code
    load_method()  # an exam is checked against the rules: mistakes in those are said by themselves
    files = exam_files(folder)
    wanted = squeeze(code)
    for known, path in files.items():
        if wanted and squeeze(known) == wanted:
            return load_data(path, Exam)
    found, maybe = _names_of(tuple(files.items())).find(str(code)[:_LONGEST]) if wanted else ([], [])
    if len(found) == 1:
        return load_data(files[found[0]], Exam)
    expected = "one of the exams " + ", ".join(sorted(files))
    near = " or ".join(found or maybe) or nearest(code, files)
    raise InputError("The exam", [Problem("exam", shown(code) or "nothing", expected, near)])


def load_exam_file(path: str | Path) -> Exam:
    """Return the exam of a file, wherever it is; an InputError names every mistake in it.

    >>> load_exam_file(data_folder() / "exams/SAA-C03.yaml").code
    'SAA-C03'
    """
    load_method()
    return load_data(path, Exam)


class _Names:
    """The names of exams, each as the set of its telling words."""

    def __init__(self, files: tuple[tuple[str, Path], ...]) -> None:
        self.codes = {code: _words(code) for code, _ in files}
        self.named: dict[str, list[frozenset[str]]] = {}
        self._official: dict[str, list[str]] = {}
        others, self._filler = (aliases("exams"), {word for each in aliases("exam_filler")["words"] for word in _words(each)})
        for code, path in files:
            names = list(others.get(code, []))
            with suppress(InputError):  # a file with mistakes matters only to whoever asks for its exam
                exam = load_data(path, Exam)
                self._filler |= set(_words(exam.vendor))
                official = exam.name.value or ""
                names += [official, re.sub(r"\(.*?\)", "", official)]
                self._official.setdefault(official, []).append(code)
            self.named[code] = [key for name in names for key in (self._key(_words(name)), frozenset({squeeze(name)}))]
        self.find = lru_cache(maxsize=1024)(self._find)

    def _key(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(word if len(word) < 4 else word.removesuffix("s") for word in words) - self._filler

    def _find(self, text: str) -> tuple[list[str], list[str]]:
        """Return the codes of the exams that a text names, and where it names none, those that it may mean."""
        words = _words(text)
        key = self._key(words)
        inside = [code for code, parts in self.codes.items() if _within(parts, words)]
        if len(inside) == 1:  # whatever stands beside a code must belong to its name
            rest = key - self._key(self.codes[inside[0]]) - {squeeze(inside[0])}
            fits = not rest or any(rest <= name for name in self.named[inside[0]])
            return (inside, []) if fits else ([], sorted({*inside, *self._with(rest)}))
        whole = self._with(key) or self._with(frozenset({squeeze(text)}))
        found = inside or whole or [code for code in self.codes if key == {_words(code)[0]}]
        maybe = [code for code, names in self.named.items() if key and any(key <= name for name in names)]
        maybe = maybe or self._official.get(nearest(text, self._official, 0.8) or "", [])
        return sorted(found), sorted(maybe)

    def _with(self, key: frozenset[str]) -> list[str]:
        return [code for code, names in self.named.items() if key and key in names]


_names_of = lru_cache(maxsize=8)(_Names)  # read once


def _words(text: str) -> list[str]:
    """Return the words of a name, in lower case, without accents and punctuation."""
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", "".join(letters).casefold())


def _within(parts: list[str], words: list[str]) -> bool:
    """Tell whether a code stands in a text, in parts or written together."""
    runs = (words[n : n + len(parts)] for n in range(len(words)))
    return "".join(parts) in words or any(run == parts for run in runs)


def load_exam(code: str, folder: str | Path | None = None, today: date | str | None = None) -> Exam:
    """Load and check the file of one exam.

    Parameters
    ----------
    code : case, spaces and hyphens do not matter
    folder : exam files of your own, searched before ``MLS_KIT_EXAMS`` and the kit's
    today : the day against which the age of facts is judged; a ``StaleFactWarning`` says where texts are over 120 days old

    Raises
    ------
    InputError : the exam is not known (the nearest code is named), or its file has mistakes (all are named)

    Examples
    --------
    >>> load_exam("saa c03", today="2026-11-22").name.value
    'AWS Certified Solutions Architect - Associate'
    """
    exam = find_exam(code, folder)
    day = date.fromisoformat(today) if isinstance(today, str) else today or date.today()
    if stale := exam.stale_facts(day):
        warnings.warn(
            f"{exam.code}: check {len(stale)} of its facts at their sources. Their texts are older than "
            f"{load_method().stale_after_days} days on {day}; the first is {stale[0]}.",
            StaleFactWarning,
            stacklevel=2,
        )
    return exam


def minutes_per_question(exam: Exam, rules: PlanRules) -> float:
    """Return how many minutes there are for a question; the rules say it where the exam does not.

    >>> minutes_per_question(find_exam("SAA-C03"), load_method().plan)
    2.0
    """
    if exam.minutes.value and exam.most_questions:
        return exam.minutes.value / exam.most_questions
    return rules.minutes_per_question
