"""What the practice set's view says: progress, reasons and the result, as HTML."""

from __future__ import annotations

from collections import Counter
from html import escape

import pandas as pd

from mls_kit.html import table
from mls_kit.practice import CAUSES, PracticeResult, PracticeSet
from mls_kit.practice_run import PracticeRun
from mls_kit.practice_sheet import reading
from mls_kit.questions import banks
from mls_kit.widgets.quiz import reasons

__all__ = ["ending", "explained", "no_bank", "progress"]


def no_bank(exam: str) -> str:
    """Say that the kit has no questions for an exam, and what to do instead."""
    return (
        f"The kit has no questions for {exam}; it has some for {' and '.join(banks())}. Practice with another provider's "
        "questions, and enter the results in your practice log: they count there all the same."
    )


def progress(run: PracticeRun) -> str:
    """Say where in the set the learner is, and how much time is left."""
    count = len(run.made.questions)
    if run.phase == "done":
        return f"{count} of {count} done."
    if run.phase == "explaining" and run.explain == "end":
        score = run.result()
        return f"{score.words} Now the reasons for what was wrong; after this one {run.left} more."
    time_left = run.made.minutes - run.spent / 60
    clock = (
        f"About {time_left:.0f} of {run.made.minutes} minutes are left."
        if time_left > 0
        else f"The {run.made.minutes} minutes are over: go on if you like; it will not count as a timed set."
    )
    return f"Question {run.place + 1} of {count}. {clock}"


def explained(made: PracticeSet, place: int, chosen: frozenset[int]) -> str:
    """Return the reasons of one question, what was chosen, and where to read on, as HTML."""
    question = made.questions[place]
    return f'<div role="status">{reasons(question, chosen)}</div>{reading(question, made.documents[place])}'


def ending(result: PracticeResult) -> str:
    """Return the result of a finished set with the reasons for every wrong answer, as HTML."""
    parts = [
        f"<p><b>{escape(result.words)}</b></p>",
        table(result.by_domain.reset_index().rename(columns={"out_of": "out of"}), "Right by domain"),
    ]
    counts = Counter(result.causes.values())
    if counts:
        causes = pd.DataFrame(
            [{"cause": said, "errors": counts[name]} for name, said in CAUSES.items() if counts[name]]
        )
        parts.append(table(causes, "Causes of the errors, as you named them"))
    made = result.practice_set
    for place, question in enumerate(made.questions):
        if question in result.wrong:
            chosen = result.answers.get(question.id, frozenset())
            parts.append(f"<p><b>{place + 1}.</b> {escape(question.stem)}</p>{explained(made, place, chosen)}")
    return "".join(parts)
