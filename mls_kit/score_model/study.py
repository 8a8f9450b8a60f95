"""What an hour of study in one domain is worth, and what one rating more would be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from .checks import FloatArray, reject
from .learning import learning_rate, studied_ability
from .retake import Retake

__all__ = ["RaisedRating", "gain_of_an_hour", "raise_ratings"]

_ABILITY_STEP = 1e-4


class RaisedRating(NamedTuple):
    """One domain lifted to the middle of its next rating band, all else unchanged.

    `label` is None, `shift` 0 and `chance` that of today where the rating is the strongest already.
    """

    domain: int
    label: str | None
    shift: float
    chance: float


def gain_of_an_hour(retake: Retake, hours: ArrayLike | None = None) -> FloatArray:
    """Rise of the chance to pass per further hour in each domain.

    Parameters
    ----------
    retake : Retake
        The next sitting.
    hours : array_like, optional
        Hours by domain already planned; shape (D,). Default: none.

    Returns
    -------
    ndarray
        Derivatives dP/dh in probability per hour; shape (D,).

    Raises
    ------
    ValueError
        If hours are negative, not finite, or not one a domain.

    Notes
    -----
    Source: model. The derivative runs through the learning curve, known in closed form, and the
    retake form's counts, by a central difference in ability.

    Examples
    --------
    >>> from mls_kit.score_model.joint import Evidence, infer_report
    >>> from mls_kit.score_model.model import ScoreModel
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> retake = Retake(infer_report(model, Evidence.from_total(model, 34)))
    >>> slope = (retake.chance([0, 0, 0.001, 0]) - retake.chance()) / 0.001
    >>> bool(abs(gain_of_an_hour(retake)[2] - slope) < 1e-5)
    True
    """
    planned, theta = retake.check_hours(hours), retake.posterior.model.theta
    after = [studied_ability(theta[d], h, retake.assumptions, d) for d, h in enumerate(planned)]
    turned = retake.turned_now
    if planned.any():
        turned = retake.turned([factor[0] for factor in retake.factors([now[None] for now in after])])
    gains = []
    for d, now in enumerate(after):
        below, above = retake.spectrum(d, np.stack([now - _ABILITY_STEP, now + _ABILITY_STEP]))
        rate = learning_rate(theta[d], planned[d], retake.assumptions, d) / (2 * _ABILITY_STEP)
        slope = retake.factor(d, (above - below) * rate[retake.columns[d], None])
        gains.append((slope * turned[d]).sum().real / retake.posterior.probability)
    return np.array(gains)


def _shift_to(retake: Retake, domain: int, target: float) -> float:
    """How far ability must rise for the expected proportion right to reach the target."""
    form, kept = retake.posterior.model.form.parts[domain], retake.columns[domain]
    mass, theta = retake.posterior.ability[domain, kept], retake.posterior.model.theta[domain, kept]

    def short(shift: float) -> float:
        return float(mass @ form.true_score(theta + shift)) / form.size - target

    if short(0.0) >= 0:
        return 0.0
    reach = 2.0
    while short(reach) < 0:
        reach *= 2
    return float(brentq(short, 0.0, reach, xtol=1e-9))


def raise_ratings(retake: Retake) -> tuple[RaisedRating, ...]:
    """Chance to pass if one domain alone were lifted to its next rating, for each domain.

    Parameters
    ----------
    retake : Retake
        The next sitting, after a report with ratings.

    Returns
    -------
    tuple of RaisedRating
        One a domain. Ability there rises by the shift that brings the expected proportion right to
        the middle of the next band (0.7 for 60-80 %); no shift if it is there already.

    Raises
    ------
    ValueError
        If the report was read without its ratings.

    Notes
    -----
    Source: model.

    Examples
    --------
    >>> from mls_kit.score_model.joint import Evidence, infer_report
    >>> from mls_kit.score_model.model import ScoreModel
    >>> model = ScoreModel.from_exam_facts([50, 50], 20)
    >>> retake = Retake(infer_report(model, Evidence.from_total(model, 13, ["Strong", "Needs Improvement"])))
    >>> [raised.label for raised in raise_ratings(retake)]
    [None, 'Competent']
    """
    model, codes = retake.posterior.model, retake.posterior.evidence.codes
    if codes is None:
        raise reject("retake", "a report without ratings", "the retake after a report with ratings")
    raised = []
    for d, code in enumerate(codes):
        label, shift = None, 0.0
        if code + 1 < len(model.bands.labels):
            label, shift = model.bands.labels[code + 1], _shift_to(retake, d, model.bands.middle(code + 1))
        raised.append(RaisedRating(d, label, shift, retake.chance_with(d, model.theta[d] + shift)))
    return tuple(raised)
