"""Questions with a reason for every option: the quizzes of the lessons, the kit's question banks, and a learner's own.

Banks of one's own are in the folder named by ``MLS_KIT_QUESTIONS``; ``data/README.md`` says how they look.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from mls_kit._folders import data_folder
from mls_kit.exam import Strict, check_data, find_exam, list_exams, load_data, meanings
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze
from mls_kit.report import Damaged, read_grids

_ENDINGS = (".csv", ".yaml", ".yml")  # a workbook would make 1.1 of task 1.10
_LETTERS = "abcdef"
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}


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
    source: str = ""  # whose question it is, where it is not the kit's
    license: str = ""  # of one that is not the kit's

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


class AnyBank(Strict):
    """Practice questions for one exam, the kit's first, and the documents they lead to.

    What else holds for the kit's own, ``tests/practice/test_questions.py`` checks: nobody else changes them.
    """

    exam: str
    license: str = ""
    owner: str = ""  # the site of all documents
    documents: Mapping[str, Document] = {}
    questions: Sequence[Question] = Field(min_length=1)
    _trouble: str = PrivateAttr("")

    def document(self, question: Question) -> Document | None:
        """Return the document a question leads to."""
        return self.documents.get(question.document or "")

    @property
    def trouble(self) -> str:
        """Why questions of one's own are left out, if any are."""
        return self._trouble


