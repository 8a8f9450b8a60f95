"""How much of what a group shows is chance? The score model, asked for every learner and added up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from mls_kit.exam import Exam, load_method
from mls_kit.method import model_of
from mls_kit.score_model import JointTable, chance_below, infer_cohort

LEVEL = 0.9
joint_table = lru_cache(maxsize=16)(JointTable)  # models of the same facts are the same object
_EXACT = 400  # learners up to whom the distribution of a count is added up exactly


@dataclass(frozen=True, eq=False)
class GroupChance:
    """What the score model says of a group.

    ``weak``: by domain, the share truly weak: ``mean``, ``low``, ``high`` (90 % interval), ``spread`` (standard deviation).
    """

    weak: pd.DataFrame
    bound: float  # truly weak means below this share of the questions right
    passes: tuple[float, int, int]  # mean, low and high of how many would pass another form today
    learners: int
    left_out: int  # reports that the model's assumptions make impossible
    each: NDArray[np.float64]  # the chance of every learner to pass another form today; NaN where left out

    def alike(self, domains: list[str]) -> list[tuple[str, str]]:
        """Return the pairs of domains whose difference is no more than chance brings."""
        far = ndtri(0.5 + LEVEL / 2)  # of the sum of both standard deviations: the widest, however they go together
        mean, spread = self.weak["mean"], self.weak["spread"]
        return [
            (one, other)
            for one, other in combinations(domains, 2)
            if abs(mean[one] - mean[other]) <= far * (spread[one] + spread[other])
        ]


def group_chance(exam: Exam, scores: NDArray[np.int64], codes: NDArray[np.int8]) -> GroupChance | None:
    """Return what the model says of scores, shape (R,), and codes of ratings, (R, D); None where it cannot be built."""
    if exam.silent:
        return None
    parts, each = [], np.full(len(codes), np.nan)
    for names, rows in _vocabulary(exam, codes).items():
        table = joint_table(model_of(exam, names))
        order = [load_method().labels.index(name) for name in names]
        own = np.searchsorted(order, codes[rows])
        bound = table.model.bands.cuts_percent[0] / 100
        chances = chance_below(table, scores[rows], own, bound)
        passing = infer_cohort(table, scores[rows], own).chance
        possible = ~np.ma.getmaskarray(passing)
        each[rows[possible]] = np.asarray(passing)[possible]
        parts.append((np.asarray(chances)[possible], bound))
    if not parts:
        return None
    weak = np.concatenate([part[0] for part in parts])
    if not len(weak):
        return None
    passes = each[~np.isnan(each)]
    passing_many = (float(passes.sum()), *count_interval(passes))
    return GroupChance(_summary(exam, weak), parts[0][1], passing_many, len(weak), len(codes) - len(weak), each)


def _vocabulary(exam: Exam, codes: NDArray[np.int8]) -> dict[tuple[str, ...], NDArray[np.int64]]:
    """Return vocabulary -> the reports whose labels belong to it; reports that mix vocabularies are left out."""
    method, left = load_method(), np.ones(len(codes), bool)
    found: dict[tuple[str, ...], NDArray[np.int64]] = {}
    for labels in exam.label_sets:
        fits = left & np.isin(codes, [method.labels.index(label) for label in labels]).all(axis=1)
        if fits.any():
            found[labels] = np.flatnonzero(fits)
            left &= ~fits
    return found


def _summary(exam: Exam, chances: NDArray[np.float64]) -> pd.DataFrame:
    count = len(chances)
    ends = np.array([count_interval(column) for column in chances.T]) / count
    spread = np.sqrt((chances * (1 - chances)).sum(axis=0)) / count
    names = pd.Index([domain.name for domain in exam.domains], name="domain")
    return pd.DataFrame({"mean": chances.mean(axis=0), "low": ends[:, 0], "high": ends[:, 1], "spread": spread}, names)


def count_interval(chances: NDArray[np.float64], level: float = LEVEL) -> tuple[int, int]:
    """Return the central interval of how many of some people it is, each with a chance of their own."""
    if len(chances) > _EXACT:
        mean, spread = chances.sum(), np.sqrt((chances * (1 - chances)).sum())
        reach = ndtri(0.5 + level / 2) * spread + 0.5
        return max(0, int(np.floor(mean - reach))), min(len(chances), int(np.ceil(mean + reach)))
    found = np.ones(1)
    for chance in chances:
        found = np.convolve(found, [1 - chance, chance])
    below = np.cumsum(found)
    tail = (1 - level) / 2
    return int(np.searchsorted(below, tail)), int(np.searchsorted(below, 1 - tail))
