"""Questions with a reason for every option: the quizzes of the lessons, and the question banks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, model_validator

from mls_kit._folders import data_folder
from mls_kit.exam import Strict, find_exam, load_data
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze


class Option(Strict):
    """One option: its text, whether it is right, and why or why not."""

    text: str = Field(min_length=1)
    right: bool = False
    why: str = Field(min_length=10)


class Verified(Strict):
    """When a question was checked, and whether the document it names could be read for it."""

    day: date
    how: Literal["read", "not_read"]


class Document(Strict):
    """An official page to read on; ``seen`` says what of it was seen (see ``data/README.md``)."""

    title: str = Field(min_length=3)
    url: str = Field(pattern=r"^https://\S+$")
    seen: Literal["direct", "awsdocs", "sdk", "cited"]


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
            raise ValueError("at least one option must be right, and at least one wrong")
        if len({option.text for option in self.options}) < len(self.options):
            raise ValueError("two options are the same")
        return self

    @property
    def right(self) -> frozenset[int]:
        """The places of the right options."""
        return frozenset(place for place, option in enumerate(self.options) if option.right)

    @property
    def domain(self) -> int:
        """The number of the domain its task statement belongs to; 0 for a quiz."""
        return int(self.task.split(".")[0]) if self.task else 0


class QuizFile(Strict):
    """The questions of one lesson."""

    lesson: str
    questions: list[Question] = Field(min_length=3)


class BankQuestion(Question):
    """A question of a bank: nothing is left open, not even that there is nothing to say."""

    id: str = Field(pattern=r"^[A-Z0-9]+-\d+\.\d+-\d\d$")
    task: str = Field(pattern=r"^\d+\.\d+$")
    difficulty: Literal[1, 2, 3]
    document: str
    verified: Verified
    separates: list[str] | None = Field(min_length=2, max_length=3)
    changed: str | None


class Bank(Strict):
    """All practice questions for one exam, and the documents they lead to: the exam owner's own text, at ``owner``."""

    exam: str
    license: str = Field(min_length=3)
    owner: str = Field(pattern=r"^https://\S+/$")
    documents: dict[str, Document]
    questions: list[BankQuestion] = Field(min_length=1)

    @model_validator(mode="after")
    def _agrees_with_itself(self, info: ValidationInfo) -> Bank:
        if info.context and self.exam != info.context:
            raise InputError(self.exam, [Problem("exam", self.exam, f"the name of the file, {info.context}")])
        if problems := _slips(self):
            raise InputError(self.exam, problems)
        return self

    def document(self, question: Question) -> Document:
        """Return the document a question leads to."""
        return self.documents[question.document or ""]


def _slips(bank: Bank) -> list[Problem]:
    """Return what only the whole bank shows: ids, tasks and documents."""
    tasks = {task for domain in find_exam(bank.exam).domains for task in domain.tasks}
    found, met = [], set()
    for number, question in enumerate(bank.questions):
        place = f"questions, {number}"
        if question.id in met:
            found.append(Problem(f"{place}, id", question.id, "used once"))
        met.add(question.id)
        if question.task not in tasks:
            expected = f"a task statement of {bank.exam}"
            found.append(Problem(f"{place}, task", question.task, expected, nearest(question.task, tasks)))
        if question.document not in bank.documents:
            known = nearest(question.document, bank.documents)
            found.append(Problem(f"{place}, document", question.document, "one of the documents", known))
        elif question.verified.how == "read" and bank.document(question).seen == "cited":
            expected = f"not_read, because only the address of {question.document} was seen"
            found.append(Problem(f"{place}, verified, how", "read", expected, "not_read"))
    for name, document in bank.documents.items():
        if not document.url.startswith(bank.owner):
            found.append(
                Problem(f"documents, {name}, url", shown(document.url), f"a page of the exam's owner, {bank.owner}")
            )
    used = {question.document for question in bank.questions}
    found += [Problem("documents", one, "used by a question") for one in sorted(bank.documents.keys() - used)]
    return found


def bank_files() -> dict[str, Path]:
    """Return the file of each bank by the code of its exam."""
    return {path.stem: path for path in sorted((data_folder() / "questions").glob("*.yaml"))}


def banks() -> list[str]:
    """Return the codes of the exams the kit has questions for.

    >>> "MLS-C01" in banks(), "SY0-701" in banks()
    (True, False)
    """
    return list(bank_files())


def load_bank(exam: str) -> Bank:
    """Return the practice questions for an exam; an InputError where there are none or the file has a mistake.

    >>> load_bank("mla c02").exam
    'MLA-C02'
    """
    files = bank_files()
    known = {squeeze(code): path for code, path in files.items()}
    if squeeze(exam) in known:
        return load_data(known[squeeze(exam)], Bank)
    code = find_exam(exam).code
    expected = (
        f"an exam the kit has questions for ({', '.join(files)}); "
        "results of any other provider's questions can be kept in the practice log all the same"
    )
    raise InputError("Practice questions", [Problem("exam", code, expected)])


def load_quiz(lesson: str) -> tuple[Question, ...]:
    """Return the quiz of a lesson, given its number; an InputError where there is none or its file has a mistake.

    >>> len(load_quiz("04"))
    3
    """
    files = {path.stem: path for path in (data_folder() / "quizzes").glob("*.yaml")}
    if lesson not in files:
        expected = "one of " + ", ".join(sorted(files))
        raise InputError("The quiz", [Problem("lesson", shown(lesson), expected, nearest(lesson, files))])
    return tuple(load_data(files[lesson], QuizFile).questions)
