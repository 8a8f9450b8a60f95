"""What practice adds to a report: evidence on the same abilities, discounted because practice is not the exam.

Three assumptions discount it, none of them published. A practice question counts as a fraction of an exam question (a
power likelihood: Ibrahim & Chen, 2000, Statistical Science 15, 46-60). Practice may be easier by a shift in log-odds.
And all of it together counts at most as a stated number of questions. How much the hours since the report have taught is
not known either: learners gain differently, and practice says which kind of learner this is likely to be (model averaging:
Hoeting et al., 1999, Statistical Science 14, 382-417). So it updates what further hours are worth, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import binom, expit, logit, xlog1py, xlogy

from .assumptions import AssumptionGrid, Assumptions
from .bands import LEARNING, NEXT_FORM, SCALE, Band, spread
from .checks import FloatArray, IntArray, check_array, check_count, check_number, reject
from .convolution import Totals, tail_weights
from .joint import Evidence, ImpossibleReportError, Rating, infer_report
from .model import ScoreModel
from .retake import Retake


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

    def of_general(self, model: ScoreModel, shifts: FloatArray) -> FloatArray:
        """Return the likelihood of the mixed sets given general ability, when abilities rise by shifts (P, D); (P, G)."""
        right, asked = self.mixed
        if not asked:
            return np.ones((len(shifts), model.general.size))
        domains = zip(model.form.parts, model.theta, shifts.T, strict=True)
        scores = [part.true_score(theta + rise[:, None]) @ model.ability_weights.T for part, theta, rise in domains]
        return self._likelihood(right, asked, np.sum(scores, axis=0) / model.form.size)


class PracticeOutlook(NamedTuple):
    """The chance to pass the next attempt, from a report and the practice after it."""

    chance: float
    gains: tuple[tuple[float, float], ...]


def _kinds(a: Assumptions, since: FloatArray | None, ahead: FloatArray | None, shares: FloatArray) -> list[Any]:
    """Return, for each kind of learner, times the average gain, share, rise before the practice and until the attempt."""
    if since is None and ahead is None:
        return [(1.0, 1.0, np.zeros(len(shares)), np.zeros(len(shares)))]
    past = np.zeros(len(shares)) if since is None else since
    future = past if ahead is None else past + ahead
    before, after = (a.study_gain(hours, shares) for hours in (past, future))
    return [(times, share, times * before, a.retest + times * after) for times, share in a.gains]


def _joints(retake: Retake, evidence: PracticeEvidence, kinds: Sequence[Any], readings: Sequence[Any]) -> Any:
    """Return the transform of the next total jointly with report and practice, for each kind of learner; (P, R, M)."""
    model = retake.posterior.model
    before, after = np.stack([kind[2] for kind in kinds]), np.stack([kind[3] for kind in kinds])
    general = evidence.of_general(model, before)[:, retake.general_rows]
    likelihoods = [evidence.of_domain(model, d, retake.abilities(d) + rise[:, None]) for d, rise in enumerate(before.T)]
    return retake.joints(after, readings, likelihoods, general)


def chance_after_practice(
    retake: Retake, evidence: PracticeEvidence, since: ArrayLike | None = None, ahead: ArrayLike | None = None
) -> PracticeOutlook:
    """Chance to pass the next attempt, given the report, the practice since, and the hours before it and to come.

    Parameters
    ----------
    retake : Retake
        The next attempt of the candidate behind the report.
    evidence : PracticeEvidence
        Practice since the report.
    since, ahead : array_like, optional
        Hours by domain studied between report and practice, and still to come. Default: none; with neither, the
        candidate knows what they knew.

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
    domains are put together, for each kind of learner.

    Examples
    --------
    >>> from mls_kit.score_model.joint import Evidence, infer_report
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> retake = Retake(infer_report(model, Evidence.from_score(model, 690)))
    >>> none = PracticeEvidence([0] * 4, [0] * 4)
    >>> round(chance_after_practice(retake, none).chance, 2) == round(retake.chance(), 2)
    True
    >>> good = PracticeEvidence([17, 20, 30, 17], [20, 24, 36, 20])
    >>> found = chance_after_practice(retake, good, since=[10] * 4)
    >>> found.chance > retake.chance([10] * 4), found.gains[-1][1] > retake.assumptions.gains[-1][1]
    (True, True)
    """
    _check_domains(retake.posterior.model, evidence)
    past, future = (None if given is None else retake.check_hours(given) for given in (since, ahead))
    kinds = _kinds(retake.assumptions, past, future, retake.next.shares)
    joint = _joints(retake, evidence, kinds, [retake.posterior.evidence.totals])[:, 0]
    weights = np.array([kind[1] for kind in kinds]) * joint[:, 0].real
    weights /= weights.sum()
    chances = (joint @ retake.pass_coefficients).real / joint[:, 0].real
    return PracticeOutlook(
        float(np.clip(weights @ chances, 0, 1)),
        tuple((kind[0], weight) for kind, weight in zip(kinds, weights.tolist(), strict=True)),
    )


def _check_domains(model: ScoreModel, evidence: PracticeEvidence) -> None:
    if evidence.by_domain[0].shape != (model.domains,):
        raise reject("right", np.asarray(evidence.right).tolist(), f"{model.domains} numbers, one a domain")


class _Point(NamedTuple):
    """A point of a grid: the model that reads its report, how it learns, and where it is."""

    row: int
    model: ScoreModel
    learning: Assumptions


class _Form(NamedTuple):
    """Points that share a retake form; rows of `points` in the arrays that go with them."""

    points: list[_Point]
    ahead: ScoreModel


@lru_cache(maxsize=32)
def _grouped(model: ScoreModel, points: tuple[tuple[tuple[str, Any], ...], ...]) -> tuple[tuple[_Form, ...], ...]:
    """Group the points that share all that a report says, and these by their next form; no report plays a part in it."""
    groups: dict[tuple[tuple[str, Any], ...], dict[tuple[tuple[str, Any], ...], _Form]] = {}
    for row, change in enumerate(points):

        def some(
            names: tuple[str, ...], change: tuple[tuple[str, Any], ...] = change, *, keep: bool = False
        ) -> tuple[tuple[str, Any], ...]:
            return tuple(item for item in change if (item[0] in names) is keep)

        lasting = some(LEARNING)
        shared, ahead = some(LEARNING + SCALE + NEXT_FORM), some(LEARNING + SCALE)
        form = groups.setdefault(shared, {}).setdefault(ahead, _Form([], model.under(**dict(ahead))))
        learning = model.assumptions.changed(**dict(some(LEARNING, keep=True)))
        form.points.append(_Point(row, model.under(**dict(lasting)), learning))
    return tuple(tuple(group.values()) for group in groups.values())


@dataclass(frozen=True, eq=False)
class _Alike:
    """Points of a grid that share what a report says of ability, and the next form."""

    retake: Retake
    readings: tuple[Totals, ...]
    rows: IntArray
    reading: IntArray
    tail: IntArray
    tails: Any
    learning: list[Assumptions]
    curves: list[tuple[Assumptions, IntArray]] = field(init=False)

    def __post_init__(self) -> None:
        """Put the points together by how ability grows."""
        kinds = list(dict.fromkeys(self.learning))
        places = [np.flatnonzero([one == kind for one in self.learning]) for kind in kinds]
        object.__setattr__(self, "curves", list(zip(kinds, places, strict=True)))


def _points_alike(
    model: ScoreModel, scaled_score: float, ratings: Sequence[Rating] | None, changes: Sequence[dict[str, Any]]
) -> list[_Alike]:
    """Put the points together that share what the report says and the next form; leave out the impossible ones."""
    read: dict[Any, Evidence] = {}
    found = []
    for forms in _grouped(model, tuple(tuple(change.items()) for change in changes)):
        possible = []
        for points, ahead in forms:
            kept = []
            for point in points:
                key = point.model.scale, point.model.bands, point.model.form.counts
                if key not in read:
                    read[key] = Evidence.from_score(point.model, scaled_score, ratings)
                if read[key].possible:
                    kept.append((point, read[key]))
            if kept:
                possible.append((kept, ahead))
        if possible:
            found += _inferred(possible)
    return found


def _inferred(forms: list[tuple[list[tuple[_Point, Evidence]], ScoreModel]]) -> list[_Alike]:
    """Infer what the report says once for all points that share it; the next form plays no part in it."""
    readings = tuple(dict.fromkeys(evidence.totals for kept, _ in forms for _, evidence in kept))
    either = tuple((t, 1.0) for t in sorted({t for totals in readings for t, _ in totals}))
    point, evidence = forms[0][0][0]
    posterior = infer_report(point.model, evidence._replace(totals=either))
    retake, found = Retake(posterior, True, 1e-8), []
    for kept, ahead in forms:
        cuts = list(dict.fromkeys(point.model.retake_cut for point, _ in kept))
        tails = np.stack([tail_weights(ahead.retake_form.size + 1, cut) for cut in cuts])
        reading = np.array([readings.index(evidence.totals) for _, evidence in kept])
        tail = np.array([cuts.index(point.model.retake_cut) for point, _ in kept])
        rows = np.array([point.row for point, _ in kept])
        learning = [point.learning for point, _ in kept]
        found.append(_Alike(retake.towards(ahead), readings, rows, reading, tail, tails, learning))
    return found


def _chances_alike(alike: _Alike, evidences: Sequence[PracticeEvidence], since: Any, ahead: Any) -> FloatArray:
    """Chances at points that differ in scale and learning only; points by evidences."""
    found, shares = np.empty((len(alike.rows), len(evidences))), alike.retake.next.shares
    kinds = {learning: _kinds(learning, since, ahead, shares) for learning, _ in alike.curves}
    every = [kind for some in kinds.values() for kind in some]
    for column, evidence in enumerate(evidences):
        joint = _joints(alike.retake, evidence, every, alike.readings)
        passing, likely, start = (joint @ alike.tails.T).real, joint[:, :, 0].real, 0
        for learning, rows in alike.curves:
            own = slice(start, start + len(kinds[learning]))
            share, start = np.array([kind[1] for kind in kinds[learning]]), own.stop
            chances = np.tensordot(share, passing[own], 1) / (share @ likely[own])[:, None]
            found[rows, column] = chances[alike.reading[rows], alike.tail[rows]]
    return np.clip(found, 0, 1)


def practice_band(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    grid: AssumptionGrid,
    evidences: Sequence[PracticeEvidence],
    since: ArrayLike | None = None,
    ahead: ArrayLike | None = None,
) -> Band:
    """Spread of the chance after practice, over a grid of assumptions and several discounts of the practice.

    Parameters
    ----------
    model, scaled_score, ratings, grid
        As for `chance_bands`.
    evidences : sequence of PracticeEvidence
        The same results under each discount in question.
    since, ahead : array_like, optional
        As for `chance_after_practice`; with neither, the band is that of someone who sits again without study.

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
    alike = _points_alike(model, scaled_score, ratings, grid.points())
    if not alike:
        raise ImpossibleReportError(f"the report is impossible at all {len(grid)} points of the grid")
    hours = alike[0].retake.check_hours(since), None if ahead is None else alike[0].retake.check_hours(ahead)
    found = np.concatenate([_chances_alike(group, evidences, *hours).ravel() for group in alike])
    possible = sum(len(group.rows) for group in alike)
    return spread(found, grid, (len(grid) - possible) * len(evidences))


