"""What practice adds to a report: evidence on the same abilities, discounted because practice is not the exam.

Three assumptions discount it, none of them published. A practice question counts as a fraction of an exam question (a
power likelihood: Ibrahim & Chen, 2000, Statistical Science 15, 46-60). Practice may be easier by a shift in log-odds.
And all of it together counts at most as a stated number of questions. What was learned since the report is not known
either: several histories of study are held equally likely beforehand, and practice decides among them (model averaging:
Hoeting et al., 1999, Statistical Science 14, 382-417).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, xlog1py, xlogy

from .alike import Alike, points_alike
from .assumptions import AssumptionGrid
from .checks import FloatArray, check_number, reject
from .convolution import Totals
from .joint import ImpossibleReportError, Rating
from .model import ScoreModel
from .practice_rule import check_right
from .prepared import Band, spread
from .retake import Retake

__all__ = ["PracticeEvidence", "PracticeOutlook", "chance_after_practice", "practice_band"]

Histories = Sequence[ArrayLike | None]


@dataclass(frozen=True, eq=False)
class PracticeEvidence:
    """Practice results, and how far they are trusted.

    Parameters
    ----------
    right, asked : array_like
        Questions right and asked by domain; shapes (D,).
    mixed : (float, float)
        Questions right and asked in sets that were not split by domain. They tell of general ability only.
    weight : float
        The part of an exam question that a practice question counts as, 0 to 1.
    shift : float
        By how much practice is easier than the exam, in log-odds; below 0 if it is harder.
    most : float
        All practice together counts as this many exam questions at most.

    Raises
    ------
    ValueError
        If more is right than was asked, or a number is outside its limits.

    Examples
    --------
    >>> evidence = PracticeEvidence([16, 20], [20, 24], weight=0.5, most=50)
    >>> evidence.power, evidence.questions
    (0.5, 22.0)
    """

    right: ArrayLike
    asked: ArrayLike
    mixed: tuple[float, float] = (0.0, 0.0)
    weight: float = 0.5
    shift: float = 0.0
    most: float = np.inf

    def __post_init__(self) -> None:
        """Check every number."""
        for name, pair in (("right", (self.right, self.asked)), ("mixed", self.mixed)):
            check_right(name, *pair)
        check_number("weight", self.weight, 0, 1)
        check_number("shift", self.shift, -5, 5)
        if not self.most >= 0:
            raise reject("most", self.most, "a number of questions, 0 or more")

    @cached_property
    def by_domain(self) -> tuple[FloatArray, FloatArray]:
        """Right and asked by domain, as arrays."""
        return check_right("right", self.right, self.asked)

    @property
    def asked_in_all(self) -> float:
        """Practice questions in all."""
        return float(self.by_domain[1].sum() + self.mixed[1])

    @property
    def questions(self) -> float:
        """Exam questions that all the practice counts as."""
        return min(self.weight * self.asked_in_all, self.most)

    @property
    def power(self) -> float:
        """What one practice question counts as, after the limit on all of them."""
        return self.questions / self.asked_in_all if self.asked_in_all else 0.0

    def _likelihood(self, right: float, asked: float, proportion: FloatArray) -> FloatArray:
        """Return the discounted likelihood, with its largest possible value as 1."""
        if not asked:
            return np.ones_like(proportion)
        p = expit(logit(np.clip(proportion, 1e-12, 1 - 1e-12)) + self.shift)
        best = xlogy(right, right / asked) + xlogy(asked - right, 1 - right / asked)
        return np.asarray(np.exp(self.power * (xlogy(right, p) + xlog1py(asked - right, -p) - best)))

    def of_domain(self, model: ScoreModel, domain: int, theta: FloatArray) -> FloatArray:
        """Return the likelihood of one domain's practice at abilities of any shape."""
        right, asked = (float(values[domain]) for values in self.by_domain)
        if not asked:
            return np.ones_like(theta)
        part = model.form.parts[domain]
        return self._likelihood(right, asked, part.true_score(theta) / part.size)

    def of_general(self, model: ScoreModel, abilities: Sequence[FloatArray]) -> FloatArray:
        """Return the likelihood of the mixed sets given general ability, when the grid's abilities become these.

        Shapes (P, Q) for each domain become (P, G). Given general ability, a mixed set's proportion is taken as the
        mean over the domains by their questions.
        """
        right, asked = self.mixed
        if not asked:
            return np.ones((len(abilities[0]), model.general.size))
        scores = [part.true_score(theta) @ model.ability_weights.T
                  for part, theta in zip(model.form.parts, abilities, strict=True)]  # fmt: skip
        return self._likelihood(right, asked, np.sum(scores, axis=0) / model.form.size)


class PracticeOutlook(NamedTuple):
    """The chance to pass the next sitting, from a report and the practice after it.

    Attributes
    ----------
    chance : float
    histories : tuple of float
        Probability of each history of study, after the practice.
    """

    chance: float
    histories: tuple[float, ...]


