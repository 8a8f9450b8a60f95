"""A practice set on paper: a sheet of questions, and apart from it the key with every reason. A4, no script, no network."""

from __future__ import annotations

from pathlib import Path

from mls_kit.exam import find_exam
from mls_kit.files import write_whole
from mls_kit.html import render
from mls_kit.practice.questions import Document, Question
from mls_kit.practice.sets import PracticeSet


def sheet(made: PracticeSet) -> str:
    """Return the questions of a set as a page to print; nothing in it tells which options are right."""
    return render("practice/sheet.html.j2", made=made).markup


def key(made: PracticeSet) -> str:
    """Return the answers of a set, with the reason for every option and where to read on, as a page to print."""
    domains = [
        (domain.name, places)
        for domain in find_exam(made.exam).domains
        if (places := [n for n, question in enumerate(made.questions, 1) if question.domain == domain.number])
    ]
    return render("practice/key.html.j2", made=made, domains=domains).markup


def reading(question: Question, document: Document | None) -> str:
    """Return where to read on, how the question was checked, and what has changed since, as HTML."""
    return render("practice/reading.html.j2", question=question, document=document).markup


def write_sheet(made: PracticeSet, folder: Path) -> list[Path]:
    """Write ``sheet.html`` and ``key.html`` into a folder that is there; return both."""
    pages = {folder / "sheet.html": sheet(made), folder / "key.html": key(made)}
    for path, text in pages.items():
        write_whole(path, text)
    return list(pages)