_MOST_SETS = 3  # the joint distribution of their totals has as many dimensions


def rule_pass_chance(
    true: ArrayLike, counts: Sequence[int], goal_percent: int, floor_percent: int = 0, sets: int = 2
) -> float:
    """Chance that the next sets all reach the goal, and every domain its floor over the sets together.

    Parameters
    ----------
    true : array_like
        True proportion right: one number, or one a domain.
    counts : sequence of int
        Questions of each domain in one set.
    goal_percent : int
        Each set as a whole must reach it.
    floor_percent : int
        Each domain must reach it, over all sets together.
    sets : int
        1 to 3.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a proportion is outside 0-1, or the other numbers are outside their limits.

    Notes
    -----
    Source: model. Right answers are binomial; the totals of all sets are carried together through the domains,
    so the result is exact. Error rates of such mastery rules: Hambleton & Novick (1973), Journal of Educational
    Measurement 10, 159-170.

    Examples
    --------
    Someone who truly gets 72 % right, and two sets of 50 questions; then someone with 85 %:

    >>> round(rule_pass_chance(0.72, [50], 80), 3), round(rule_pass_chance(0.85, [50], 80), 3)
    (0.018, 0.775)
    """
    from scipy.signal import fftconvolve  # a second to import, and no plan needs it

    sizes = [check_count("counts", n, 1) for n in counts]
    times = check_count("sets", sets, 1, _MOST_SETS)
    goal, floor = (check_number(n, v, 0, 100) for n, v in (("goal_percent", goal_percent), ("floor", floor_percent)))
    proportions = np.broadcast_to(check_array("true", true, 0, 1), len(sizes))
    parts = []
    for n, p in zip(sizes, proportions, strict=True):
        k = np.arange(n + 1)
        once = binom(n, k) * p**k * (1 - p) ** (n - k)
        joint = reduce(np.multiply.outer, [once] * times)
        together = reduce(np.add.outer, [np.arange(n + 1)] * times)
        parts.append(np.where(100 * together >= floor * n * times, joint, 0.0))
    totals = reduce(fftconvolve, parts)
    cut = int(np.ceil(goal * sum(sizes) / 100 - 1e-9))
    return float(np.clip(totals[(slice(cut, None),) * times].sum(), 0, 1))


