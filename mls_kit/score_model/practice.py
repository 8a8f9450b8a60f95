"""What practice adds to a report: evidence on the same abilities, discounted because practice is not the exam.

Three unpublished assumptions discount it: a practice question counts as a fraction of an exam question (power
likelihood: Ibrahim & Chen, 2000, Statistical Science 15, 46-60), practice may be easier by a shift in log-odds, and all
of it counts at most as a stated number of questions. Practice also tells which kind of learner this is likely to be, and
so what further hours are worth (model averaging: Hoeting et al., 1999, Statistical Science 14, 382-417).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import binom, expit, logit, xlog1py, xlogy

from .assumptions import AssumptionGrid, Assumptions
from .bands import Band, as_items, layers, spread
from .checks import FloatArray, check_array, check_count, check_number, reject
from .convolution import Totals, tail_weights
from .joint import Evidence, ImpossibleReportError, Rating, infer_report
from .model import ScoreModel
from .retake import Retake, check_hours


@dataclass(frozen=True, eq=False)
class PracticeEvidence:
    """Practice results, and how far they are trusted.

    `right` and `asked` count questions by domain, (D,); `mixed` those of sets not split by domain, which tell of general
    ability only. A practice question counts as `weight`, 0 to 1, of an exam question, all practice together as at most
    `most` exam questions. Practice is easier than the exam by `shift` in log-odds; below 0 if it is harder.

    >>> PracticeEvidence([16, 20], [20, 24], weight=0.5, most=50).questions
    22.0
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
    """Chance of passing the next attempt after practice, and for each kind of learner: times the average gain, share."""

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
    """Chance of passing the next attempt, given the report, the practice since, and the hours before it and to come.

    `since` and `ahead` are hours by domain, studied between report and practice and still to come; with neither, the
    candidate knows what they knew. Exact: the practice's likelihood multiplies the weight of each ability before the
    domains are put together, for each kind of learner. Source: model.

    >>> model = ScoreModel.from_exam_facts([50, 50], 20)
    >>> retake = Retake(infer_report(model, Evidence.from_total(model, 13)))
    >>> chance_after_practice(retake, PracticeEvidence([40, 40], [50, 50])).chance > retake.chance()
    True
    """
    _check_domains(retake.posterior.model, evidence)
    past, future = (None if given is None else check_hours(given, len(retake.next.shares)) for given in (since, ahead))
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
    """A point of a grid where the report is possible: what the report says there, the raw score that passes, how it learns."""

    evidence: Evidence
    cut: int
    learning: Assumptions


def _chances_alike(
    retake: Retake,
    readings: Sequence[Totals],
    points: Sequence[_Point],
    evidences: Sequence[PracticeEvidence],
    hours: tuple[FloatArray, FloatArray | None],
) -> FloatArray:
    """Chances at points that differ in scale and learning only; evidences by points."""
    cuts = list(dict.fromkeys(point.cut for point in points))
    tails = np.stack([tail_weights(retake.next.retake_form.size + 1, cut) for cut in cuts])
    learnings = dict.fromkeys(point.learning for point in points)
    kinds = {learning: _kinds(learning, *hours, retake.next.shares) for learning in learnings}
    every, found = [kind for some in kinds.values() for kind in some], []
    for evidence in evidences:
        joint = _joints(retake, evidence, every, readings)
        passing, likely, chances, start = (joint @ tails.T).real, joint[:, :, 0].real, {}, 0
        for learning, some in kinds.items():
            own = slice(start, start + len(some))
            share, start = np.array([kind[1] for kind in some]), own.stop
            chances[learning] = np.tensordot(share, passing[own], 1) / (share @ likely[own])[:, None]
        found.append([chances[p.learning][readings.index(p.evidence.totals), cuts.index(p.cut)] for p in points])
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
    """Spread of the chance after practice, over the points of a grid of assumptions times several discounts.

    `evidences` are the same results under each discount; `since` and `ahead` are hours by domain as for
    `chance_after_practice`. A range over assumptions, not a confidence interval. Source: model.
    An ImpossibleReportError if every point of the grid makes the report impossible.

    >>> model, grid = ScoreModel.from_exam_facts([50, 50], 20), AssumptionGrid({"mean": (-0.3, 0.3)})
    >>> practice_band(model, 714, [1, 1], grid, [PracticeEvidence([8, 8], [9, 9], weight=w) for w in (0.2, 1)]).points
    4
    """
    for evidence in evidences:
        _check_domains(model, evidence)
    hours = check_hours(since, model.domains), None if ahead is None else check_hours(ahead, model.domains)
    worlds: dict[ScoreModel, dict[ScoreModel, list[_Point]]] = {}  # points by what the report says, and by the next form
    read: dict[Any, Evidence] = {}
    for whole, on_form, world, learning in layers(model, as_items(grid.points())):
        key = whole.scale, whole.bands
        if key not in read:
            read[key] = Evidence.from_score(whole, scaled_score, ratings)
        if read[key].possible:
            point = _Point(read[key], whole.retake_cut, learning)
            worlds.setdefault(world, {}).setdefault(on_form, []).append(point)
    if not worlds:
        raise ImpossibleReportError(f"the report is impossible at all {len(grid)} points of the grid")
    found = []
    for world, forms in worlds.items():  # what the report says is worked out once; the next form plays no part in it
        report = next(iter(forms.values()))[0].evidence
        readings = list(dict.fromkeys(point.evidence.totals for points in forms.values() for point in points))
        either = sorted({total for totals in readings for total, _ in totals})
        posterior = infer_report(world, report._replace(totals=tuple((total, 1.0) for total in either)))
        retake = Retake(posterior, True, 1e-8)
        for on_form, points in forms.items():
            found.append(_chances_alike(retake.towards(on_form), readings, points, evidences, hours).ravel())
    chances = np.concatenate(found)
    return spread(chances, grid, len(grid) * len(evidences) - len(chances))


_MOST_SETS = 3  # the joint distribution of their totals has as many dimensions


def rule_pass_chance(true: ArrayLike, counts: Sequence[int], goal_percent: int, floor_percent: int = 0, sets: int = 2) -> float:
    """Chance that the next 1 to 3 `sets` all reach the goal, and every domain its floor over the sets together.

    `true` is the true proportion right, one number or one a domain; `counts` are each domain's questions in one set.
    Exact for binomial right answers: the totals of all sets are carried together through the domains.
    Source: model; error rates of such mastery rules: Hambleton & Novick (1973), J. of Educational Measurement 10, 159-170.

    >>> round(rule_pass_chance(0.72, [50], 80), 3), round(rule_pass_chance(0.85, [50], 80), 3)
    (0.018, 0.775)
    """
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
    # through transforms that are as long as the sum; scipy.signal has this, and takes a second to import
    shape, axes = [sum(sizes) + 1] * times, list(range(times))
    totals = np.fft.irfftn(reduce(np.multiply, [np.fft.rfftn(part, shape, axes) for part in parts]), shape, axes)
    cut = int(np.ceil(goal * sum(sizes) / 100 - 1e-9))
    return float(np.clip(totals[(slice(cut, None),) * times].sum(), 0, 1))


def chance_of_run(once: float, length: int, tries: int) -> float:
    """Chance of `length` successes in a row, each of chance `once`, somewhere within `tries`.

    Source: model; a Markov chain (Feller, 1968, *An Introduction to Probability Theory*, vol. 1, ch. XIII.7).

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
