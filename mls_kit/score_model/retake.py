"""How likely a pass is at the next attempt: as things stand, after study, or with one domain raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from .assumptions import Assumptions
from .checks import FloatArray, IntArray, check_array, check_count, check_number, reject
from .convolution import Totals, halves, reached, rests, tail_weights, transform_matrix
from .joint import Evidence, Rating, ReportPosterior, infer_report
from .model import ScoreModel

ComplexArray = NDArray[np.complex128]
Plan = ArrayLike | None
_AT_ONCE = 3  # variants put together at a time, so that they stay in the processor's cache
_OF_REPORT = ("general_rows", "general_weights", "counts", "columns", "paths", "lowest")
_GUESSES = 8  # twice what finds the best of all splits in every one of a thousand random reports
_SURE = 1e-12  # a chance this close to 0 or 1 is certain: its normal quantile stays finite
_SEARCH_NEGLIGIBLE = 1e-8


def check_hours(hours: Plan, domains: int) -> FloatArray:
    """Return hours by domain, zero if none are given; raise if their number is wrong."""
    if hours is None:
        return np.zeros(domains)
    checked = check_array("hours", hours, 0)
    if checked.shape != (domains,):
        raise reject("hours", hours, f"{domains} numbers of hours, one a domain")
    return checked


@dataclass(frozen=True, eq=False)
class Retake:
    """The next attempt of the candidate behind one report, on the model's retake form.

    A plan is hours of study by domain. ``None`` stands for a candidate who knows exactly what they knew; any plan, of
    zero hours too, adds what sitting a second time brings, and gains that vary between learners. `quick`, for bands and
    searches, takes a coarser grid and tabulated counts; it changes no chance by more than 1e-4, or 5e-4 at the foot of the
    scale (tested). Counts and grid points of less probability than `negligible` are left out. `ahead` is the model whose
    retake form and learning are meant (default: the report's). Exact: this attempt's counts are carried through the domains
    by convolution, jointly with the next one's by Fourier transform.
    Source: Hong (2013), Computational Statistics & Data Analysis 59, 41-51.

    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> round(Retake(infer_report(model, Evidence.from_total(model, 34, ["Competent"] * 4))).chance(), 5)
    0.39064
    """

    posterior: ReportPosterior
    quick: bool = False
    negligible: float = 1e-15
    ahead: ScoreModel | None = None

    @property
    def next(self) -> ScoreModel:
        """The model whose retake form and learning are meant."""
        return self.ahead or self.posterior.model

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions behind every number here."""
        return self.next.assumptions

    def towards(self, ahead: ScoreModel) -> Retake:
        """Return the same candidate before another model's retake form; what the report says is not worked out again."""
        other = replace(self, ahead=ahead)
        other.__dict__.update({name: getattr(self, name) for name in _OF_REPORT})
        return other

    @property
    def waves(self) -> ComplexArray:
        """Fourier factors of the next total; (counts, frequencies)."""
        return transform_matrix(self.next.retake_form.size + 1)

    @property
    def pass_coefficients(self) -> ComplexArray:
        """Weights on the frequencies that sum up the passing totals."""
        return tail_weights(self.next.retake_form.size + 1, self.next.retake_cut)

    @cached_property
    def general_rows(self) -> NDArray[np.intp]:
        """Grid points of general ability that the report leaves any weight on."""
        return np.flatnonzero(self.posterior.general > self.negligible)[:: 1 + self.quick]

    @cached_property
    def counts(self) -> tuple[range, ...]:
        """For each domain, the numbers right in this attempt that the report leaves any weight on."""
        weighty = (np.flatnonzero(f > self.negligible) for f in self.posterior.right)
        return tuple(range(int(k[0]), int(k[-1]) + 1) for k in weighty)

    @cached_property
    def columns(self) -> tuple[slice, ...]:
        """For each domain, the stretch of the ability grid that the report leaves any weight on."""
        weighty = (np.flatnonzero(mass > self.negligible) for mass in self.posterior.ability)
        return tuple(slice(int(q[0]), int(q[-1]) + 1) for q in weighty)

    @cached_property
    def lowest(self) -> int:
        """Sum of the lowest counts."""
        return sum(c.start for c in self.counts)

    @cached_property
    def general_weights(self) -> FloatArray:
        """Prior weights of those points."""
        return self.posterior.model.g_weights[self.general_rows] * (1 + self.quick)

    @cached_property
    def paths(self) -> tuple[FloatArray, ...]:
        """For each domain, P(ability, k right | general ability) for those counts; (G, K, Q)."""
        model = self.posterior.model
        weights = model.ability_weights[self.general_rows]
        tables = zip(model.right_given_theta, self.counts, self.columns, strict=True)
        return tuple(weights[:, None, q] * table[q, c.start : c.stop].T for table, c, q in tables)

    def abilities(self, domain: int) -> FloatArray:
        """Return one domain's abilities that the report leaves any weight on; (Q,)."""
        return self.posterior.model.theta[domain, self.columns[domain]]

    def factors(self, domain: int, shifts: FloatArray, likelihood: FloatArray | None = None) -> ComplexArray:
        """Return the transform of one domain's next count, jointly with this one's, after shifts of ability; (P, G, K, M)."""
        paths, theta = self.paths[domain], self.abilities(domain)
        part = self.next.retake_form.parts[domain]
        after = theta + shifts[:, None]
        f = part.tabulated(after) if self.quick else part.raw_scores(after)
        f = f if likelihood is None else f * likelihood[..., None]
        # Counts are averaged over ability first and transformed then: there are fewer counts than frequencies. A real
        # product, as real and imaginary parts side by side, takes half the time of a complex one.
        averaged = paths.reshape(-1, paths.shape[2]) @ f
        spectra = (averaged @ self.waves[: f.shape[-1]].view(float)).view(complex)
        return np.asarray(spectra.reshape(len(shifts), *paths.shape[:2], -1))

    def combine(self, parts: Sequence[ComplexArray], general: FloatArray, readings: Sequence[Totals]) -> ComplexArray:
        """Put the domains' factors, (P, G, K, M) each, together for each reading of the score; (P, R, M)."""
        variants, points = parts[0].shape[:2]
        flat = [part.reshape(-1, *part.shape[2:]) for part in parts]
        first, second = (half.reshape(variants, points, *half.shape[1:]) for half in halves(flat))
        # every pair of counts of the two halves at once, one product of matrices for each frequency
        left = np.ascontiguousarray((first * general[:, :, None, None]).transpose(0, 3, 2, 1))
        pairs = left @ np.ascontiguousarray(second.transpose(0, 3, 1, 2))
        chosen = reached(first.shape[2], second.shape[2], self.lowest, tuple(readings))
        return np.asarray((pairs.reshape(*pairs.shape[:2], -1) @ chosen).swapaxes(1, 2))

    def joints(
        self,
        shifts: FloatArray,
        readings: Sequence[Totals],
        likelihoods: Sequence[FloatArray] | None = None,
        general: FloatArray | None = None,
    ) -> ComplexArray:
        """Return the transform of the next total jointly with each reading, when abilities rise by `shifts`; (P, R, M)."""
        factors, which = [], []
        for d, column in enumerate(shifts.T):
            if likelihoods is None:  # plans share what they do in one domain
                values, places = np.unique(column, return_inverse=True)
                factors.append(self.factors(d, values))
                which.append(places.ravel())
            else:
                factors.append(self.factors(d, column, likelihoods[d]))
                which.append(np.arange(len(column)))
        weights = np.broadcast_to(self.general_weights, (len(shifts), self.general_weights.size))
        weights = weights if general is None else weights * general
        found = []
        for start in range(0, len(shifts), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            parts = [factor[places[rows]] for factor, places in zip(factors, which, strict=True)]
            found.append(self.combine(parts, weights[rows], readings))
        return np.concatenate(found)

    def transforms(self, shifts: FloatArray) -> ComplexArray:
        """Return the transform of the next total, given the report, when abilities rise by `shifts`; (P, M)."""
        joint = self.joints(shifts, [self.posterior.evidence.totals])[:, 0]
        return np.asarray(joint / joint[:, :1].real)

    def chances_raised(self, shifts: ArrayLike) -> FloatArray:
        """Return the chance of passing when abilities are higher by `shifts`, (P, D)."""
        return np.asarray(np.clip((self.transforms(np.asarray(shifts)) @ self.pass_coefficients).real, 0, 1))

    def rises(self, plan: Plan) -> list[tuple[tuple[float, ...], float]]:
        """Return by how much a plan raises ability in each domain, for every kind of learner, and their shares."""
        hours = None if plan is None else check_hours(plan, self.posterior.model.domains)
        return self.assumptions.rises(hours, self.next.shares)

    def mixed(self, plans: Sequence[Plan], work: Any) -> FloatArray:
        """Average over kinds of learners what `work` makes of all shifts, each but once; (plans, ...)."""
        kinds = [self.rises(plan) for plan in plans]
        different = list(dict.fromkeys(shifts for kind in kinds for shifts, _ in kind))
        found = work(np.array(different))
        return np.array([sum(share * found[different.index(shifts)] for shifts, share in kind) for kind in kinds])

    def chances(self, plans: Sequence[Plan]) -> FloatArray:
        """Return the chance of passing for several plans of hours by domain."""
        return np.clip(self.mixed(plans, self.chances_raised), 0, 1)

    def chance(self, hours: Plan = None) -> float:
        """Return the chance of passing, after `hours` of study by domain (default: none)."""
        return float(self.chances([hours])[0])

    def distribution(self, hours: Plan = None) -> FloatArray:
        """Return the distribution of the next raw total, after `hours` of study; sums to one."""
        return self.totals(self.mixed([hours], self.transforms)[0])

    def totals(self, transforms: ComplexArray) -> FloatArray:
        """Return distributions of the next raw total, given their transforms."""
        f = np.clip(np.fft.irfft(transforms, self.next.retake_form.size + 1), 0, None)
        return np.asarray(f / f.sum(axis=-1, keepdims=True))

    def turned(self, factors: Sequence[ComplexArray]) -> list[ComplexArray]:
        """Return, for each domain, what its factor, (G, K, M), must be multiplied with to get a chance; (G, K, M)."""
        weights = self.general_weights[:, None, None] * self.pass_coefficients / self.posterior.probability
        return [rest * weights for rest in rests(factors, self.lowest, self.posterior.evidence.totals)]


def chances_by_total(
    model: ScoreModel, ratings: Sequence[Rating], totals: Sequence[int], plans: Sequence[Plan]
) -> tuple[FloatArray, FloatArray]:
    """How likely each raw total is with these ratings, (T,), and the chance of passing behind it after each plan, (T, plans).

    A report whose score lies between two totals has the mean of their chances, weighted by how likely they are and how near.
    An ImpossibleReportError where the ratings allow none of the totals. Source: model.

    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> chances_by_total(model, ["Competent"] * 4, [33, 34], [None])[1].round(5).tolist()
    [[0.31435], [0.39064]]
    """
    evidence = Evidence.from_total(model, totals[0], ratings)._replace(totals=tuple((each, 1.0) for each in totals))
    retake, alone = Retake(infer_report(model, evidence), negligible=0.0), [((each, 1.0),) for each in totals]
    likely = retake.joints(np.zeros((1, model.domains)), alone)[0, :, 0].real

    def passing(shifts: FloatArray) -> FloatArray:
        return np.asarray((retake.joints(shifts, alone) @ retake.pass_coefficients).real)

    return likely, np.clip(retake.mixed(plans, passing) / likely, 0, 1).T


class Split(NamedTuple):
    """Hours by domain and the chance of passing after them."""

    hours: tuple[float, ...]
    chance: float


def split_hours(total_hours: float, shares: Sequence[float]) -> FloatArray:
    """Hours by domain, in proportion to `shares`; they sum to `total_hours`.

    Shares are 0 or more in any unit, at least one above 0: otherwise a ValueError.

    >>> split_hours(80, [40, 30, 20, 10]).tolist()
    [32.0, 24.0, 16.0, 8.0]
    """
    hours = check_number("total_hours", total_hours, 0)
    share = np.array([check_number("shares", s, 0) for s in shares])
    if not share.sum() > 0:
        raise reject("shares", tuple(shares), "at least one share above 0")
    return np.asarray(hours * share / share.sum())


def _largest_sums(gains: Sequence[FloatArray], keep: int) -> IntArray:
    """Ways to spend all steps that give the largest sums of gains, largest first; (at most keep, domains)."""
    steps = np.arange(gains[0].size)
    spent, sums, ways = np.zeros(1, dtype=int), np.zeros(1), np.zeros((1, 0), dtype=int)
    for gain in gains:
        i, here = np.nonzero(spent[:, None] + steps < steps.size)
        spent, sums, ways = spent[i] + here, sums[i] + gain[here], np.column_stack([ways[i], here])
        # Among ways that spend the same on the domains so far, only the best can be part of the best.
        order = np.lexsort([-sums, spent])
        rank = np.arange(order.size) - np.searchsorted(spent[order], spent[order])
        kept = order[rank < keep]
        spent, sums, ways = spent[kept], sums[kept], ways[kept]
    return ways[spent == steps[-1]]


def _search(retake: Retake, spent: NDArray[Any], start: Sequence[int]) -> tuple[int, ...]:
    """Steps by domain that give the highest chance; `spent` are the hours of 0, 1, ... steps."""
    a, domains = retake.assumptions, retake.posterior.model.domains
    gain = a.study_gain(np.repeat(spent[:, None], domains, axis=1), retake.next.shares)
    kinds = [(share, [retake.factors(d, a.retest + times * gain[:, d]) for d in range(domains)])
             for times, share in a.gains]  # fmt: skip
    split, known = tuple(start), dict[tuple[int, ...], float]()
    while True:
        alone = np.zeros((domains, len(spent)))
        for share, factors in kinds:
            turned = retake.turned([factor[s] for factor, s in zip(factors, split, strict=True)])
            for d, (factor, rest) in enumerate(zip(factors, turned, strict=True)):
                conjugate = np.ascontiguousarray(rest.conj()).view(float).ravel()
                alone[d] += share * (factor.reshape(len(spent), -1).view(float) @ conjugate)
        likely = _largest_sums(list(ndtri(np.clip(alone, _SURE, 1 - _SURE))), _GUESSES).tolist()
        new = [way for way in map(tuple, likely) if way not in known]
        if new:
            chances = retake.chances([spent[list(way)] for way in new])
            known.update(zip(new, chances.tolist(), strict=True))
        best = max(known, key=known.__getitem__)
        if best == split:
            return best
        split = best


def best_split(retake: Retake, total_hours: float, steps: int = 10) -> Split:
    """Hours by domain that give the highest chance of passing, and that chance.

    `total_hours` come in `steps` equal parts, 1 to 100. Not every split is tried: what each part does in one domain points
    to a few promising splits, the best of them to the next few, until none is better. Nothing proves that no other split
    is; the tests hold it against all splits for hundreds of reports. The chance is exact; splits close to the best are
    hardly worse, so the best is no advice to the decimal. Source: model.

    >>> model = ScoreModel.from_exam_facts([50, 50], 20)
    >>> best_split(Retake(infer_report(model, Evidence.from_total(model, 13, [2, 0]))), 40).hours
    (16.0, 24.0)
    """
    parts = check_count("steps", steps, 1, 100)
    step = check_number("total_hours", total_hours, 0) / parts
    # The search can do with less than every last count and grid point.
    search = replace(retake, quick=True, negligible=max(retake.negligible, _SEARCH_NEGLIGIBLE))
    domains = retake.posterior.model.domains
    even = np.diff(np.arange(domains + 1) * parts // domains)
    hours = tuple(step * count for count in _search(search, step * np.arange(parts + 1), even.tolist()))
    return Split(hours, retake.chance(hours))


class RaisedRating(NamedTuple):
    """One domain lifted to the middle of its next rating band, all else unchanged: shift of ability, chance of passing.

    `label` is None, `shift` 0 and `chance` that of today where the rating is the strongest already.
    """

    domain: int
    label: str | None
    shift: float
    chance: float


def _shift_to(retake: Retake, domain: int, target: float) -> float:
    """How far ability must rise for the expected proportion right to reach the target."""
    form, theta = retake.posterior.model.form.parts[domain], retake.abilities(domain)
    mass = retake.posterior.ability[domain, retake.columns[domain]]

    def short(shift: float) -> float:
        return float(mass @ form.true_score(theta + shift)) / form.size - target

    if short(0.0) >= 0:
        return 0.0
    reach = 2.0
    while short(reach) < 0:
        reach *= 2
    return float(brentq(short, 0.0, reach, xtol=1e-9))


def raise_ratings(retake: Retake) -> tuple[RaisedRating, ...]:
    """Chance of passing if one domain alone were lifted to its next rating, for each domain.

    Ability there rises until the expected proportion right is in the middle of the next band (0.7 for 60-80 %); not at all
    if it is there already. Source: model.
    A ValueError if the report was read without its ratings.

    >>> model = ScoreModel.from_exam_facts([50, 50], 20)
    >>> [r.label for r in raise_ratings(Retake(infer_report(model, Evidence.from_total(model, 13, [2, 0]))))]
    [None, 'Competent']
    """
    bands, codes = retake.posterior.model.bands, retake.posterior.evidence.codes
    if codes is None:
        raise reject("retake", "a report without ratings", "the retake after a report with ratings")
    labels = [bands.labels[code + 1] if code + 1 < len(bands.labels) else None for code in codes]
    shifts = [_shift_to(retake, d, bands.middle(codes[d] + 1)) if label is not None else 0.0 for d, label in enumerate(labels)]
    chances = retake.chances_raised(np.diag(shifts)).tolist()
    return tuple(RaisedRating(d, *found) for d, found in enumerate(zip(labels, shifts, chances, strict=True)))
