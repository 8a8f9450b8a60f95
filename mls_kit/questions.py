"""Questions with a reason for every option: the quizzes of the lessons, and the question bank."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from mls_kit._folders import data_folder
from mls_kit.method import Strict, read_yaml
from mls_kit.problems import InputError, Problem, nearest, shown

__all__ = ["Option", "Question", "load_quiz"]


class Option(Strict):
    """One option: its text, whether it is right, and why or why not."""

    text: str = Field(min_length=1)
    right: bool = False
    why: str = Field(min_length=10)


class Verified(Strict):
    """When a question was checked, and whether the document it names could be read for it."""

    on: date
    how: Literal["read", "not_read"]


class Question(Strict):
    """A question with its options; those of the bank also say what they test and where to read on."""

    id: str
    stem: str = Field(min_length=10)
    options: list[Option] = Field(min_length=2, max_length=6)
    task: str | None = None
    difficulty: Literal[1, 2, 3] | None = None
    separates: list[str] | None = None
    document: str | None = None
    verified: Verified | None = None
    changed: str | None = None

    @model_validator(mode="after")
    def _has_an_answer(self) -> Question:
        right = sum(option.right for option in self.options)
        if not 0 < right < len(self.options):
            raise ValueError(f"{self.id}: at least one option must be right, and at least one wrong")
        if len({option.text for option in self.options}) < len(self.options):
            raise ValueError(f"{self.id}: two options are the same")
        return self

    @property
    def right(self) -> frozenset[int]:
        """The places of the right options."""
        return frozenset(place for place, option in enumerate(self.options) if option.right)


class QuizFile(Strict):
    """The questions of one lesson."""

    lesson: str
    questions: list[Question] = Field(min_length=3)


@lru_cache(maxsize=32)
def load_quiz(lesson: str) -> tuple[Question, ...]:
    """Return the quiz of a lesson, from ``data/quizzes``.

    Parameters
    ----------
    lesson : str
        Its number, such as "04".

    Raises
    ------
    InputError
        There is no such quiz, or its file has a mistake; the place is named.

    Examples
    --------
    >>> len(load_quiz("04"))
    3
    """
    files = {path.stem: path for path in (data_folder() / "quizzes").glob("*.yaml")}
    if lesson not in files:
        expected = "one of " + ", ".join(sorted(files))
        raise InputError("The quiz", [Problem("lesson", shown(lesson), expected, nearest(lesson, files))])
    try:
        return tuple(QuizFile.model_validate(read_yaml(files[lesson])).questions)
    except ValidationError as error:
        problems = [Problem(".".join(map(str, e["loc"])), shown(e["input"]), e["msg"]) for e in error.errors()]
        raise InputError(files[lesson].name, problems) from None
