"""Which domain first, and how much of the study time for each? The article's method, completed where it is silent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mls_kit.exam import Exam, Method, load_method
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import ExamArrays, ScoreReport, by_exam, example_report, reports_frame

_ROUNDING = 1e-9  # a gap of exactly a threshold, computed in floats, still reaches it


def prioritize(reports: ScoreReport | pd.DataFrame, exam_folder: str | Path | None = None) -> pd.DataFrame:
    """Return the domains of a report, most urgent first, or of every report of a frame, in its order.

    Columns: ``weight`` and ``share`` of the study time in percent (model), ``rating``, ``tier``, and ``weighted_gap``:
    gap(rating) x weight / (100 / number of domains). With exactly one weak domain the article's 60/40 rule is used; where no
    domain is rated, the time goes by weight.
    An InputError where a frame lacks a column or holds an unknown label.

    >>> prioritize(ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI"))["share"].round(1).tolist()
    [40.0, 30.0, 20.0, 10.0]
    """
    method = load_method()
    if isinstance(reports, ScoreReport):
        return rank_domains(reports.facts, list(reports.ratings.values()))
    found = list(by_exam(reports, exam_folder))
    parts = [_table(group, method, reports.index) for group in found]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return prioritize(reports_frame([example_report()])).iloc[:0]  # the columns and types of any other
    places = np.concatenate([np.repeat(group.rows, group.codes.shape[1]) for group in found])
    return pd.concat(parts).iloc[np.argsort(places, kind="stable")]


def rank_domains(exam: Exam, ratings: Sequence[str], weights: Sequence[float] | None = None) -> pd.DataFrame:
    """Rank the domains of an exam, as ``prioritize`` does, for ratings and weights (above 0), one a domain in guide order.

    An InputError where a rating is no full label or a weight is not valid; without weights the published ones are used.

    >>> exam = ScoreReport("MLS-C01", 690, ["Strong"] * 4).facts
    >>> rank_domains(exam, ["Competent", "Competent", "Strong", "Strong"], [40, 20, 20, 20]).index[0]
    'Data Engineering'
    """
    method = load_method()
    if len(ratings) != len(exam.domains):
        raise InputError("priorities", [Problem("ratings", shown(ratings), f"{len(exam.domains)}, one a domain")])
    for label in ratings:
        if label not in method.labels:
            expected = "one of " + ", ".join(method.labels)
            raise InputError("priorities", [Problem("ratings", shown(label), expected, nearest(label, method.labels))])
    codes = np.array([[method.labels.index(label) for label in ratings]], np.int8)
    group = ExamArrays(exam if weights is None else reweighted(exam, weights), np.zeros(1, np.int64), codes)
    columns = _columns(group, method)
    order = np.lexsort([-np.asarray(columns[name]) for name in ("weight", "weighted_gap", "share")])
    names = pd.Index([group.exam.domains[place].name for place in order], name="domain")
    return pd.DataFrame({name: column[order] for name, column in columns.items()}, index=names)


def reweighted(exam: Exam, weights: Sequence[float]) -> Exam:
    """Return the exam as if its domains had other weights, scaled to sum to 100 (kind: model)."""
    if len(weights) != len(exam.domains) or not all(0 < weight < np.inf for weight in weights):
        expected = f"{len(exam.domains)} numbers above 0, one a domain"
        raise InputError("priorities", [Problem("weights", shown(list(weights)), expected)])
    scaled = [100 * weight / sum(weights) for weight in weights]
    pairs = zip(exam.domains, scaled, strict=True)
    domains = [domain.model_copy(update={"weight": weight}) for domain, weight in pairs]
    changed = exam.blueprint.model_copy(update={"value": domains, "kind": "model"})
    return exam.model_copy(update={"blueprint": changed})


def share_rule(report: ScoreReport | Iterable[str]) -> str:
    """Say which rule the shares of a report, or of its ratings, follow: "single weak domain", "not rated" or "tiers"."""
    weak = {rating.label for rating in load_method().ratings if rating.weak}
    ratings = list(report.ratings.values() if isinstance(report, ScoreReport) else report)
    if set(ratings) == {load_method().not_rated.rating}:
        return "not rated"
    return "single weak domain" if sum(label in weak for label in ratings) == 1 else "tiers"


def with_hours(table: pd.DataFrame, hours_per_week: float, weeks: float) -> pd.DataFrame:
    """Return the table of one report with the hours that each domain's share comes to."""
    return table.assign(hours=hours_per_week * weeks * table["share"] / 100)


def with_shares(table: pd.DataFrame, shares: list[float], exam: Exam) -> pd.DataFrame:
    """Return the table of one report with other shares, in the order of the exam guide, the largest first."""
    by_name = dict(zip([domain.name for domain in exam.domains], shares, strict=True))
    changed = table.assign(share=[by_name[name] for name in table.index])
    return changed.sort_values(["share", "weighted_gap", "weight"], ascending=False, kind="stable")


def shares_of(tiers: NDArray[np.int8], weak: NDArray[np.bool_], method: Method) -> NDArray[np.float64]:
    """Return each domain's share of the time in percent, shape (R, D); every row sums to 100."""
    points = np.array([tier.points for tier in method.priority.tiers])[tiers]
    share = 100 * points / points.sum(axis=1, keepdims=True)
    one = np.flatnonzero(weak.sum(axis=1) == 1)
    if len(one) and points.shape[1] > 1:
        rule, others = method.priority.single_weak, np.where(weak[one], 0.0, points[one])
        share[one] = np.where(weak[one], rule.share, rule.others * others / others.sum(axis=1, keepdims=True))
    return share


def _table(group: ExamArrays, method: Method, labels: pd.Index) -> pd.DataFrame:
    count, width = group.codes.shape
    index = pd.MultiIndex(
        levels=[labels[group.rows], [domain.name for domain in group.exam.domains]],
        codes=[np.repeat(np.arange(count), width), np.tile(np.arange(width), count)],
        names=[labels.name or "report", "domain"],
        verify_integrity=False,
    )
    return pd.DataFrame(_columns(group, method), index=index)


def _columns(group: ExamArrays, method: Method) -> dict[str, Any]:
    """Return the columns of the table, report by report, each in the order of the exam guide."""
    exam, codes = group.exam, group.codes
    weights = np.array([domain.weight for domain in exam.domains])
    gaps = np.array([rating.gap for rating in method.ratings])[codes] * (weights * len(weights) / 100)
    tiers = np.zeros(codes.shape, np.int8)
    for tier in method.priority.tiers[:-1]:
        tiers += gaps < tier.at_least - _ROUNDING
    weak = np.array([rating.weak for rating in method.ratings])[codes]
    bare = (codes == method.labels.index(method.not_rated.rating)).all(axis=1, keepdims=True)
    ratings, names = _kinds(tuple(method.labels), tuple(tier.name for tier in method.priority.tiers))
    return {
        "weight": np.tile(weights, len(codes)),
        "rating": pd.Categorical.from_codes(codes.ravel(), dtype=ratings),
        "weighted_gap": gaps.ravel(),
        "tier": pd.Categorical.from_codes(tiers.ravel(), dtype=names),
        "share": np.where(bare, 100 * weights / weights.sum(), shares_of(tiers, weak, method)).ravel(),
    }


@lru_cache
def _kinds(labels: tuple[str, ...], tiers: tuple[str, ...]) -> tuple[pd.CategoricalDtype, pd.CategoricalDtype]:
    """Return the types of the columns in words; making them anew takes longer than ranking four domains."""
    return pd.CategoricalDtype(labels, ordered=True), pd.CategoricalDtype(tiers)