def chance_of_run(once: float, length: int, tries: int) -> float:
    """Chance of so many successes in a row somewhere within a number of tries.

    Parameters
    ----------
    once : float
        Chance of one success.
    length : int
        Successes in a row that are wanted.
    tries : int
        Tries in all.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the chance is outside 0-1 or a number is not a whole number, 1 or more.

    Notes
    -----
    Source: model. The run so far is a Markov chain (Feller, 1968, *An Introduction to Probability Theory*, vol. 1,
    ch. XIII.7).

    Examples
    --------
    >>> chance_of_run(0.5, 2, 3)  # HH., .HH of eight
    0.375
    """
    p = check_number("once", once, 0, 1)
    wanted, n = check_count("length", length, 1), check_count("tries", tries, 1)
    state = np.zeros(wanted + 1)
    state[0] = 1.0
    for _ in range(n):
        done = state[-1] + p * state[-2]
        state = np.concatenate([[(1 - p) * state[:-1].sum()], p * state[:-2], [done]])
    return float(state[-1])


def check_right(name: str, right: ArrayLike, asked: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return numbers right and asked as arrays; raise unless 0 <= right <= asked."""
    k, n = check_array(name, right, 0), check_array("asked", asked, 0)
    if k.shape != n.shape or (k > n).any():
        raise reject(name, np.asarray(right).tolist(), f"numbers right, at most those asked: {n.tolist()}")
    return k, n
