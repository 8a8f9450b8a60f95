"""What a quiz and a practice set say: questions, reasons, and how a set ended."""

from __future__ import annotations

from collections import Counter
from html import escape

import pandas as pd

from mls_kit import practice
from mls_kit.explain.progress_words import reasons
from mls_kit.html import Block, render, table
from mls_kit.practice import PracticeResult, PracticeSet, Question

_WORDS = "explain/quiz.html.j2"


def stem(place: int, question: Question) -> str:
    """Return a question with its number."""
    return render(_WORDS, "stem", place=place, question=question).markup


def explained(made: PracticeSet, place: int, chosen: frozenset[int]) -> str:
    """Return the reasons of one question, what was chosen, and where to read on, as HTML."""
    question = made.questions[place]
    read_on = Block(practice.reading(question, made.documents[place]))
    return render(_WORDS, "explained", reasons=Block(reasons(question, chosen)), reading=read_on).markup


def ending(result: PracticeResult) -> str:
    """Return the result of a finished set with the reasons for every wrong answer, as HTML."""
    counts, made = Counter(result.causes.values()), result.practice_set
    causes = pd.DataFrame(
        [(said, counts[name]) for name, said in practice.CAUSES.items() if counts[name]], columns=["cause", "errors"]
    )
    tables = [table(result.by_domain.reset_index().rename(columns={"out_of": "out of"}), "Right by domain")]
    tables += [table(causes, "Causes of the errors, as you named them")] if counts else []
    wrong = [
        stem(place, question) + explained(made, place, result.answers.get(question.id, frozenset()))
        for place, question in enumerate(made.questions)
        if question in result.wrong
    ]
    return f"<p><b>{escape(result.words)}</b></p>" + "".join([*tables, *wrong])
