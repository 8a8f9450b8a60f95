"""Two attempts: whether the change is more than chance alone brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .assumptions import Assumptions
from .checks import check_array, check_count, check_number, reject
from .forms import Form, raw_score_distribution
from .joint import Evidence, Rating, infer_report
from .model import ScoreModel
from .retake import Retake

__all__ = ["Change", "RatingChange", "chance_of_difference", "compare_attempts"]


class RatingChange(NamedTuple):
    """One domain's rating in two attempts.

    `chance` is the probability, at unchanged ability, that the second rating is at least as many
    bands away from the first one, in either direction; 1 where it is the same.
    """

    first: str
    second: str
    chance: float


class Change(NamedTuple):
    """A change between two reports, against what unchanged ability would bring.

    Attributes
    ----------
    points : float
        Second scaled score minus the first.
    chance : float
        Probability, at unchanged ability, that the second score is at least as far from the first,
        in either direction.
    chance_in_direction : float
        The same in the direction observed only.
    ratings : tuple of RatingChange
        One a domain.
    assumptions : Assumptions
        Those behind the probabilities.
    """

    points: float
    chance: float
    chance_in_direction: float
    ratings: tuple[RatingChange, ...]
    assumptions: Assumptions


def compare_attempts(
    model: ScoreModel,
    first: tuple[float, Sequence[Rating]],
    second: tuple[float, Sequence[Rating]],
) -> Change:
    """Compare two reports of one candidate with what chance brings when ability has not changed.

    Parameters
    ----------
    model : ScoreModel
        The exam under its assumptions; the second attempt is on the model's retake form.
    first, second : (float, sequence of str or int)
        Scaled score and ratings of each attempt.

    Returns
    -------
    Change
        Probabilities of changes as large as these.

    Raises
    ------
    ValueError
        If a score is off the scale or ratings are not one a domain.
    ImpossibleReportError
        If the first report cannot come about under the assumptions.

    Notes
    -----
    The second score's distribution is predicted from the whole first report, so it allows for a
    lucky or unlucky first sitting. Source: model; predictive checks: Gelman et al. (2013), *Bayesian
    Data Analysis*, 3rd ed., ch. 6.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> same = compare_attempts(model, (714, ["Competent"] * 4), (714, ["Competent"] * 4))
    >>> same.points, round(same.chance, 12), [r.chance for r in same.ratings]
    (0.0, 1.0, [1.0, 1.0, 1.0, 1.0])
    """
    later = Evidence.from_score(model, second[0], second[1])
    posterior = infer_report(model, Evidence.from_score(model, first[0], first[1]))
    before, after = float(first[0]), float(second[0])
    retake = Retake(posterior)
    moves, f = model.retake_scores - before, retake.distribution()
    points = after - before
    forward = moves >= points if points >= 0 else moves <= points
    either = np.abs(moves) >= abs(points)
    ratings = tuple(_rating_change(model, retake, d, new) for d, new in enumerate(later.codes or ()))
    return Change(points, float(f[either].sum()), float(f[forward].sum()), ratings, posterior.assumptions)


def _rating_change(model: ScoreModel, retake: Retake, domain: int, new: int) -> RatingChange:
    old = (retake.posterior.evidence.codes or ())[domain]
    form = model.retake_form.parts[domain]
    f = retake.posterior.ability[domain] @ form.raw_scores(model.theta[domain])
    moves = np.abs(model.bands.codes(form.size) - old)
    chance = min(1.0, float(f[moves >= abs(new - old)].sum())) if new != old else 1.0
    return RatingChange(model.bands.labels[old], model.bands.labels[new], chance)


def chance_of_difference(
    forms: tuple[Form, Form], scores: tuple[Sequence[float], Sequence[float]], theta: float, points: float
) -> float:
    """Chance that two sittings at one ability differ by so many scaled points or more.

    Parameters
    ----------
    forms : (Form, Form)
        Questions of the two sittings.
    scores : (sequence, sequence)
        Reported score for each raw score 0 ... N of each form.
    theta : float
        The ability, the same in all domains and both sittings.
    points : float
        Difference in reported points, 0 or more.

    Returns
    -------
    float
        Probability.

    Raises
    ------
    ValueError
        If a table does not fit its form or `points` is negative.

    References
    ----------
    Lord & Wingersky (1984) for each sitting's distribution; sittings are independent given ability.

    Examples
    --------
    Two tosses of a fair coin, scored 0 and 1, differ half of the time:

    >>> coin = Form([1.0], [0.0], 0.0)
    >>> chance_of_difference((coin, coin), ([0, 1], [0, 1]), 0.0, 1)
    0.5
    """
    ability, least = check_number("theta", theta), check_number("points", points, 0)
    tables, chances = [], []
    for form, table in zip(forms, scores, strict=True):
        score = check_array("scores", table)
        if score.shape != (check_count("questions", form.size) + 1,):
            raise reject("scores", score.tolist(), f"{form.size + 1} scores, one a raw score")
        tables.append(score)
        chances.append(raw_score_distribution(form.probability(ability)))
    apart = np.abs(tables[0][:, None] - tables[1]) >= least
    return float(chances[0] @ apart @ chances[1])
