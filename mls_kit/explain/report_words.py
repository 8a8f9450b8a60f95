"""A report in words: what it says, what it does not, how far from passing, what first, which patterns, when again.

The sentences are in ``templates/report.html.j2`` and ``templates/retake.html.j2``. Every statement carries its kind:
facts come from the exam's file, with source and day; rules from the method file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from mls_kit.exam import Exam, Fact, load_method
from mls_kit.html import Block, render
from mls_kit.method import (
    Diagnosis,
    RetakeDates,
    Timeline,
    availability,
    carry_over,
    diagnose,
    prioritize,
    scored_questions,
    successor_is_here,
    why_silent,
)
from mls_kit.plan import Plan
from mls_kit.report import PlanRequest, ScoreReport, example_report, is_mine, my_report, place_in_words, possible_reports

_REPORT = "explain/report.html.j2"


def cite(exam: Exam, fact: Fact[Any]) -> str:
    """Return the mark of an exam's fact with a link to its source, the day it was seen and how sure it is, as HTML.

    >>> from mls_kit.exam import find_exam
    >>> exam = find_exam("SAA-C03")
    >>> "confidence: high" in cite(exam, exam.scale)
    True
    """
    return render("explain/_parts.html.j2", "cite", exam=exam, fact=fact).markup


def opening(report: ScoreReport) -> Block:
    """Say whose numbers a notebook shows, and whether anyone can still sit the exam.

    >>> "MLS-C01, scaled score 690" in str(opening(ScoreReport("MLS-C01", 690, "S, C, NI, NI")))
    True
    """
    now, own = availability(report.facts, date.today(), report.language), my_report() if is_mine() else report
    lacks = why_silent(own.facts) if own.is_rated else f"We don't have your ratings for the {own.exam} domains."
    return render(_REPORT, "opening", report=report, mine=is_mine(), now=now, silent="" if own.exam == report.exam else lacks)


def modeled(report: ScoreReport) -> ScoreReport:
    """Return a report, or the worked example's where the model is silent on its exam; ``opening`` then says why.

    >>> modeled(my_report("PMP")).exam
    'MLS-C01'
    """
    exam = report.facts
    return example_report() if exam.silent or not scored_questions(exam) else report


def rated(report: ScoreReport) -> ScoreReport:
    """Return a report, or the worked example's where it rates no domain; ``opening`` then says why.

    >>> rated(my_report("PMLE")).exam
    'MLS-C01'
    """
    return report if report.is_rated else example_report()


def whose(request: PlanRequest) -> Block:
    """Say whose numbers a plan's notebook shows, with a link to change them; nothing where a program gave them.

    >>> whose(PlanRequest("SAA-C03", 690, "NI, MC, MC, NI"))
    These are the numbers in the first cell: SAA-C03, scaled score 690.
    """
    return render(_REPORT, "whose", request=request, place=place_in_words(), mine=is_mine())


def matches(report: ScoreReport, found: Diagnosis) -> str:
    """Name every pattern a failed report shows, the most specific first, and those it cannot show, as HTML.

    >>> report = ScoreReport("MLS-C01", 690, "S, C, NI, NI")
    >>> "Pattern 1: Infrastructure without modeling" in matches(report, diagnose(report))
    True
    """
    return render(_REPORT, "matches", found=found, **_matched(report, found)).markup


def _matched(report: ScoreReport, found: Diagnosis) -> dict[str, Any]:
    """Return the kind of each pattern found; if none is, how many of how many possible reports fit none."""
    unmatched, article = None, load_method().article
    if not found.patterns and article and report.exam == article.exam:
        every = diagnose(possible_reports(report.facts, load_method().vocabularies["article"].labels))
        unmatched = int((~every.filter(like="pattern_").any(axis=1)).sum()), len(every)
    kinds = {pattern.number: pattern_kind(report, pattern.number) for pattern in found.patterns}
    return {"kinds": kinds, "unmatched": unmatched}


def pattern_kind(report: ScoreReport, number: int) -> str:
    """Return the kind of a pattern, by its number in the method: the article speaks of its own three labels only.

    >>> pattern_kind(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), 1)
    'article'
    >>> pattern_kind(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI"), 5)
    'model'
    """
    rule = next(rule for rule in load_method().patterns if rule.number == number)
    return rule.kind if set(report.ratings.values()) <= set(load_method().vocabularies["article"].labels) else "model"


def patterns(report: ScoreReport, labels: Sequence[str]) -> Block:
    """List the patterns that a report with these labels could show; those that it cannot show are folded away.

    >>> str(patterns(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI"), ("Needs Improvement", "Meets Competencies"))).splitlines()[0]
    'Broad but shallow: Meets Competencies everywhere and still below the passing standard. model'
    """
    never, found = diagnose(report).unreadable, []
    for rule in sorted(load_method().patterns, key=attrgetter("number")):
        fits = [label for label in labels if rule.when and label in rule.when[0].rating]
        reads = rule.reads.format(rating=fits[0] if fits else "Competent")
        found.append((rule.number, rule.name, reads, pattern_kind(report, rule.number)))
    shown, hidden = ([each for each in found if (each[0] in never) == out] for out in (False, True))
    return render(_REPORT, "patterns", shown=shown, hidden=hidden)


def timeline(line: Timeline) -> str:
    """Say how many weeks and hours the article asks, and what of it is the kit's, as HTML.

    >>> "8 to 12 weeks at 20 or more hours" in timeline(diagnose(ScoreReport("MLS-C01", 690, "S, C, NI, NI")).timeline)
    True
    """
    return render(_REPORT, "timeline", line=line).markup


def retake(plan: Plan) -> Block:
    """Say when the exam may be sat again, whether it still exists then, and what follows it.

    >>> from mls_kit.plan import build_plan
    >>> report = ScoreReport("SAA-C03", 690, "NI, MC, MC, NI", taken_on="2026-11-01")
    >>> "Earliest retake: Sunday, 2026-11-15" in str(retake(build_plan(report, today="2026-11-27")))
    True
    """
    later = None if plan.report.passed else carried_over(plan.report, plan.diagnosis.retake)
    return render("explain/retake.html.j2", "retake", plan=plan, article=load_method().article, later=later)


def carried_over(report: ScoreReport, again: RetakeDates) -> dict[str, Any] | None:
    """Return where the ratings point in the exam that follows, domain by domain; None where that is not known."""
    walk = again.crosswalk
    if not (walk and successor_is_here(again)):
        return None
    carried = carry_over(report, walk)
    ranked = prioritize(carried)
    names = {domain.number: domain.name for domain in report.facts.domains}
    domains = [
        {
            "name": domain.name,
            "weight": domain.weight,
            "sources": [names[source] for source, targets in walk.domains.items() if domain.number in targets],
            "rating": carried.ratings[domain.name],
            "share": round(ranked.loc[domain.name, "share"]),
            "new": walk.new.get(domain.number, ""),
        }
        for domain in carried.facts.domains
    ]
    return {"exam": carried.facts, "domains": domains}
