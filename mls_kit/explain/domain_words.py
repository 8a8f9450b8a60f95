"""What a domain tests, what is likely missing when it is weak, and how to study it: from the exam's file, with kinds."""

from __future__ import annotations

from html import escape

import pandas as pd

from mls_kit.exam import Domain, Exam, load_method
from mls_kit.explain.report_words import cite, items
from mls_kit.html import Block, badge, show

__all__ = ["domain_contents", "domain_goals", "study_methods"]


def domain_contents(exam: Exam, first: str = "") -> Block:
    """Return what each domain tests, in the order of the exam guide; all but the domain named are folded away.

    Parameters
    ----------
    exam : Exam
    first : str
        The domain to show open.

    Examples
    --------
    >>> from mls_kit.exam import find_exam
    >>> "Train ML models" in str(domain_contents(find_exam("MLS-C01"), "Modeling"))
    True
    """
    return Block("".join(
        f"<details{' open' if domain.name == first else ''}><summary><b>{domain.number}. {escape(domain.name)}</b>, "
        f"{domain.weight:g} % of the scored questions</summary>{_contents(exam, domain)}</details>"
        for domain in exam.domains
    ))  # fmt: skip


def _contents(exam: Exam, domain: Domain) -> str:
    said = []
    if domain.tasks:
        tasks = "; ".join(f"{number} {escape(title)}" for number, title in domain.tasks.items())
        said.append(f"<b>Task statements:</b> {tasks}. {cite(exam, exam.blueprint)}")
    else:
        said.append(f"<b>Task statements:</b> not known to the kit; see the exam guide. {cite(exam, exam.blueprint)}")
    if domain.article:
        notes, mark = domain.article, badge("article")
        said.append(f"<b>Tests:</b> {escape('; '.join(notes.tests))}. {mark}")
        said.append(f"<b>Likely gap when it is weak:</b> {escape(notes.gap)}. {mark}")
        said.append(f"<b>Then:</b> {escape('. '.join(notes.actions))}. {mark}")
    else:
        said.append("The article says nothing of this domain: it is about MLS-C01 alone.")
    return items(said)


def study_methods() -> Block:
    """Return how to study a domain by its rating, as a table with the kind of each row.

    Examples
    --------
    >>> "hands-on lab" in str(study_methods())
    True
    """
    rows = [(label, "; ".join(how.do), how.kind) for label, how in load_method().methods.items()]
    frame = pd.DataFrame(rows, columns=["rating", "study by", "kind"]).set_index("rating")
    return show(frame, "How to study a domain, by its rating")


def domain_goals(ranked: pd.DataFrame) -> Block:
    """Return one goal a domain that can be checked, for a table of priorities.

    Examples
    --------
    >>> from mls_kit import ScoreReport, prioritize
    >>> goals = domain_goals(prioritize(ScoreReport("MLS-C01", 690, "S, C, NI, NI")))
    >>> "answer 80 % of 20 fresh Modeling questions" in str(goals)
    True
    """
    rules = load_method().plan
    goal = f"answer {rules.goal_percent:g} % of {rules.diagnostic_questions} fresh {{}} questions correctly, timed"
    frame = pd.DataFrame(
        {"tier": ranked["tier"].astype(str), "goal": [goal.format(name) for name in ranked.index]}, index=ranked.index
    )
    return show(frame, f"A goal for each domain (article: {rules.goal_percent:g} %; model: the number of questions)")
