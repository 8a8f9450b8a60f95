"""How scores vary from sitting to sitting at one ability, or over all candidates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
from scipy.optimize import brentq

from .checks import FloatArray, IntArray, check_count, check_number, reject
from .convolution import convolve
from .equating import equated_cut
from .forms import raw_score_distribution
from .model import ScoreModel

_REACH = 6.0  # abilities farther out have no sittings


@dataclass(frozen=True, eq=False)
class Sittings:
    """Raw and reported scores of many sittings on one form, at one ability or (`ability` None) among all candidates.

    `shares` of the sittings have 0, 1, ... questions right and the reported `scores`; `standard` is the passing standard.
    Source: model; distribution of questions right by Lord & Wingersky (1984).
    """

    ability: float | None
    shares: FloatArray
    scores: IntArray
    standard: int

    @property
    def cut(self) -> int:
        """Fewest questions right that pass."""
        return equated_cut(self.scores, self.standard)

    @property
    def mean_right(self) -> float:
        """Mean number of questions right."""
        return float(self.shares @ np.arange(self.shares.size))

    @property
    def true_score(self) -> float:
        """Mean of the reported scores; at one ability this is the true scaled score."""
        return float(self.shares @ self.scores)

    @property
    def csem(self) -> float:
        """Standard deviation of the reported scores; at one ability this is the conditional standard error."""
        return float(np.sqrt(self.shares @ (self.scores - self.true_score) ** 2))

    @property
    def passing(self) -> float:
        """Share of sittings that pass."""
        return self.reaching(self.standard)

    def reaching(self, score: float) -> float:
        """Return the share of sittings with this reported score or a higher one."""
        return min(1.0, float(self.shares[self.scores >= score].sum()))

    def with_right(self, least: int) -> float:
        """Return the share of sittings with so many questions right, or more."""
        return min(1.0, float(self.shares[least:].sum()))

    def band(self, width: float = 1.0) -> tuple[float, float, float]:
        """Return low and high end of the band of `width` standard errors to either side, and the share of sittings in it."""
        reach = check_number("width", width, 0) * self.csem
        low, high = max(self.true_score - reach, self.scores[0]), min(self.true_score + reach, self.scores[-1])
        inside = (self.scores >= low - 1e-9) & (self.scores <= high + 1e-9)
        return float(low), float(high), min(1.0, float(self.shares[inside].sum()))

    def differences(self) -> tuple[IntArray, FloatArray]:
        """Return by how many points two such sittings differ, rising, and the share of pairs that do."""
        apart = np.abs(self.scores[:, None] - self.scores)
        points, place = np.unique(apart, return_inverse=True)
        together = np.outer(self.shares, self.shares).ravel()
        return np.asarray(points), np.asarray(np.bincount(place.ravel(), together, points.size), dtype=float)

    def differing(self, points: float) -> float:
        """Return the share of pairs of sittings that differ by so many points or more."""
        apart, often = self.differences()
        return min(1.0, float(often[apart >= points].sum()))

    def difference_reached(self, share: float) -> int:
        """Return the largest difference that at least this share of pairs reaches."""
        apart, often = self.differences()
        reached = np.cumsum(often[::-1])[::-1] >= check_number("share", share, 0, 1) - 1e-12
        return int(apart[reached].max())


def sittings(model: ScoreModel, ability: float | None = None, *, retake: bool = False) -> Sittings:
    """Return the shares of raw and reported scores that many sittings of an exam bring.

    `ability` is the same in every domain; without it, all candidates sit. `retake` takes the model's retake form.

    >>> round(sittings(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 0.0).passing, 2)
    0.6
    """
    form = model.retake_form if retake else model.form
    scores = model.retake_scores if retake else model.scale.report(np.arange(form.size + 1))
    if ability is None:
        domains = zip(form.parts, model.theta, strict=True)
        shares = model.g_weights @ reduce(convolve, [model.ability_weights @ part.raw_scores(theta) for part, theta in domains])
    else:
        shares = raw_score_distribution(form.probability(check_number("ability", ability)))
    return Sittings(ability, shares, scores, model.scale.standard)


def sittings_behind(model: ScoreModel, score: float) -> Sittings:
    """Return the sittings on the base form at the ability whose mean reported score is `score`, a score on the scale.

    Where no ability has so low or so high a mean, at the nearest from -6 to 6: guessing alone lifts the mean above the
    bottom. Source: model; one reported score is taken for the true score, `infer_report` reads the whole report.

    >>> round(sittings_behind(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 750).csem)
    54
    """
    scale = model.scale
    wanted = check_number("score", score, scale.minimum, scale.maximum)
    lowest, highest = (sittings(model, end) for end in (-_REACH, _REACH))
    if not lowest.true_score < wanted < highest.true_score:
        return lowest if wanted <= lowest.true_score else highest
    return sittings(model, brentq(lambda ability: sittings(model, ability).true_score - wanted, -_REACH, _REACH, xtol=1e-6))


@lru_cache(maxsize=64)
def lengthened(model: ScoreModel, questions: int) -> ScoreModel:
    """Return the same exam with another number of scored questions, its raw cut the same share of them.

    >>> lengthened(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), 200).scale.raw_cut
    144
    """
    if model.facts is None:
        raise reject("facts", None, "a model made by ScoreModel.from_exam_facts")
    scored = check_count("questions", questions, model.domains)
    if scored == model.form.size:
        return model
    return type(model).from_exam_facts(*model.facts._replace(scored=scored), assumptions=model.assumptions)
