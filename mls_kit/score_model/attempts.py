"""Two attempts: what the second one says of a change, and whether the model's chances have come true."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from .assumptions import Assumptions
from .checks import FloatArray, check_array, check_number, reject
from .joint import Evidence, Rating, infer_report
from .model import ScoreModel
from .retake import Retake

_GAINS = np.linspace(-2.0, 3.0, 51)  # changes of ability, in standard deviations of the candidates
_NOTICED = 0.025  # of each tail: a change that chance alone brings in one retake in twenty


class RatingChange(NamedTuple):
    """One domain's rating in two attempts; the chance of so large a change at unchanged ability, alone and among all (Holm)."""

    first: str
    second: str
    chance: float
    allowed: float


class Change(NamedTuple):
    """A change between two reports, against what unchanged ability would bring.

    `points` is the second scaled score minus the first, `expected` what the first report lets one expect of that (low scores rise
    by themselves, as a rule). `chance` is how often, at unchanged ability, the second score is at least as far out on its side of
    the expected, both sides counted (equal tails); `chance_in_direction` counts its side only. `rose` is the probability that
    ability rose if a gain was as likely beforehand as repeaters' gains are, `rose_alone` if a rise and a fall of that
    spread were equally likely. `noticed` is how often a real gain of `gain` standard deviations of the candidates would
    have shown as a change that chance alone brings in one retake in twenty.
    """

    points: float
    expected: float
    chance: float
    chance_in_direction: float
    rose: float
    rose_alone: float
    noticed: float
    gain: float
    ratings: tuple[RatingChange, ...]
    assumptions: Assumptions


def compare_attempts(
    model: ScoreModel,
    first: tuple[float, Sequence[Rating]],
    second: tuple[float, Sequence[Rating]],
    gain: tuple[float, float] = (0.5, 0.4),
) -> Change:
    """Compare two reports of one candidate with what chance brings when ability has not changed.

    The second score, on the model's retake form, is predicted from the whole first report, lucky or not. Source: model; Gelman
    et al. (2013), *Bayesian Data Analysis*, 3rd ed., ch. 6; Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    ``first`` and ``second`` are each attempt's scaled score and ratings; ``gain`` is the mean and standard deviation of
    repeaters' gains, in standard deviations of the candidates. An ImpossibleReportError if the first report cannot come about
    under the assumptions.

    >>> change = compare_attempts(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), (600, [0, 1, 0, 1]), (640, [1, 1, 0, 1]))
    >>> change.points, round(change.expected), change.chance > 0.5
    (40.0, 21, True)
    """
    mean, sd = check_number("gain", gain[0]), check_number("gain", gain[1], 1e-6)
    later = Evidence.from_score(model, second[0], second[1])
    retake = Retake(infer_report(model, Evidence.from_score(model, first[0], first[1])))
    before, after, scores = float(first[0]), float(second[0]), model.retake_scores
    gains = np.array([0.0, mean, *_GAINS])  # the same in every domain
    f = retake.totals(retake.transforms(np.repeat(gains[:, None], model.domains, axis=1)))
    below, above = _tails(f[0], scores, after)
    likelihood = np.array([np.interp(after, scores, row) for row in f[2:]])
    rose, alone = (_rose(likelihood, center, sd) for center in (mean, 0.0))
    least = np.flatnonzero(np.cumsum(f[0][::-1])[::-1] <= _NOTICED)
    noticed = float(f[1][least].sum())
    ratings = _rating_changes(model, retake, later.codes or ())
    expected = float(f[0] @ scores) - before
    toward = above if after - before >= expected else below
    return Change(
        after - before, expected, min(1.0, 2 * min(below, above)), toward, rose, alone, noticed, mean, ratings, retake.assumptions
    )


def _tails(f: FloatArray, scores: ArrayLike, at: float) -> tuple[float, float]:
    """Return how often a score is at most, and at least, the one at hand."""
    reached = np.asarray(scores)
    return min(1.0, float(f[reached <= at].sum())), min(1.0, float(f[reached >= at].sum()))


def _rose(likelihood: FloatArray, mean: float, sd: float) -> float:
    """Chance that ability rose, from the likelihood of the second score at each change and a normal guess beforehand."""
    weights = likelihood * np.exp(-0.5 * ((_GAINS - mean) / sd) ** 2)
    half = weights[np.isclose(_GAINS, 0)].sum() / 2
    return float((weights[_GAINS > 1e-9].sum() + half) / weights.sum())


def _rating_changes(model: ScoreModel, retake: Retake, new: Sequence[int]) -> tuple[RatingChange, ...]:
    old, chances = retake.posterior.evidence.codes or (), []
    for d, (before, after) in enumerate(zip(old, new, strict=True)):
        form = model.retake_form.parts[d]
        f = retake.posterior.ability[d] @ form.raw_scores(model.theta[d])
        below, above = _tails(f, model.bands.codes(form.size), after)
        chances.append(1.0 if before == after else min(1.0, 2 * min(below, above)))
    order, allowed = np.argsort(chances), np.ones(len(chances))
    allowed[order] = np.minimum(1, np.maximum.accumulate(np.array(chances)[order] * np.arange(len(chances), 0, -1)))
    labels = model.bands.labels
    return tuple(
        RatingChange(labels[a], labels[b], chance, float(most))
        for a, b, chance, most in zip(old, new, chances, allowed, strict=True)
    )


class Forecasts(NamedTuple):
    """The chance of passing each of many next attempts, and the scaled scores around 90 % of cases or more; (attempts,)."""

    chance: FloatArray
    low: FloatArray
    high: FloatArray


