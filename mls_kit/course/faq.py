"""Questions people ask after a failed exam: answers from ``data/faq.yaml``, and from the file of the learner's exam."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from mls_kit._folders import data_folder
from mls_kit.course.lessons import lessons
from mls_kit.exam import Kind, Source, Strict, load_data
from mls_kit.explain import FACTS, exam_answer
from mls_kit.html import Block, render
from mls_kit.problems import InputError, Problem, shown
from mls_kit.report import ScoreReport


class Statement(Strict):
    """One sentence or two, of one kind; ``source`` names where it was read, or where to look."""

    text: str = Field(min_length=10)
    kind: Kind | Literal["not known"]
    source: str | None = None


class AskedQuestion(Strict):
    """A question as people ask it; ``facts`` are answered from the exam's file, ``says`` stands here."""

    id: int
    question: str
    lesson: str
    facts: list[str] = []
    says: list[Statement] = []
    facts_last: bool = False


class Myth(Strict):
    """A statement of the article that published text, or the article itself, contradicts."""

    rule: str
    said: str
    evidence: str
    source: str | None = None


class Faq(Strict):
    """All questions and myths, with their sources."""

    sources: dict[str, Source]
    questions: list[AskedQuestion]
    myths: list[Myth]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Faq:
        if [question.id for question in self.questions] != list(range(1, len(self.questions) + 1)):
            raise ValueError("questions: ids must run 1, 2, 3 ... without a gap")
        said = [statement for question in self.questions for statement in question.says]
        for source in [part.source for part in said] + [myth.source for myth in self.myths]:
            if source and source not in self.sources:
                raise ValueError(f"{source!r} is not in sources")
        for question in self.questions:
            if not question.facts and not question.says:
                raise ValueError(f"question {question.id} has no answer")
            if unknown := set(question.facts) - set(FACTS):
                raise ValueError(f"question {question.id}: {sorted(unknown)} not in {sorted(FACTS)}")
        for statement in said:
            if statement.kind == "published" and not statement.source:
                raise ValueError(f"published without a source: {statement.text}")
        return self


def load_faq() -> Faq:
    """Return all questions and myths."""
    return load_data(data_folder() / "faq.yaml", Faq)


def answer(number: int, report: ScoreReport, today: date | None = None) -> Block:
    """Answer a question: what your exam's file says, what else is known, and the lesson that goes deeper.

    ``today`` is the day of the question. An InputError where there is no such question.

    >>> report = ScoreReport("SAA-C03", 700, "NI, MC, MC, MC", taken_on="2026-10-01")
    >>> "2026-10-15" in str(answer(2, report, date(2026, 10, 2)))
    True
    """
    faq = load_faq()
    if number not in range(1, len(faq.questions) + 1):
        expected = f"a number from 1 to {len(faq.questions)}"
        raise InputError("The questions", [Problem("number", shown(number), expected)])
    question = faq.questions[number - 1]
    facts = [exam_answer(name, report, today or date.today()) for name in question.facts]
    values = {"facts": facts, "sources": faq.sources, "title": _titles().get(question.lesson, "")}
    return render("course/faq.html.j2", "answer", question=question, **values)


@lru_cache(maxsize=1)
def _titles() -> dict[str, str]:
    """Return the question each lesson answers, by the name of its file."""
    return {lesson.path.stem: lesson.title for lesson in lessons()}


def myths() -> Block:
    """Return what the article says and published text contradicts, with the evidence."""
    faq = load_faq()
    return render("course/faq.html.j2", "myths", myths=faq.myths, sources=faq.sources)
