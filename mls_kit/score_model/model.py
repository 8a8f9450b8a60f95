"""What one exam looks like under a set of assumptions: forms, scale and abilities, ready to use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from .assumptions import Assumptions
from .checks import FloatArray, IntArray, check_count, reject
from .equating import equated_cut, irt_true_score_equating
from .forms import Form, demo_form, question_counts
from .ratings import RatingBands
from .scaling import Scale

_G_POINTS, _G_REACH, _G_QUESTIONS = 41, 5.0, 80
_THETA_POINTS, _THETA_REACH, _LEAST_OWN = 121, 6.0, 1.25e-2
_G_STEP = 1.25  # times the spread of a domain's own part of ability: normal curves so far apart add up to a smooth one


class ExamFacts(NamedTuple):
    """What an exam guide tells: weights, scored questions, the three scale points, rating labels."""

    weights: tuple[float, ...]
    scored: int
    scale: tuple[int, int, int]
    labels: tuple[str, ...]


def _normal_weights(z: FloatArray) -> FloatArray:
    density = np.exp(-0.5 * z**2)
    return np.asarray(density / density.sum(axis=-1, keepdims=True))


@lru_cache(maxsize=64)
def _equivalents(new: Form, base: Form) -> FloatArray:
    equated = np.clip(irt_true_score_equating(new, base), 0, base.size)
    equated.setflags(write=False)
    return equated


@dataclass(frozen=True, eq=False)
class ScoreModel:
    """An exam's base form, its retake form, scale and rating bands, under named assumptions.

    `scale` is that of the base form, `form`; `retake_raw_cut` is the raw score that passes the retake form (default: from
    IRT true-score equating); `facts` are what the model was built from, needed to build it under other assumptions. Ability
    in domain d is mean_d + sd (sqrt(rho) g + sqrt(1 - rho) e_d), g and e_d independent standard normal, on even grids.
    Source: one-factor model, McDonald (1999), *Test Theory*, ch. 6; Trefethen & Weideman (2014), SIAM Review 56, 385-458.

    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> model.form.counts, model.scale.raw_cut, model.retake_cut
    ((10, 12, 18, 10), 36, 33)
    """

    form: Form
    retake_form: Form
    scale: Scale
    bands: RatingBands
    assumptions: Assumptions = field(default_factory=Assumptions)
    retake_raw_cut: int | None = None
    facts: ExamFacts | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        if self.scale.questions != self.form.size:
            raise reject("scale", self.scale, f"a scale for the form's {self.form.size} questions")
        if len(self.retake_form.counts) != len(self.form.counts):
            raise reject("retake_form", self.retake_form.counts, f"{len(self.form.counts)} domains")
        if self.retake_raw_cut is not None:
            check_count("retake_raw_cut", self.retake_raw_cut, 0, self.retake_form.size)
        for name in ("tau_hours", "mean"):
            value = getattr(self.assumptions, name)
            if isinstance(value, tuple) and len(value) != self.domains:
                raise reject(name, value, f"one number, or {self.domains}, one a domain")

    @classmethod
    def from_exam_facts(
        cls,
        weights: Sequence[float],
        scored: int,
        scale: tuple[int, int, int] = (100, 750, 1000),
        labels: Sequence[str] = ("Needs Improvement", "Competent", "Strong"),
        assumptions: Assumptions | None = None,
    ) -> ScoreModel:
        """Build the model from what an exam guide tells and the assumptions for the rest."""
        if len(scale) != 3:
            raise reject("scale", scale, "three scores: lowest, passing standard, highest")
        facts = ExamFacts(tuple(weights), scored, tuple(scale), tuple(labels))  # type: ignore[arg-type]
        return _built(facts, assumptions or Assumptions())

    def under(self, **changes: Any) -> ScoreModel:
        """Return the same exam under other assumptions, built anew from its facts."""
        if self.facts is None:
            raise reject("facts", None, "a model made by ScoreModel.from_exam_facts")
        return _built(self.facts, self.assumptions.changed(**changes))

    @property
    def domains(self) -> int:
        """Number of domains."""
        return len(self.form.counts)

    @cached_property
    def shares(self) -> FloatArray:
        """Each domain's share of the questions; (D,)."""
        return np.array(self.form.counts) / self.form.size

    @cached_property
    def retake_scores(self) -> IntArray:
        """Scaled score for each raw score of the retake form, by IRT true-score equating."""
        return self.scale.report(_equivalents(self.retake_form, self.form))

    @cached_property
    def retake_cut(self) -> int:
        """Raw score that passes the retake form."""
        if self.retake_raw_cut is not None:
            return self.retake_raw_cut
        return equated_cut(self.retake_scores, self.scale.standard)

    @cached_property
    def general(self) -> FloatArray:
        """Grid of the general ability; shape (G,)."""
        fineness = int(np.ceil(np.sqrt(self.form.size / _G_QUESTIONS)))
        own = np.sqrt(1 - self.assumptions.rho)
        smooth = 2 * int(np.ceil(_G_REACH / (_G_STEP * max(own, _LEAST_OWN)))) + 1 if own else 0
        return np.linspace(-_G_REACH, _G_REACH, max((_G_POINTS - 1) * fineness + 1, smooth))

    @cached_property
    def g_weights(self) -> FloatArray:
        """Probabilities of the general ability's grid; shape (G,)."""
        return _normal_weights(self.general)

    @cached_property
    def z(self) -> FloatArray:
        """Grid of abilities in standard deviations from their mean; shape (Q,)."""
        own = np.sqrt(1 - self.assumptions.rho)
        if own == 0:
            return self.general
        # The grid must be no coarser than the spread of a domain's own part of ability.
        points = max(_THETA_POINTS, 2 * int(np.ceil(_THETA_REACH / max(own, _LEAST_OWN))) + 1)
        return np.linspace(-_THETA_REACH, _THETA_REACH, points)

    @cached_property
    def theta(self) -> FloatArray:
        """Grid of abilities in each domain; shape (D, Q)."""
        return self.abilities(np.broadcast_to(self.z, (self.domains, self.z.size)))

    def abilities(self, z: FloatArray) -> FloatArray:
        """Return abilities for standard deviations from each domain's mean; shape (D, ...)."""
        mean = np.broadcast_to(self.assumptions.mean, self.domains)
        return np.asarray(mean.reshape(-1, *[1] * (z.ndim - 1)) + self.assumptions.sd * z)

    @cached_property
    def ability_weights(self) -> FloatArray:
        """Probabilities of ability in any one domain given the general ability; shape (G, Q)."""
        rho = self.assumptions.rho
        own = np.sqrt(1 - rho)
        if own == 0:
            return np.eye(self.general.size)
        return _normal_weights((self.z - np.sqrt(rho) * self.general[:, None]) / max(own, _LEAST_OWN))

    @cached_property
    def right_given_theta(self) -> tuple[FloatArray, ...]:
        """For each domain, P(k right on the base form | ability); shapes (Q, n_d + 1)."""
        return tuple(p.raw_scores(theta) for p, theta in zip(self.form.parts, self.theta, strict=True))

    @cached_property
    def right_given_g(self) -> tuple[FloatArray, ...]:
        """For each domain, P(k right on the base form | general ability); shapes (G, n_d + 1)."""
        return tuple(self.ability_weights @ table for table in self.right_given_theta)

    @cached_property
    def proportion_given_theta(self) -> FloatArray:
        """Expected proportion right on the base form, by domain and ability; shape (D, Q)."""
        return np.stack([p.true_score(t) / p.size for p, t in zip(self.form.parts, self.theta, strict=True)])


_counts = lru_cache(maxsize=64)(question_counts)
_form = lru_cache(maxsize=64)(demo_form)  # assumptions that differ in other things share a form, and all that is kept for it


@lru_cache(maxsize=1024)
def _built(facts: ExamFacts, a: Assumptions) -> ScoreModel:
    """Build a model once: grids of assumptions ask for the same ones for every report, and each keeps its tables."""
    counts = _counts(facts.weights, facts.scored)
    rule: dict[str, Any] = {
        "discriminations": a.discriminations,
        "means": (a.first_difficulty, a.last_difficulty),
        "spread": a.difficulty_spread,
        "guessing": a.guessing,
        "D": a.scaling_constant,
    }
    form = _form(counts, **rule)
    retake = _form(counts, a.retake_shift, reverse=True, **rule)
    bands = RatingBands(facts.labels, a.rating_cuts(len(facts.labels)))
    foot = a.foot_share * a.guessing * facts.scored
    scale = Scale(*facts.scale, a.raw_cut(facts.scored), facts.scored, foot)
    return ScoreModel(form, retake, scale, bands, a, facts=facts)
