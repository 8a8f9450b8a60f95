"""What a report really says, and whether anything changed between attempts: the score model in words (kind: model).

The sentences are in ``templates/outlook.html.j2``.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

from mls_kit.explain import chance_figures as chance_charts, domain_figures as domain_charts
from mls_kit.explain.figure import Chart
from mls_kit.html import Block, render
from mls_kit.method import (
    came_true,
    compare_reports,
    known_repeaters,
    labels_of,
    outlook_of,
    prioritize,
    scored_questions,
    stated_sources,
    study_hours_shown,
)
from mls_kit.plan import Plan
from mls_kit.report import ScoreReport
from mls_kit.score_model import (
    ImpossibleReportError,
    Outlook,
    Verdict,
    conditional_sem,
    prmse_of_model,
    rating_probabilities,
)

_OUTLOOK = "explain/outlook.html.j2"
_TRUTH = 0.7  # right answers of whoever serves as the example of a noisy rating


def outlook_for(plan: Plan) -> Outlook | None:
    """Return the outlook of a plan's report with bands, computed once; None after a pass or without a model."""
    report = plan.report
    if report.passed:
        return None
    return _outlook(tuple(report.ratings.items()), report.exam, report.scaled_score, plan)


@lru_cache(maxsize=4)
def _outlook(_ratings: tuple[tuple[str, str], ...], _exam: str, _score: int, plan: Plan) -> Outlook | None:
    report = plan.report
    table_of_shares = prioritize(report)
    article = [float(table_of_shares.loc[domain.name, "share"]) for domain in report.facts.domains]
    return outlook_of(report, study_hours_shown(), {"article": article})


def meaning(plan: Plan) -> Block:
    """Say what score and ratings are worth: chance to pass with its band, what ratings add, and their noise."""
    found = outlook_for(plan)
    if found and found.retake:
        return render(_OUTLOOK, "meaning", plan=plan, found=found, noise=_noise(plan.report, found))
    why = "passed" if plan.report.passed else "labels" if scored_questions(plan.report.facts) else "questions"
    remedies = found.feasibility.remedies if found else ()
    return render(_OUTLOOK, "nothing", report=plan.report, why="impossible" if found else why, remedies=remedies)


def _noise(report: ScoreReport, found: Outlook) -> dict[str, Any]:
    """Return how noisy scores and ratings are: points of a question, the error of a score, one domain's ratings."""
    model, scale, theta = found.model, found.model.scale, found.model.theta[0]
    near = abs(model.form.true_score(theta) - scale.raw_cut).argmin()
    smallest = min(range(model.domains), key=lambda d: model.form.counts[d])
    questions = int(model.form.counts[smallest])
    shares = rating_probabilities(_TRUTH, questions, model.bands)
    worth, by_rating = prmse_of_model(model)
    return {
        "step": float(scale.unrounded(scale.raw_cut + 1) - scale.unrounded(scale.raw_cut - 1)) / 2,
        "error": float(conditional_sem(model.form, theta, scale)[near]),
        "truth": _TRUTH,
        "domain": report.facts.domains[smallest].name,
        "questions": questions,
        "ratings": list(zip(model.bands.labels, map(float, shares), strict=True)),
        "better": int((worth.total > by_rating).sum()),
    }


def domains(plan: Plan) -> Chart | Block:
    """Draw what score and ratings say of each domain, beside what the score alone says."""
    found = outlook_for(plan)
    if not (found and found.retake):
        return render(_OUTLOOK, "see_above", section="domains")
    return domain_charts.domain_ridges(found, [domain.name for domain in plan.report.facts.domains])


def chances(plan: Plan) -> Chart | Block:
    """Draw the chance to pass now and after study, shared out in different ways, with bands."""
    found = outlook_for(plan)
    if not (found and found.retake):
        return render(_OUTLOOK, "see_above", section="chances")
    names = [domain.name for domain in plan.report.facts.domains]
    return chance_charts.plan_chances(found, names, known_repeaters()["said"])


def tornado(plan: Plan, studied: bool = False) -> Chart | Block:
    """Draw how far each assumption, alone, moves the chance now or after study."""
    found = outlook_for(plan)
    if not (found and found.retake):
        return render(_OUTLOOK, "see_above", section="tornado")
    return chance_charts.assumption_tornado(found, studied)


def tornado_studied(plan: Plan) -> Chart | Block:
    """Draw how far each assumption, alone, moves the chance after study."""
    return tornado(plan, studied=True)


def assumptions(plan: Plan) -> Block:
    """Show the splits in numbers and everything the model supposes."""
    found, exam = outlook_for(plan), plan.report.facts
    if not (found and found.retake):
        return render(_OUTLOOK, "see_above", section="assumptions")
    values = {"scored": scored_questions(exam), "known": known_repeaters(), "sources": stated_sources()}
    return render(_OUTLOOK, "assumptions", exam=exam, found=found, hours=study_hours_shown(), **values)


def changes(plan: Plan) -> Block:
    """Say, for attempts given, whether score and ratings changed by more than chance brings."""
    attempts = [*plan.earlier, plan.report]
    same = [(first, second) for first, second in pairwise(attempts) if first.exam == second.exam]
    scores = [(first.scaled_score, second.scaled_score) for first, second in same if second.exam == plan.report.exam]
    found = came_true(plan.report.facts, scores) if scores else None
    pairs = [_change(first, second) for first, second in same]
    verdict = verdict_said(found) if found else None
    return render(_OUTLOOK, "changes", attempts=len(attempts), pairs=pairs, verdict=verdict)


def verdict_said(found: Verdict) -> Block:
    """Say whether what the model said of next attempts came true, and which way it is off if not."""
    return render(_OUTLOOK, "verdict", found=found, hours=known_repeaters()["usual_hours"])


def _change(first: ScoreReport, second: ScoreReport) -> dict[str, Any]:
    """Return two attempts, the change with its chance (None where the model cannot compare), and the ratings moved."""
    try:
        change = compare_reports(first, second)
    except ImpossibleReportError:
        change = None
    ratings = zip(second.ratings, change.ratings, strict=True) if change else ()
    return {
        "first": first,
        "second": second,
        "change": change,
        "moved": [(name, rating) for name, rating in ratings if rating.first != rating.second],
        "labels_differ": labels_of(first) != labels_of(second),
    }