class OwnDocument(Document):
    """A page that a question of one's own leads to; nobody checked it."""

    title: str = ""
    url: str = ""
    seen: Literal["direct", "awsdocs", "sdk", "cited"] = "cited"

    @field_validator("url")
    @classmethod
    def _of_the_web(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://\S+", url):
            raise InputError("", [Problem("", shown(url), "an address that begins with https://")])
        return url


class OwnQuestion(Question):
    """A question that is not the kit's: what a practice set needs of it, and whose it is."""

    id: str = Field(pattern=r"^[^\s,;]+$", max_length=60)
    task: str
    source: str = Field(default="", max_length=60)
    license: str = Field(default="", max_length=100)

    @field_validator("task")
    @classmethod
    def _of_the_exam(cls, task: str, info: ValidationInfo) -> str:
        exam = find_exam(_exam_of(info.context))
        known = {name for domain in exam.domains for name in (str(domain.number), *domain.tasks)}
        unlisted = {str(domain.number) for domain in exam.domains if not domain.tasks}  # its tasks are not in the exam's file
        if task not in known and task.partition(".")[0] not in unlisted:
            expected = f"a task statement of {exam.code}, or the number of a domain"
            raise InputError(exam.code, [Problem("", shown(task), expected, nearest(task, known))])
        return task

    @model_validator(mode="after")
    def _says_how_many(self) -> OwnQuestion:
        many, words = len(self.right), set(self.stem.casefold().replace(".", " ").replace(")", " ").split())
        if many > 1 and not words & {_NUMBERS[many], str(many)}:
            problem = Problem("stem", shown(self.stem), f"a question that ends with: Choose {_NUMBERS[many]}")
            raise InputError(self.id, [problem])
        return self


class OwnBank(AnyBank):
    """Questions for one exam that are not the kit's; ``source`` and ``license`` hold for those without their own."""

    source: str = Field(default="", max_length=60)
    license: str = Field(default="", max_length=100)
    documents: dict[str, OwnDocument] = {}
    questions: list[OwnQuestion] = Field(min_length=1)

    @model_validator(mode="after")
    def _agrees_with_itself(self, info: ValidationInfo) -> OwnBank:
        found, met, exam = list[Problem](), set[str](), _exam_of(info.context)
        for number, question in enumerate(self.questions):
            if question.id in met:
                found.append(Problem(f"questions, {number}, id", question.id, "used once"))
            met.add(question.id)
            if question.document is not None and question.document not in self.documents:
                known = nearest(question.document, self.documents)
                found.append(Problem(f"questions, {number}, document", question.document, "one of the documents", known))
        if self.exam != exam:
            found.append(Problem("exam", shown(self.exam), "the exam that the file is named after", exam))
        if not self.source and not all(question.source for question in self.questions):
            found.append(Problem("source", "nothing", "given. Say whose questions these are"))
        if found:
            raise InputError(self.exam, found)
        return self


def _exam_of(stem: str | None) -> str:
    """Return the exam that the name of a file begins with."""
    codes = [code for code in list_exams() if squeeze(stem or "").startswith(squeeze(code))]
    return max(codes, key=len, default="")


@lru_cache(maxsize=64)
def _read_table(path: Path, _changed: tuple[int, int]) -> OwnBank:
    """Read a bank from a table, one row a question; every mistake has its row and column."""
    ours = meanings("questions")
    rows = read_grids(path, lambda cells: sum(squeeze(cell) in ours for cell in cells))[0].rows()
    heading = next(rows).cells
    names = [ours.get(squeeze(cell), "") for cell in heading]
    needed = [name for name in ("id", "task", "stem", "option a", "option b", "right", "why a", "why b", "source")
              if name not in names]  # fmt: skip
    found = [Problem("row 1", shown(", ".join(map(str, heading))), f"a heading with a column {name}", nearest(name, heading))
             for name in needed]  # fmt: skip
    found += [Problem("row 1", shown(cell), "a heading of a question bank", nearest(cell, ours.values()))
              for cell, name in zip(heading, names, strict=True) if str(cell).strip() and not name]  # fmt: skip
    if found:
        raise InputError(shown(path.name), found)
    numbers: list[int] = []
    letters: list[list[str]] = []
    raw: dict[str, Any] = {"exam": _exam_of(path.stem), "documents": {}, "questions": []}
    for row in rows:
        cells = dict.fromkeys(ours.values(), "") | dict(zip(names, row.cells, strict=False))
        if not any(map(str.strip, map(str, row.cells))):
            continue
        at = f"row {row.number}"
        found += [Problem(f"{at}, {name}", cell.value, cell.expected) for name, cell in cells.items() if isinstance(cell, Damaged)]
        cells = {name: str(cell).strip() for name, cell in cells.items()}
        if "".join(map(str, row.cells[len(names) :])).strip():
            expected = f"at most {len(names)} cells, as the heading has. Put text with commas in quotation marks"
            found.append(Problem(at, f"{len(row.cells)} cells", expected))
        there = [one for one in _LETTERS if cells[f"option {one}"] or cells[f"why {one}"]]
        right = set(squeeze(cells["right"]))
        if not right or not right < set(there):
            expected = f"one or more letters of its options, {', '.join(there)}, and not all of them"
            found.append(Problem(f"{at}, right", shown(cells["right"]) or "nothing", expected))
            right = {"a"}
        if not cells["source"]:
            found.append(Problem(f"{at}, source", "nothing", "given. Say whose question this is"))
        if any(cells["id"] == other["id"] for other in raw["questions"]):
            found.append(Problem(f"{at}, id", shown(cells["id"]), "used once"))
            cells["id"] += f"-{at.replace(' ', '')}"
        if linked := cells["document"] or cells["url"]:
            raw["documents"][at] = {"title": linked, "url": cells["url"]}
        numbers.append(row.number)
        letters.append(there)
        options = [{"text": cells[f"option {one}"], "right": one in right, "why": cells[f"why {one}"]} for one in there]
        plain = {name: cells[name] for name in ("id", "task", "stem", "source", "license")}
        level: Any = int(cells["difficulty"]) if cells["difficulty"] in ("1", "2", "3") else cells["difficulty"] or None
        raw["questions"].append(plain | {"difficulty": level, "options": options, "document": at if linked else None})

    def place(steps: Sequence[str | int], _absent: bool) -> str:
        match steps:
            case ["documents", str(at), *rest]:
                return f"{at}, url" if rest else at
            case ["questions", int(at), "options", int(option), str(field)]:
                return f"row {numbers[at]}, {'option' if field == 'text' else field} {letters[at][option]}"
            case ["questions", int(at), *rest]:
                return ", ".join([f"row {numbers[at]}", *map(str, rest)])
            case _:
                return "row 2"

    try:
        bank = check_data(raw, OwnBank, path, place)
    except InputError as error:
        known = {problem.place for problem in found}
        found += [problem for problem in error.problems if problem.place not in known]
    if found:
        found.sort(key=lambda problem: int(problem.place.split(",")[0].removeprefix("row ")))
        raise InputError(shown(path.name), found)
    return bank


def check_bank(path: str | Path) -> AnyBank:
    """Return a question bank of one's own, from YAML or CSV; an InputError names every mistake.

    Its file's name begins with the code of its exam.
    """
    path = Path(path)
    if not (exam := _exam_of(path.stem)) or path.suffix.lower() not in _ENDINGS:
        expected = "a name that begins with the code of an exam and ends in .csv or .yaml, such as SAA-C03_tutor.csv"
        raise InputError(shown(path.name), [Problem("file", shown(path.name), expected, nearest(path.stem, list_exams()))])
    if path.suffix.lower() == ".csv":
        try:
            status = path.stat()
        except OSError:
            read_grids(path, len)  # says why
            raise
        bank = _read_table(path, (status.st_mtime_ns, status.st_size))
    else:
        bank = load_data(path, OwnBank, None)
    kits = {question.id for question in _kits(exam)}
    twice = [Problem("id", question.id, "an id that the kit's own questions do not have") for question in bank.questions
             if question.id in kits]  # fmt: skip
    if twice:
        raise InputError(shown(path.name), twice)
    marked = tuple(
        question.model_copy(update={
            "source": question.source or bank.source, "license": question.license or bank.license,
            "document": f"{path.name}: {question.document}" if question.document else None,
        })
        for question in bank.questions
    )  # fmt: skip
    documents = {f"{path.name}: {name}": document for name, document in bank.documents.items()}
    return AnyBank.model_construct(exam=exam, documents=documents, questions=marked)


def own_bank_files() -> dict[Path, str]:
    """Return the files of the learner's own banks, each with the code of its exam; none of them is read."""
    folder = os.environ.get("MLS_KIT_QUESTIONS")
    paths = sorted(Path(folder).expanduser().glob("*")) if folder else []
    return {path: exam for path in paths if path.suffix.lower() in _ENDINGS and (exam := _exam_of(path.stem))}


def bank_files() -> dict[str, Path]:
    """Return the file of each of the kit's banks by the code of its exam."""
    return {path.stem: path for path in sorted((data_folder() / "questions").glob("*.yaml"))}


def _kits(exam: str) -> Sequence[Question]:
    file = bank_files().get(exam)
    return load_data(file, AnyBank).questions if file else []


def banks() -> list[str]:
    """Return the codes of the exams there are questions for, the kit's or one's own.

    >>> "MLS-C01" in banks(), "SY0-701" in banks()
    (True, False)
    """
    return sorted({*bank_files(), *own_bank_files().values()})


def load_bank(exam: str) -> AnyBank:
    """Return the practice questions for an exam, the kit's and then one's own; an InputError where there are none.

    A bank of one's own with a mistake is left out, and its ``trouble`` says so; banks of other exams are not read.

    >>> load_bank("mla c02").exam
    'MLA-C02'
    """
    code, files = find_exam(exam).code, bank_files()
    found: list[AnyBank] = [load_data(files[code], AnyBank)] if code in files else []
    problems: list[Problem] = []
    met: set[str] = set()
    for path in (path for path, its in own_bank_files().items() if its == code):
        try:
            bank = check_bank(path)
        except InputError as error:
            name = shown(path.name)
            problems += [replace(problem, place=f"{name}, {problem.place}") for problem in error.problems]
            continue
        twice = met & {question.id for question in bank.questions}
        met |= {question.id for question in bank.questions}
        problems += [Problem(f"{shown(path.name)}, id", one, "an id of one bank only") for one in sorted(twice)]
        found += [] if twice else [bank]
    if len(found) == 1 and not problems:
        return found[0]
    if not found:
        expected = (
            f"an exam the kit has questions for ({', '.join(files)}); you can still log results from any other provider's questions"
        )
        raise InputError("Practice questions", problems or [Problem("exam", code, expected)])
    both = AnyBank.model_construct(
        exam=code,
        documents={name: document for bank in found for name, document in bank.documents.items()},
        questions=tuple(question for bank in found for question in bank.questions),
    )
    if problems:
        more = f" {len(problems) - 1} more: mls-kit practice --check FILE names all." if problems[1:] else ""
        both._trouble = f"Some of your own questions are left out. {problems[0]}{more}"
    return both


def shareable(bank: AnyBank) -> list[Question]:
    """Return the questions of a bank that may be copied into a deck: the kit's, and others whose license is known."""
    found = [question for question in bank.questions if question.license or not question.source]
    if not found:
        expected = "an exam with questions whose license is known, because cards are a copy"
        raise InputError("The cards", [Problem("exam", bank.exam, expected)])
    return found


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
