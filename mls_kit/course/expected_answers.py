"""What each exercise expects, and what frequent mistakes lead to; the words to both are in ``data/verdicts``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mls_kit.exam import find_exam, load_method
from mls_kit.method import diagnose, evidence_of, labels_of, model_of, prioritize, rank_domains
from mls_kit.plan import build_plan
from mls_kit.practice import rule_rate
from mls_kit.report import ScoreReport, my_report
from mls_kit.score_model import (
    Assumptions,
    RatingBands,
    ScoreModel,
    counts_posterior,
    lengthened,
    rating_probabilities,
    sittings_behind,
)

Answer = tuple[Any, dict[str, Any]]  # what is expected, and what each mistake of the exercise's file leads to
_THREE = RatingBands(("Needs Improvement", "Competent", "Strong"), Assumptions().cuts_three_labels)


def _needed(report: ScoreReport | None, exercise: str) -> ScoreReport:
    if report is None:
        raise ValueError(f'this exercise needs the report: check("{exercise}", answer, report)')
    return report


def _exam_in_use(report: ScoreReport | None) -> Answer:
    return (report or my_report()).exam, {}


def _marks(_report: ScoreReport | None) -> Answer:
    return ["model", "published", "article"], {
        "all the owner's": ["published", "published", "article"],
        "a rule of the owner's": ["model", "published", "published"],
        "a guide of the article's": ["model", "article", "article"],
    }


def _points(report: ScoreReport | None) -> Answer:
    used = report or my_report()
    points = used.points_from_passing or 0
    percent = 100 * evidence_of(used)[0] / used.facts.score_range[1]
    return points, {"sign": -points, "tenth": points / 10, "percent": percent}


def _changed_parts(_report: ScoreReport | None) -> Answer:
    return {1, 2}, {"score alone": {2}, "standard too": {1, 2, 3}, "ratings too": {1, 2, 5}}


def _score_on_form_b(report: ScoreReport | None) -> Answer:
    model = _model(_needed(report, "2.1"))
    cut = int(model.scale.raw_cut)
    form_a, exactly = int(model.scale.report(cut - 1)), int(model.retake_scores[cut])
    return int(model.retake_scores[cut - 1]), {"form A": form_a, "exactly the cut": exactly}


def _harder(report: ScoreReport | None) -> Answer:
    used = _needed(report, "2.2")
    most = _model(used).scale.raw_cut - 5
    steps = (step / 20 for step in range(17))
    harder = next(step for step in steps if _model(used, Assumptions(retake_shift=step)).retake_cut <= most)
    return harder, {"sign": -harder}


def _csem(report: ScoreReport | None) -> Answer:
    used = _needed(report, "3.1")
    model = _model(used)
    at_standard = sittings_behind(model, model.scale.standard)
    at_score = sittings_behind(model, evidence_of(used)[0])
    return at_standard.csem, {"the report's": at_score.csem, "chance": at_standard.passing}


def _longer(report: ScoreReport | None) -> Answer:
    model = _model(_needed(report, "3.2"))
    most = sittings_behind(model, model.scale.standard).csem * 2 / 3
    sizes = range(10, 1000, 10)
    enough = next(n for n in sizes if sittings_behind(lengthened(model, n), model.scale.standard).csem <= most)
    return enough, {"half as many more": -(-15 * model.form.size // 100) * 10}


def _model(report: ScoreReport, assumptions: Assumptions | None = None) -> ScoreModel:
    return model_of(report.facts, labels_of(report) or _THREE.labels, assumptions)


def _labels(report: ScoreReport) -> tuple[str, ...]:
    labels = labels_of(report) or ()
    return labels if len(labels) > 1 else _THREE.labels


def _above_the_threshold(report: ScoreReport) -> tuple[float, Callable[[int], float]]:
    """Return the proportion of someone five points above the highest threshold, and their chance of the best rating."""
    bands = _model(report).bands
    truly = bands.cuts_percent[-1] / 100 + 0.05
    return truly, lambda questions: float(rating_probabilities(truly, questions, bands)[-1])


def _chance_of_the_best(report: ScoreReport | None) -> Answer:
    truly, best = _above_the_threshold(_needed(report, "4.1"))
    return best(12), {"percent": 100 * best(12), "true share": truly, "ten questions": best(10)}


def _sure_of_the_best(report: ScoreReport | None) -> Answer:
    _, best = _above_the_threshold(_needed(report, "4.2"))
    return next(n for n in range(10, 1000, 10) if best(n) >= 0.95), {}


def _priority(domain: str, column: str, ratings: str) -> float:
    return float(prioritize(ScoreReport("MLS-C01", 690, ratings)).loc[domain, column])


def _weighted_gap(_report: ScoreReport | None) -> Answer:
    weak, competent = (_priority("Exploratory Data Analysis", "weighted_gap", f"S, {rating}, S, S") for rating in ("NI", "C"))
    return weak, {"weight as a share": 0.24, "weight": 24, "Competent": competent}


def _share(report: ScoreReport | None) -> Answer:
    used = _needed(report, "5.2")
    weights, labels = {domain.name: domain.weight for domain in used.facts.domains}, _labels(used)
    heaviest, lightest = max(weights, key=weights.__getitem__), min(weights, key=weights.__getitem__)
    one = dict.fromkeys(weights, labels[-1]) | {heaviest: labels[0]}
    after, before = (rank_domains(used.facts, list(each.values())) for each in (one, one | {lightest: labels[0]}))
    points = after["tier"].astype(str).map({tier.name: tier.points for tier in load_method().priority.tiers})
    tiers = 100 * points[heaviest] / points.sum()
    return after.loc[heaviest, "share"], {"before": before.loc[heaviest, "share"], "tiers": tiers}


def _least_hours(report: ScoreReport | None) -> Answer:
    line = diagnose(_needed(report, "6.1")).timeline
    least, suggested = line.hours_needed
    hours, (weeks, most) = line.hours_per_week[0], line.weeks
    mistakes = {"hours a week": hours, "weeks": weeks, "least of both": weeks * hours, "most weeks": most * hours}
    return least, {"suggested": suggested} | mistakes


def _colleagues_hours(report: ScoreReport | None) -> Answer:
    used = _needed(report, "6.2")
    labels = _labels(used)
    colleague = ScoreReport.failed(used.facts, [labels[0]] + [labels[-1]] * (len(used.facts.domains) - 1))

    def fits(hours: int) -> bool:
        fit = build_plan(colleague, hours_per_week=hours, today="2026-11-23", target_date="2027-01-18").fit
        return bool(fit and fit.fits)

    return next(hours for hours in range(1, 41) if fits(hours)), {"article's": 15, "not whole": 7.5, "seven": 7}


def _rate_of_the_rule(report: ScoreReport | None) -> Answer:
    exam = report.facts if report else find_exam("MLS-C01")
    rate = rule_rate(exam, 0.80)
    return rate, {"percent": 100 * rate, "one set": rule_rate(exam, 0.80, sets=1, floor=False), "true share": 0.80}


def _questions_to_be_sure(_report: ScoreReport | None) -> Answer:
    sizes = range(50, 2000, 50)
    low_ends = {n: counts_posterior(round(0.84 * n), n).quantile(0.05) for n in sizes}
    enough, rounded = (next(n for n in sizes if low_ends[n] >= least) for least in (0.80, 0.795))
    return enough, {"rounded": rounded}


ANSWERS: dict[str, Callable[[ScoreReport | None], Answer]] = {
    "0.1": _exam_in_use,
    "0.2": _marks,
    "1.1": _points,
    "1.2": _changed_parts,
    "2.1": _score_on_form_b,
    "2.2": _harder,
    "3.1": _csem,
    "3.2": _longer,
    "4.1": _chance_of_the_best,
    "4.2": _sure_of_the_best,
    "5.1": _weighted_gap,
    "5.2": _share,
    "6.1": _least_hours,
    "6.2": _colleagues_hours,
    "7.1": _rate_of_the_rule,
    "7.2": _questions_to_be_sure,
}