def _joints(
    retake: Retake, evidences: Sequence[PracticeEvidence], abilities: Sequence[FloatArray], readings: Sequence[Totals]
) -> list[NDArray[np.complex128]]:
    """Return, for each evidence, the transform of the next total jointly with report and practice; (P, R, M)."""
    model, rows = retake.posterior.model, retake.general_rows
    spectra = [retake.spectrum(d, theta) for d, theta in enumerate(abilities)]
    found = []
    for evidence in evidences:
        general = evidence.of_general(model, abilities)[:, rows]
        factors = []
        for d, (spectrum, theta) in enumerate(zip(spectra, abilities, strict=True)):
            likelihood = evidence.of_domain(model, d, theta[..., retake.columns[d]])
            factors.append(retake.factor(d, spectrum * likelihood[..., None]))
        variants = zip(general, *factors, strict=True)
        found.append(np.stack([retake.combine([f[0] * g[:, None, None], *f[1:]], readings) for g, *f in variants]))
    return found


def chance_after_practice(
    retake: Retake, evidence: PracticeEvidence, histories: Histories = (None,)
) -> PracticeOutlook:
    """Chance to pass the next sitting, given the report and the practice since.

    Parameters
    ----------
    retake : Retake
        The next sitting of the candidate behind the report.
    evidence : PracticeEvidence
        Practice since the report.
    histories : sequence
        Hours studied since the report, by domain, in several versions held equally likely before the practice;
        None for no study.

    Returns
    -------
    PracticeOutlook

    Raises
    ------
    ValueError
        If hours or results are not one a domain, or outside their limits.

    Notes
    -----
    Source: model. Exact, no sampling: the practice's likelihood multiplies the weight of each ability before the
    domains are put together.

    Examples
    --------
    >>> from mls_kit.score_model.joint import Evidence, infer_report
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> retake = Retake(infer_report(model, Evidence.from_score(model, 690)))
    >>> none = PracticeEvidence([0] * 4, [0] * 4)
    >>> round(chance_after_practice(retake, none).chance, 2) == round(retake.chance(), 2)
    True
    >>> good = PracticeEvidence([17, 20, 30, 17], [20, 24, 36, 20])
    >>> chance_after_practice(retake, good).chance > retake.chance()
    True
    """
    _check_domains(retake.posterior.model, evidence)
    (joint,) = _joints(retake, [evidence], retake.studied(histories), [retake.posterior.evidence.totals])
    weights = joint[:, 0, 0].real
    mixed = joint[:, 0].sum(axis=0) / weights.sum()
    chance = float(np.clip((mixed @ retake.pass_coefficients).real, 0, 1))
    return PracticeOutlook(chance, tuple((weights / weights.sum()).tolist()))


def _check_domains(model: ScoreModel, evidence: PracticeEvidence) -> None:
    if evidence.by_domain[0].shape != (model.domains,):
        raise reject("right", np.asarray(evidence.right).tolist(), f"{model.domains} numbers, one a domain")


def _chances_alike(alike: Alike, evidences: Sequence[PracticeEvidence], histories: Histories) -> FloatArray:
    """Chances at points that differ in scale and learning curve only; points by evidences."""
    # every second point of general ability is enough here: the sums converge geometrically
    retake, readings = replace(alike.retake, stride=2), alike.readings
    studied = any(hours is not None and np.any(hours) for hours in histories)
    joints: dict[Any, list[NDArray[np.complex128]]] = {}
    for learning in alike.curves if studied else ((),):
        under = replace(retake, learning=retake.posterior.model.assumptions.changed(**dict(learning)))
        joints[learning] = _joints(retake, evidences, under.studied(histories), readings)
    found = np.empty((len(alike.points), len(evidences)))
    for row, (point, said, passing) in enumerate(zip(alike.points, alike.evidences, alike.passing, strict=True)):
        for column, joint in enumerate(joints[point.learning if studied else ()]):
            own = joint[:, readings.index(said.totals)].sum(axis=0)
            found[row, column] = (own @ passing).real / own[0].real
    return np.clip(found, 0, 1)


def practice_band(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    grid: AssumptionGrid,
    evidences: Sequence[PracticeEvidence],
    histories: Histories = (None,),
) -> Band:
    """Spread of the chance after practice, over a grid of assumptions and several discounts of the practice.

    Parameters
    ----------
    model, scaled_score, ratings, grid
        As for `chance_bands`.
    evidences : sequence of PracticeEvidence
        The same results under each discount in question.
    histories : sequence
        As for `chance_after_practice`.

    Returns
    -------
    Band
        Its points are those of the grid times the discounts.

    Raises
    ------
    ImpossibleReportError
        If every point of the grid makes the report impossible.

    Notes
    -----
    Source: model. The band is a range over assumptions, not a confidence interval.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> results = [17, 20, 30, 17], [20, 24, 36, 20]
    >>> discounts = [PracticeEvidence(*results, weight=w) for w in (0.25, 1.0)]
    >>> practice_band(model, 714, [1, 1, 1, 1], AssumptionGrid({"mean": (-0.3, 0.3)}), discounts).points
    4
    """
    for evidence in evidences:
        _check_domains(model, evidence)
    alike = points_alike(model, scaled_score, ratings, grid.points())
    if not alike:
        raise ImpossibleReportError(f"the report is impossible at all {len(grid)} points of the grid")
    found = np.concatenate([_chances_alike(group, evidences, histories).ravel() for group in alike])
    band = spread(found, grid)
    possible = sum(len(group.points) for group in alike)
    return band._replace(impossible=(len(grid) - possible) * len(evidences))
