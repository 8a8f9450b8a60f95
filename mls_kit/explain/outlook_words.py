"""What a report really says, and whether anything changed between attempts: the score model in words (kind: model)."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from itertools import pairwise

import pandas as pd

from mls_kit.explain import chance_figures as chance_charts, domain_figures as domain_charts
from mls_kit.explain.figure import Chart
from mls_kit.explain.model_figure import percent, percent_range
from mls_kit.explain.report_words import items
from mls_kit.html import Block, badge, join, table
from mls_kit.method import compare_reports, labels_of, outlook_of, prioritize, scored_questions, study_hours_shown
from mls_kit.plan import Plan
from mls_kit.report import ScoreReport
from mls_kit.score_model import ImpossibleReportError, Outlook, conditional_sem, prmse_of_model, rating_probabilities

__all__ = ["assumptions", "chances", "changes", "domains", "meaning", "tornado"]


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


def _why_not(plan: Plan) -> Block:
    """Say why there is no outlook."""
    if plan.report.passed:
        return Block("<p>You passed: there is no retake to look ahead to.</p>")
    if not scored_questions(plan.report.facts):
        return Block("<p>How many questions this exam has is not known, and the score model needs that number.</p>")
    return Block("<p>These labels belong to no one vocabulary, so the score model cannot read them.</p>")


def _impossible(plan: Plan, found: Outlook) -> Block:
    remedies = [f"{escape(r.assumption)}: {escape(r.present)} would have to be {escape(r.needed)}"
                for r in found.feasibility.remedies]  # fmt: skip
    give = f"<p>One of these would have to give:</p>{items(remedies)}" if remedies else ""
    return join(
        [
            f"<p>A score of {plan.report.scaled_score} with these ratings cannot come about under the model's "
            f"assumptions, so nothing is computed from it. {badge('model')}</p>",
            give,
            "<p>Check the ratings first. If they are right, the assumptions are wrong for your report.</p>",
        ]
    )


def meaning(plan: Plan) -> Block:
    """Say what score and ratings are worth: chance to pass with its band, what ratings add, and their noise."""
    found = outlook_for(plan)
    if found is None:
        return _why_not(plan)
    if found.retake is None:
        return _impossible(plan, found)
    band = found.retake.bands["now"]
    statements = [
        f"<b>Chance to pass another form today, without study: {percent(found.retake.chance)}</b> (band "
        f"{percent_range(band.low, band.high)}, extremes {percent_range(band.minimum, band.maximum)}, over "
        f"{band.points} stated sets of assumptions). {badge('model')}",
        f"The score alone says {percent(found.chance_alone)}. What the ratings add to that is small: they say, weakly, "
        f"where to study; the score says how far there is to go. {badge('model')}",
        _score_noise(found),
        _rating_noise(plan, found),
        _subscore_worth(found),
    ]
    return Block(_ended(plan) + items(statements) + _percentages(plan))


def _ended(plan: Plan) -> str:
    if plan.diagnosis.retake.availability.state != "ended":
        return ""
    return f"<p>Nobody can sit {plan.report.exam} any more: read the chance as one for a form like the one you sat.</p>"


def _percentages(plan: Plan) -> str:
    if not plan.report.percents:
        return ""
    return f"<p>The model reads your percentages as the article's labels, which is less than they say. {badge('model')}</p>"


def _score_noise(found: Outlook) -> str:
    model = found.model
    scale = model.scale
    theta = model.theta[0]
    errors = conditional_sem(model.form, theta, scale)
    near = abs(model.form.true_score(theta) - scale.raw_cut).argmin()
    step = float(scale.unrounded(scale.raw_cut + 1) - scale.unrounded(scale.raw_cut - 1)) / 2
    return (
        f"Near the passing standard one question is about {step:.0f} scaled points, and the standard error of a score "
        f"(CSEM) about {float(errors[near]):.0f}: a difference of that size says little. {badge('model')}"
    )


def _rating_noise(plan: Plan, found: Outlook) -> str:
    model = found.model
    smallest = min(range(model.domains), key=lambda d: model.form.counts[d])
    count, name = int(model.form.counts[smallest]), plan.report.facts.domains[smallest].name
    chance = rating_probabilities(0.7, count, model.bands)
    said = ", ".join(
        f"{label} in {percent(float(share))}" for label, share in zip(model.bands.labels, chance, strict=True)
    )
    return (
        f"Whoever truly gets 70 % right in {escape(name)} ({count} questions) is rated {said} of sittings. "
        f"{badge('model')}"
    )


def _subscore_worth(found: Outlook) -> str:
    worth, by_rating = prmse_of_model(found.model)
    better = int((worth.total > by_rating).sum())
    return (
        f"In {better} of {found.model.domains} domains the total score predicts the domain better than the domain's own "
        f"rating does (PRMSE, Haberman 2008); that is a reason for caution with single ratings. {badge('model')}"
    )


def domains(plan: Plan) -> Chart | Block:
    """Draw what score and ratings say of each domain, beside what the score alone says."""
    found = outlook_for(plan)
    if found is None or found.retake is None:
        return Block("<p>No picture of the domains: see above.</p>")
    return domain_charts.domain_ridges(found, [domain.name for domain in plan.report.facts.domains])


def chances(plan: Plan) -> Chart | Block:
    """Draw the chance to pass now and after study, shared out in different ways, with bands."""
    found = outlook_for(plan)
    if found is None or found.retake is None:
        return Block("<p>No chances are computed: see above.</p>")
    return chance_charts.plan_chances(found, [domain.name for domain in plan.report.facts.domains])


def tornado(plan: Plan) -> Chart | Block:
    """Draw how far each assumption, alone, moves the chance."""
    found = outlook_for(plan)
    if found is None or found.retake is None:
        return Block("<p>No assumption is varied: see above.</p>")
    return chance_charts.assumption_tornado(found)


def assumptions(plan: Plan) -> Block:
    """Show the splits in numbers and everything the model supposes."""
    found = outlook_for(plan)
    if found is None or found.retake is None:
        return Block("<p>No assumption was used: see above.</p>")
    names = {"article": "the article's", "weights": "by exam weight", "equal": "equal", "best": "best in this model"}
    rows = [
        {
            "split": names[name],
            **{f"{d.number}": f"{h:.0f} h" for d, h in zip(plan.report.facts.domains, split.hours, strict=True)},
            "chance": percent(split.chance),
            "band": percent_range(found.retake.bands[name].low, found.retake.bands[name].high),
        }
        for name, split in found.retake.splits.items()
    ]
    key = ", ".join(f"{d.number} {escape(d.name)}" for d in plan.report.facts.domains)
    facts = plan.report.facts.questions.value
    scored = (
        ""
        if facts and facts.scored
        else f"<p>How many questions are scored is not known: the model counts all {scored_questions(plan.report.facts)}.</p>"
    )
    stated = pd.DataFrame(
        [
            {"assumption": name.replace("_", " "), "value": str(value).strip("(),"), "meaning": meaning}
            for name, value, meaning in found.assumptions.describe()
        ]
    )
    hours = f"{study_hours_shown():g}"
    return join(
        [
            table(pd.DataFrame(rows), f"{hours} hours of study, shared out in four ways. Domains: {key}"),
            f"<p>How much is studied matters far more than how it is split; the bands overlap, so none of the splits is "
            f"proved better. The plan below follows the split you chose. {badge('model')}</p>",
            scored,
            table(stated, "What the model supposes (none of it is published)"),
        ]
    )


def changes(plan: Plan) -> Block:
    """Say, for attempts given, whether score and ratings changed by more than chance brings."""
    attempts = [*plan.earlier, plan.report]
    if len(attempts) < 2:
        return Block(
            "<p>No earlier attempt was given. With one, this section says whether the change is more than noise.</p>"
        )
    parts = [_change(first, second) for first, second in pairwise(attempts) if first.exam == second.exam]
    return join(parts or ["<p>The earlier attempts were at another exam: the scores cannot be compared.</p>"])


def _change(first: ScoreReport, second: ScoreReport) -> str:
    title = (
        f"{first.scaled_score} ({first.taken_on or 'no day'}) to {second.scaled_score} ({second.taken_on or 'no day'})"
    )
    try:
        change = compare_reports(first, second)
    except ImpossibleReportError:
        change = None
    if change is None:
        why = (
            "the labels differ" if labels_of(first) != labels_of(second) else "the model cannot read the earlier report"
        )
        return f"<p><b>{title}</b>: not compared, because {why}.</p>"
    verdict = (
        "That is well within what chance alone brings."
        if change.chance > 0.2
        else "Chance alone seldom brings as much."
        if change.chance > 0.05
        else "Chance alone hardly ever brings as much: something changed."
    )
    moved = [
        f"{escape(name)}: {r.first} to {r.second}; at unchanged ability so large a change comes in {percent(r.chance)}"
        for name, r in zip(second.ratings, change.ratings, strict=True)
        if r.first != r.second
    ]
    ratings = items(moved) if moved else "<p>No rating changed.</p>"
    return (
        f"<p><b>{title}</b>: {change.points:+.0f} points. At unchanged ability a change at least as large comes in "
        f"{percent(change.chance)} of sittings. {verdict} {badge('model')}</p>{ratings}"
    )
