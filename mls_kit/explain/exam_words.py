"""An exam in words: what its file answers, what a domain tests, what is likely missing when it is weak, how to study it.

The sentences are in ``templates/exam_answers.html.j2`` and ``templates/domains.html.j2``; each line has its mark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import pandas as pd

from mls_kit.exam import AttemptLimit, Exam, Fact, find_exam, list_exams, load_method
from mls_kit.html import Block, render
from mls_kit.method import availability, diagnose, prioritize
from mls_kit.problems import InputError
from mls_kit.report import ScoreReport

_DOMAINS, FACT_WORDS = "explain/domains.html.j2", "explain/facts.html.j2"
FACTS = ("attempts", "exists", "fee", "first_domain", "guide", "minutes", "percents", "questions", "ratings", "results",
         "retake", "scale", "scoring", "timeline")  # fmt: skip


def exam_answer(name: str, report: ScoreReport, today: date) -> Block:
    """Return the answer to a question, one of ``FACTS``, on the day it is asked, as items of a list.

    >>> report = ScoreReport("SAA-C03", 700, "NI, MC, MC, MC", taken_on="2026-10-01")
    >>> str(exam_answer("minutes", report, date(2026, 10, 2)))[:27]
    'SAA-C03 takes 130 minutes. '
    """
    found, article = diagnose(report, today=today), load_method().article
    ranked = prioritize(report)
    return render("explain/exam_answers.html.j2", name, report=report, found=found, ranked=ranked, article=article)


def domain_contents(exam: Exam, first: str = "") -> Block:
    """Return what each domain tests, in the order of the exam guide; all but the domain named are folded away."""
    return render(_DOMAINS, "contents", exam=exam, first=first, article=load_method().article)


def study_methods(labels: Collection[str]) -> Block:
    """Return how to study a domain by its rating, for the ratings of a report, as a table with the kind of each row."""
    methods = {label: how for label, how in load_method().methods.items() if label in labels}
    return render(_DOMAINS, "methods", methods=methods)


def domain_goals(ranked: pd.DataFrame) -> Block:
    """Return one goal a domain that can be checked, for a table of priorities.

    >>> from mls_kit import ScoreReport, prioritize
    >>> goals = domain_goals(prioritize(ScoreReport("MLS-C01", 690, "S, C, NI, NI")))
    >>> "answer 80 % of 20 fresh Modeling questions" in str(goals)
    True
    """
    return render(_DOMAINS, "goals", ranked=ranked, rules=load_method().plan)


def fact_value(place: str, fact: Fact[Any]) -> str:
    """Return the value of a fact in a few words."""
    value = fact.value
    if value is None or isinstance(value, bool):
        return {None: "not known", True: "yes", False: "no"}[value]
    if place == "blueprint":
        return f"{len(value)} domains"
    if place == "scale":
        return f"{value[0]} to {value[1]}"
    if place == "report.rating_vocabularies":
        return "; or ".join(load_method().vocabularies[name].note for name in value) or "none"
    if hasattr(value, "model_dump") and not isinstance(value, AttemptLimit):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {item or 'no date'}" for name, item in value.items()) or "none"
    return f"{value:g}" if isinstance(value, float) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def exam_facts(exam: Exam, day: date, to_check: bool = False) -> Iterator[str]:
    """Yield lines on the facts of an exam, each with its sources; ``to_check``: only old, conflicting and second-hand ones.

    >>> next(exam_facts(find_exam("MLS-C01"), date(2026, 11, 22)))
    'MLS-C01: AWS Certified Machine Learning - Specialty (exam owner: AWS)'
    """
    yield f"{exam.code}: {exam.name.value} (exam owner: {exam.vendor})"
    for domain in () if to_check else exam.domains:
        yield f"  {domain.number}  {domain.weight:5g} %  {domain.name}"
    stale = exam.stale_facts(day)
    for place, fact in exam.facts():
        old = place in stale
        if to_check and not (old or fact.conflict or (fact.kind == "published" and exam.is_second_hand(fact))):
            continue
        yield f"  {render(FACT_WORDS, 'name', place=place)}{f' ({place})' if to_check else ''}: {fact_value(place, fact)}"
        yield f"      {render(FACT_WORDS, 'grounds', exam=exam, fact=fact, old=old)}"
        yield from (
            f"      {url}" for url in {exam.sources[name].url or "a source without an address": None for name in fact.sources}
        )
        if fact.note:
            yield f"      Note: {render(FACT_WORDS, 'note', fact=fact)}"


def exam_words() -> dict[str, str]:
    """Return what the list of exams says, and the code of each; an exam whose file has a mistake is left out."""
    found = {}
    for code in list_exams():
        try:
            exam = find_exam(code)
        except InputError:
            continue
        if not exam.domains:  # announced, and its weights are not known yet
            continue
        now = availability(exam, date.today())
        state = {"ended": f"ended {now.last_day}", "beta": "beta", "unknown": "may have ended"}.get(now.state, now.state)
        until = f" until {now.last_day}" if now.state == "open" and now.last_day else ""
        found[f"{code} ({state}{until}): {exam.name.value or exam.vendor}"] = exam.code
    return found
