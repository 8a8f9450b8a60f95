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
    parts = [
        f"<p><b>{escape(result.words)}</b></p>",
        table(result.by_domain.reset_index().rename(columns={"out_of": "out of"}), "Right by domain"),
    ]
    counts = Counter(result.causes.values())
    if counts:
        named = [(said, counts[name]) for name, said in practice.CAUSES.items() if counts[name]]
        causes = pd.DataFrame(named, columns=["cause", "errors"])
        parts.append(table(causes, "Causes of the errors, as you named them"))
    made = result.practice_set
    for place, question in enumerate(made.questions):
        if question in result.wrong:
            chosen = result.answers.get(question.id, frozenset())
            parts.append(stem(place, question) + explained(made, place, chosen))
    return "".join(parts)