@lru_cache(maxsize=64)
def _two_totals(model: ScoreModel, rises: tuple[tuple[tuple[float, ...], float], ...]) -> FloatArray:
    """Joint probability of this attempt's and the next one's raw totals; (totals, next totals)."""
    every = range(model.form.size + 1)
    evidence = Evidence.from_total(model, 0)._replace(totals=tuple((total, 1.0) for total in every))
    retake = Retake(infer_report(model, evidence), negligible=0.0)
    shifts, shares = (np.array(each) for each in zip(*rises, strict=True))
    joint = np.tensordot(shares, retake.joints(shifts, [((total, 1.0),) for total in every]), 1)
    return np.asarray(np.clip(np.fft.irfft(joint, model.retake_form.size + 1), 0, None))


def forecast(model: ScoreModel, scaled_scores: ArrayLike, hours: ArrayLike | None = None) -> Forecasts:
    """Return what the next attempt would bring after each of many scaled scores, without ratings, which barely move it.

    `hours` of study between the two are shared out by the domains' questions if they are one number, else given for each
    domain; None leaves ability as it was. Source: model.

    >>> forecast(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), [714, 600]).chance.round(2).tolist()
    [0.39, 0.07]
    """
    study = None if hours is None else check_array("hours", hours, 0) * (1 if np.ndim(hours) else model.shares)
    f = _next_totals(model, scaled_scores, study)
    sums = np.cumsum(f, axis=1)
    low = model.retake_scores[(sums <= 0.05).sum(axis=1)]
    high = model.retake_scores[(sums < 0.95).sum(axis=1).clip(max=f.shape[1] - 1)]
    return Forecasts(f[:, model.retake_cut :].sum(axis=1).clip(0, 1), low.astype(float), high.astype(float))


def _next_totals(model: ScoreModel, scaled_scores: ArrayLike, study: FloatArray | None) -> FloatArray:
    """Return the distribution of the next raw total after each of many scores; (attempts, totals)."""
    lower, above = model.scale.totals(np.atleast_1d(check_array("scaled_scores", scaled_scores)))
    joint = _two_totals(model, tuple(model.assumptions.rises(study, model.shares)))
    rows = (1 - above[:, None]) * joint[lower] + above[:, None] * joint[np.minimum(lower + 1, len(joint) - 1)]
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


class Luck(NamedTuple):
    """What chance alone makes of many second scores, at unchanged ability; arrays of (attempts,).

    `expected` is the mean second score, `sd` its standard deviation; `chance` is how often a second score is at least as
    far out on its side as the one that came, both sides counted.
    """

    expected: FloatArray
    sd: FloatArray
    chance: FloatArray


def luck_of(model: ScoreModel, firsts: ArrayLike, seconds: ArrayLike) -> Luck:
    """Hold many second scores against what unchanged ability brings, as `compare_attempts` does for one, without ratings.

    >>> luck_of(ScoreModel.from_exam_facts([20, 24, 36, 20], 50), [600, 600], [640, 760]).chance.round(2).tolist()
    [0.9, 0.09]
    """
    f, scores = _next_totals(model, firsts, None), model.retake_scores.astype(float)
    expected = f @ scores
    after = np.atleast_1d(check_array("seconds", seconds))[:, None]
    below, above = ((f * side).sum(axis=1) for side in (scores <= after, scores >= after))
    spread = np.sqrt(np.maximum(f @ scores**2 - expected**2, 0))
    return Luck(expected, spread, np.minimum(1, 2 * np.minimum(below, above)))


class Verdict(NamedTuple):
    """What the model said of next attempts, against what they brought.

    `said` and `came` are the mean chance and the share that passed; `off` is how far apart they are in standard errors of chance
    alone, above 0 if more passed. `brier` is the mean squared distance of chances from outcomes, `brier_expected` the same if
    the chances were right; `inside` is the share of next scores within their 90 % interval. `bins` make the reliability curve:
    mean chance, share that passed and number of attempts, for fifths of the attempts or fewer.
    """

    attempts: int
    said: float
    came: float
    off: float
    brier: float
    brier_expected: float
    inside: float
    bins: tuple[tuple[float, float, int], ...]

    @property
    def direction(self) -> int:
        """1 if clearly more passed than was said, -1 if clearly fewer, 0 if chance alone explains it."""
        return int(np.sign(self.off)) if abs(self.off) > ndtri(0.975) else 0


def judge_forecasts(forecasts: Forecasts, passed: ArrayLike, scores: ArrayLike) -> Verdict:
    """Hold forecasts against whether each next attempt was a pass and its scaled score.

    Source: Brier (1950), Monthly Weather Review 78, 1-3; Spiegelhalter (1986), Statistics in Medicine 5, 421-433 (the mean).
    A ValueError if there is no attempt, or the numbers of attempts differ.

    >>> said = Forecasts(np.array([0.2, 0.8]), np.array([600.0, 700]), np.array([700.0, 800]))
    >>> round(judge_forecasts(said, [False, True], [650, 790]).brier, 2)
    0.04
    """
    p, came, score = (np.asarray(a, dtype=float) for a in (forecasts.chance, passed, scores))
    if not p.size or p.shape != came.shape or p.shape != score.shape:
        raise reject("passed", came.tolist(), f"one outcome for each of {p.size} forecasts, at least one")
    spare = np.sqrt((p * (1 - p)).sum())
    off = float((came - p).sum() / spare) if spare > 0 else 0.0
    order = np.argsort(p, kind="stable")
    parts = np.array_split(order, min(5, max(1, p.size // 10)))
    bins = tuple((float(p[part].mean()), float(came[part].mean()), int(part.size)) for part in parts)
    inside = (score >= forecasts.low) & (score <= forecasts.high)
    return Verdict(
        int(p.size), float(p.mean()), float(came.mean()), off, float(((p - came) ** 2).mean()),
        float((p * (1 - p)).mean()), float(inside.mean()), bins,
    )  # fmt: skip
