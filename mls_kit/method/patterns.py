"""Which reports match which pattern and which timeline? The rules of the method over arrays of ratings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mls_kit.exam import Condition, Exam, Method
from mls_kit.report import Batch

__all__ = ["domains_of", "match_patterns", "match_timeline"]

Codes = NDArray[np.int8]
Mask = NDArray[np.bool_]


def match_patterns(batch: Batch, before: Codes | None, method: Method) -> dict[int, Mask]:
    """Return, for every pattern number, which reports match it, shape (R,).

    ``before`` has the codes of the attempt before, shape (R, D), -1 where there was none.
    """
    weak = np.array([rating.weak for rating in method.ratings])
    matched = {}
    for rule in method.patterns:
        hit = np.ones(len(batch.codes), bool)
        for condition in rule.when:
            hit &= _holds(condition, batch, method)
        if rule.newly_weak:
            known = np.zeros_like(hit) if before is None else (before >= 0).all(axis=1)
            newly = np.zeros_like(hit) if before is None else (weak[batch.codes] & ~weak[before]).any(axis=1)
            hit &= known & newly
        matched[rule.number] = hit
    return matched


def domains_of(condition: Condition, exam: Exam) -> Mask:
    """Return which domains a condition speaks of, shape (D,)."""
    weights = np.array([domain.weight for domain in exam.domains])
    if condition.domains == "all":
        return np.ones(len(weights), bool)
    if condition.domains == "heavy":
        return weights > np.median(weights)
    return np.array([condition.domains in domain.roles for domain in exam.domains])


def _holds(condition: Condition, batch: Batch, method: Method) -> Mask:
    asked = domains_of(condition, batch.exam)
    if not asked.any():
        return np.zeros(len(batch.codes), bool)
    fits = np.isin(batch.codes[:, asked], [method.labels.index(label) for label in condition.rating])
    return np.asarray(fits.any(axis=1) if condition.which == "any" else fits.all(axis=1), bool)


def match_timeline(codes: Codes, method: Method) -> tuple[NDArray[np.int8], Mask]:
    """Return the position of each report's timeline rule, and whether its upper end applies, both shape (R,)."""
    weak = np.array([rating.weak for rating in method.ratings])[codes].sum(axis=1)
    row = np.full(len(codes), len(method.timeline) - 1, np.int8)
    for position, rule in reversed(list(enumerate(method.timeline))):
        if rule.weak_share_above is not None:
            row[weak > rule.weak_share_above * codes.shape[1]] = position
        elif rule.weak_at_least is not None:
            row[weak >= rule.weak_at_least] = position
    rating = method.labels.index(method.upper_end.rating)
    upper = (weak == 0) & ((codes == rating).sum(axis=1) >= codes.shape[1] - method.upper_end.all_but)
    return row, upper
