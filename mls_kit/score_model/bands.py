"""How much an answer depends on what was assumed: its band over a stated grid of assumptions, and the tornado."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.special import ndtr, ndtri

from .assumptions import AssumptionGrid, Assumptions
from .checks import FloatArray, IntArray, check_number
from .convolution import Totals, halves, reached, rests, tail_weights, transform_matrix
from .joint import Evidence, ImpossibleReportError, Rating, grid_quantiles
from .model import ScoreModel
from .retake import Plan, check_hours

# What the report plays no part in: they say how ability grows, how the score is read, and what the next form is like.
LEARNING = ("retest", "headroom", "tau_hours", "gain_spread")
SCALE = ("cut_share", "foot_share")
NEXT_FORM = ("retake_shift",)
_NEGLIGIBLE = 1e-5
_LEAST = 1e-9
_COARSE_RHO = 0.9
_WAVES = 1.8
_FADE = 8.0
_APART = 10
_AT_ONCE = 4  # forms put together at a time, so that they stay in the processor's cache
_NODES = np.array([0.0, 0.2, 0.45, 0.8, 1.3, 2.0, 3.2, 5.0])  # even rises of ability at which chances are worked out
_ABILITIES = np.linspace(-8, 13, 421)
_RISES = np.linspace(0, 5, 101)  # and at which they are read off
_Items = tuple[tuple[str, Any], ...]


class Band(NamedTuple):
    """How far a number spreads over a grid of assumptions, every point counting the same.

    `low` and `high` are its 5 % and 95 % points. `points` of the grid are used; `impossible` ones do not allow the report.
    """

    low: float
    high: float
    minimum: float
    maximum: float
    points: int
    impossible: int
    grid: AssumptionGrid


class TornadoBar(NamedTuple):
    """The chance of passing at the lowest and highest value of one assumption; None where that makes the report impossible."""

    assumption: str
    low: object
    high: object
    chance_at_low: float | None
    chance_at_high: float | None


def spread(chances: FloatArray, grid: AssumptionGrid, impossible: int | None = None) -> Band:
    """Return the spread of one number a point of a grid; points that are not there count as impossible."""
    low, high = np.quantile(chances, [0.05, 0.95])
    ends = float(low), float(high), float(chances.min()), float(chances.max())
    return Band(*ends, len(chances), max(0, len(grid) - len(chances)) if impossible is None else impossible, grid)


class _Worlds(NamedTuple):
    """Points (P) of a grid in one pass: worlds (W) read the report, forms (F) follow them, pairs (C) are of a form and a scale."""

    rows: IntArray  # of the points in the grid; (P,)
    pair: IntArray  # of each point; (P,)
    learning: IntArray  # of each point; (P,)
    learnings: list[Assumptions]
    scales: list[ScoreModel]
    form: IntArray  # of each pair; (C,)
    scale: IntArray  # of each pair; (C,)
    tails: Any  # weights that sum up the passing totals; (C, M)
    world: IntArray  # of each form; (F,)
    models: list[ScoreModel]
    general: FloatArray  # weights of general ability; (W, G)
    ability: FloatArray  # weights of ability given the general ability; (W, G, Q)
    z: FloatArray
    right: list[FloatArray]  # by domain: counts given ability; (W, Q, K)
    right_general: list[FloatArray]  # by domain: counts given general ability; (W * G, K)
    factors: list[Any]  # by domain: this count jointly with the next one's transform, after even rises; (F, S, G, K, M)
    expected: FloatArray  # next count by domain, and its square, after a rise, given ability; (F, D, 2, rises, Q)


def _coarse(model: ScoreModel) -> int:
    """Every so many points of ability do for a band: its ends move by less than a tenth of a percentage point."""
    return 2 if model.assumptions.rho <= _COARSE_RHO else 1


def as_items(points: Sequence[dict[str, Any]]) -> tuple[_Items, ...]:
    """Return the changes at the points of a grid as what a cache takes."""
    return tuple(tuple(change.items()) for change in points)


@lru_cache(maxsize=32)
def layers(model: ScoreModel, points: tuple[_Items, ...]) -> list[tuple[ScoreModel, ScoreModel, ScoreModel, Assumptions]]:
    """Return for each point its model, that with `model`'s own scale, that with its own next form too, and how it learns."""

    def under(change: _Items, without: tuple[str, ...]) -> ScoreModel:
        return model.under(**dict(item for item in change if item[0] not in without))

    beside = LEARNING, LEARNING + SCALE, LEARNING + SCALE + NEXT_FORM
    found = []
    for change in points:
        whole, ahead, world = (under(change, names) for names in beside)
        learning = model.assumptions.changed(**dict(item for item in change if item[0] in LEARNING))
        found.append((whole, ahead, world, learning))
    return found


@lru_cache(maxsize=8)  # tens of megabytes for an exam
def _worlds(model: ScoreModel, points: tuple[_Items, ...]) -> tuple[_Worlds, ...]:
    """Group the points by the shape of their arrays, and work out what every report of the exam shares."""
    groups: dict[Any, list[tuple[int, ScoreModel, ScoreModel, ScoreModel, Assumptions]]] = {}
    for row, parts in enumerate(layers(model, points)):
        world = parts[2]
        shape = world.general.size, world.z.size, _coarse(world), world.bands
        groups.setdefault(shape, []).append((row, *parts))
    return tuple(_prepared(found) for found in groups.values())


def _numbered(items: Sequence[Any]) -> tuple[list[Any], IntArray]:
    """Return the different ones of some items, and which of them each is."""
    different = list(dict.fromkeys(items))
    place = {item: i for i, item in enumerate(different)}
    return different, np.array([place[item] for item in items])


def _prepared(points: list[tuple[int, ScoreModel, ScoreModel, ScoreModel, Assumptions]]) -> _Worlds:
    rows, wholes, aheads, worlds, kinds = zip(*points, strict=True)
    learnings, learning = _numbered(kinds)
    readers, scale = _numbered([(whole.scale, whole.bands) for whole in wholes])
    scales = [next(w for w in wholes if (w.scale, w.bands) == reader) for reader in readers]
    forms, form = _numbered(aheads)
    pairs, pair = _numbered(list(zip(form.tolist(), scale.tolist(), strict=True)))
    models, _ = _numbered(worlds)
    world = np.array([models.index(worlds[aheads.index(ahead)]) for ahead in forms])
    cuts = [wholes[pair.tolist().index(i)].retake_cut for i in range(len(pairs))]
    # Some counts that nobody reaches keep the top of the scale apart from its foot, since waves go round in a circle.
    most, step = forms[0].retake_form.size, _coarse(models[0])
    length, top = most + 1 + 2 * (most // _APART), most + 1 + most // _APART
    # A total varies by more than a fifth of its length, as a variance: faster waves carry nothing.
    waves = transform_matrix(length)[:, : int(_WAVES * np.sqrt(length)) + 2]
    fading = np.exp(-_FADE * (np.arange(waves.shape[1]) / waves.shape[1]) ** 6)
    tails = fading * np.stack([(tail_weights(length, cut) - tail_weights(length, top))[: waves.shape[1]] for cut in cuts])
    general = np.stack([m.g_weights[::step] for m in models])
    ability = np.stack([m.ability_weights[::step, ::step] for m in models])
    general, ability = (a / a.sum(axis=-1, keepdims=True) for a in (general, ability))
    theta = np.stack([m.theta[:, ::step] for m in models])
    domains = range(models[0].domains)
    right = [np.stack([m.form.parts[d].tabulated(theta[w, d]) for w, m in enumerate(models)]) for d in domains]
    factors: list[Any] = []
    expected = np.empty((len(forms), len(domains), 2, _RISES.size, theta.shape[2]))
    for d in domains:
        paths = ability[:, :, None, :] * right[d].swapaxes(1, 2)[:, None]
        paths = paths.reshape(len(models), -1, theta.shape[2])
        found = []
        for f, ahead in enumerate(forms):
            part, at = ahead.retake_form.parts[d], theta[world[f], d]
            after = part.tabulated(at + _NODES[:, None])
            spectra = (paths[world[f]] @ after) @ np.ascontiguousarray(waves[: after.shape[-1]]).view(float)
            found.append(spectra.view(complex).astype(np.complex64))
            chances = part.probability(_ABILITIES)
            mean = chances.sum(axis=1)
            for i, moment in enumerate((mean, (chances * (1 - chances)).sum(axis=1) + mean**2)):
                expected[f, d, i] = np.interp(at + _RISES[:, None], _ABILITIES, moment)
        factors.append(np.stack(found).reshape(len(forms), _NODES.size, ability.shape[1], right[d].shape[2], -1))
    right_general = [(ability @ each).reshape(-1, each.shape[2]) for each in right]
    return _Worlds(
        np.array(rows), pair, learning, learnings, scales,
        np.array([f for f, _ in pairs]), np.array([s for _, s in pairs]), tails, world, models,
        general, ability, models[0].z[::step], right, right_general, factors, expected,
    )  # fmt: skip


class _Read:
    """What one report says in those worlds; impossible points are left out."""

    def __init__(self, worlds: _Worlds, scaled_score: float, ratings: Sequence[Rating] | None) -> None:
        self.worlds = w = worlds
        evidence = [Evidence.from_score(scale, scaled_score, ratings) for scale in w.scales]
        self.kept = np.array([e.possible for e in evidence])[w.scale[w.pair]]
        self.rows = w.rows[self.kept]
        if not self.rows.size:
            return
        readings, places = _numbered([e.totals for e in evidence if e.possible])
        reading = np.zeros(len(evidence), dtype=int)
        reading[[e.possible for e in evidence]] = places
        counts, low = evidence[0].counts, evidence[0].reachable[0]
        ordered = sorted(readings, key=lambda totals: sum(t * weight for t, weight in totals))
        ends = [self._inferred(counts, low, totals) for totals in (ordered[0], ordered[-1])]
        self.ability = np.stack([end[0] for end in ends])  # lowest and highest reading; (2, D, W, Q)
        mass = self.ability.mean(axis=0).swapaxes(0, 1)[w.world]
        moments = (w.expected @ mass[:, :, None, :, None])[..., 0]
        self._means, self._variances = moments[:, :, 0], moments[:, :, 1] - moments[:, :, 0] ** 2  # (F, D, rises)
        self._chances = self._passing(counts, readings, reading, ends)

    def _inferred(self, counts: tuple[range, ...], low: int, totals: Totals) -> tuple[FloatArray, list[Any], Any]:
        """Return abilities by domain, (D, W, Q), counts by domain, (W, K) each, and general ability, (W, G)."""
        w, ability, right = self.worlds, [], []
        shape = w.general.shape
        parts = [m[:, c.start : c.stop] for m, c in zip(w.right_general, counts, strict=True)]
        for d, rest in enumerate(rests(parts, low, totals)):
            paths = (w.general.reshape(-1, 1) * rest).reshape(*shape, -1)
            joint = paths * parts[d].reshape(paths.shape)
            total = joint.sum(axis=(1, 2))
            if not (total > 0).all():
                raise ImpossibleReportError("the report is too improbable for the model to say anything about it")
            likelihood = w.right[d][:, :, counts[d].start : counts[d].stop]
            mass = ((w.ability.swapaxes(1, 2) @ paths) * likelihood).sum(axis=2)
            ability.append(mass / mass.sum(axis=1, keepdims=True))
            right.append(joint.sum(axis=1) / total[:, None])
        return np.stack(ability), right, joint.sum(axis=2) / total[:, None]

    def _passing(self, counts: Any, readings: list[Totals], reading: IntArray, ends: list[Any]) -> FloatArray:
        """Return the chance of passing, as normal quantiles, for each pair of form and scale after even rises; (C, rises)."""
        w = self.worlds
        weighty = np.flatnonzero(np.max([end[2] for end in ends], axis=(0, 1)) > _NEGLIGIBLE)
        rows = slice(weighty[0], weighty[-1] + 1)
        right = [np.flatnonzero(np.max([end[1][d] for end in ends], axis=(0, 1)) > _NEGLIGIBLE) for d in range(len(counts))]
        kept = [slice(c.start + k[0], c.start + k[-1] + 1) for c, k in zip(counts, right, strict=True)]
        low, found = int(sum(k.start for k in kept)), []
        for start in range(0, len(w.world), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            parts = [np.ascontiguousarray(f[some, :, rows, k]) for f, k in zip(w.factors, kept, strict=True)]
            shape = parts[0].shape[:3]
            first, second = (h.reshape(*shape, *h.shape[1:]) for h in halves([p.reshape(-1, *p.shape[3:]) for p in parts]))
            general = w.general[w.world[some], rows].astype(np.float32)
            left = np.ascontiguousarray((first * general[:, None, :, None, None]).transpose(0, 1, 4, 3, 2))
            pairs = left @ np.ascontiguousarray(second.transpose(0, 1, 4, 2, 3))
            chosen = reached(first.shape[3], second.shape[3], low, tuple(readings))
            found.append((pairs.reshape(*pairs.shape[:3], -1) @ chosen).transpose(0, 3, 1, 2))
        joint = np.concatenate(found)[w.form, reading[w.scale]]
        with np.errstate(divide="ignore", invalid="ignore"):  # of pairs that the report is impossible with
            chances = np.nan_to_num((joint @ w.tails[:, :, None])[..., 0].real / joint[..., 0].real)
        return np.asarray(PchipInterpolator(_NODES, ndtri(chances.clip(_LEAST, 1 - _LEAST)), axis=1)(_RISES))

    def chances(self, rises: Callable[[Assumptions], list[list[tuple[tuple[float, ...], float]]]]) -> FloatArray:
        """Return the chance at each possible point, for rises of ability that depend on how it learns; (points, variants)."""
        w = self.worlds
        kinds = [rises(learning) for learning in w.learnings]
        shifts, _ = _numbered([shift for variants in kinds for kind in variants for shift, _ in kind])
        place = {shift: i for i, shift in enumerate(shifts)}
        mix = np.zeros((len(shifts), len(kinds), len(kinds[0])))
        for i, variants in enumerate(kinds):
            for j, kind in enumerate(variants):
                for shift, share in kind:
                    mix[place[shift], i, j] += share
        columns = list(enumerate(np.array(shifts).T))
        mean, variance = (np.sum([_read_off(t[:, d], c) for d, c in columns], axis=0) for t in (self._means, self._variances))
        even = np.array([np.interp(t, f, _RISES) for t, f in zip(mean, self._means.sum(axis=1), strict=True)])
        wider = np.sqrt(_read_off(self._variances.sum(axis=1), even) / variance)
        found = ndtr(_read_off(self._chances, even[w.form]) * wider[w.form]) @ mix.reshape(len(shifts), -1)
        found = found.reshape(-1, *mix.shape[1:])[w.pair, w.learning]
        return np.asarray(np.clip(found[self.kept], 0, 1))

    def proportions(self, level: float) -> FloatArray:
        """Return the interval of the true proportion right by domain, from the lowest and highest reading; (D, W, 2)."""
        w, tail = self.worlds, (1 - level) / 2
        lows, highs = grid_quantiles(w.z, self.ability, [tail, 1 - tail])
        ends = np.stack([lows[..., 0], highs[..., 1]], axis=2)
        out = np.empty_like(ends)
        for i, model in enumerate(w.models):
            for d, (part, ability) in enumerate(zip(model.form.parts, model.abilities(ends[:, i]), strict=True)):
                out[d, i] = part.true_score(ability) / part.size
        return out


def _read_off(table: FloatArray, rises: FloatArray) -> FloatArray:
    """Read values after rises of ability off lines that are given for `_RISES`; (rows, rises)."""
    place = np.clip(rises / (_RISES[1] - _RISES[0]), 0, _RISES.size - 1 - 1e-9)
    below = place.astype(np.intp)
    rows = np.arange(len(table))[:, None]
    lower = table[rows, below]
    return np.asarray(lower + (place - below) * (table[rows, below + 1] - lower))


class PreparedGrid:
    """What one report says under every stated set of assumptions, ready for plans of study.

    `model` is made by `ScoreModel.from_exam_facts`; what the grid leaves open stays as in its assumptions. The band of the plan
    ``None``, a candidate who knows exactly what they knew, also runs over what sitting a second time brings by itself. A rise of
    ability that differs between domains counts as the even one that brings as many right answers more: extremes are off by a
    percentage point at most; a single point by as much, or by 2.5 where all hours go into one domain (tested).
    An ImpossibleReportError if every point of the grid makes the report impossible.

    >>> model, grid = ScoreModel.from_exam_facts([20, 24, 36, 20], 50), AssumptionGrid({"mean": (-0.3, 0.3)})
    >>> [round(band.minimum, 1) for band in PreparedGrid(model, 714, [1, 1, 1, 1], grid).bands([None, [20, 20, 20, 20]])]
    [0.4, 0.7]
    """

    def __init__(self, model: ScoreModel, scaled_score: float, ratings: Sequence[Rating] | None, grid: AssumptionGrid) -> None:
        check_number("scaled_score", scaled_score, model.scale.minimum, model.scale.maximum)
        self.grid, self.model = grid, model
        ends = [{name: value} for name, pair in grid.ends.items() for value in pair]
        read = [_Read(worlds, scaled_score, ratings) for worlds in _worlds(model, as_items([*grid.points(), *ends]))]
        self._read = [each for each in read if each.rows.size]
        self.rows = np.concatenate([each.rows for each in self._read]) if self._read else np.zeros(0)
        self.points = int((self.rows < len(grid)).sum())
        if not self.points:
            raise ImpossibleReportError(f"the report is impossible at all {len(grid)} points of the grid")

    def _studied(self, plans: Sequence[Plan]) -> FloatArray:
        hours = [None if plan is None else check_hours(plan, self.model.domains) for plan in plans]
        return self._each(lambda learning: [learning.rises(h, self.model.shares) for h in hours])

    def _each(self, rises: Callable[[Assumptions], list[Any]]) -> FloatArray:
        return np.concatenate([each.chances(rises) for each in self._read])

    def chances(self, plans: Sequence[Plan]) -> FloatArray:
        """Return the chance of passing at each possible point, `self.rows` of the grid, after each plan of hours."""
        return self._studied(plans)[self.rows < len(self.grid)]

    def bands(self, plans: Sequence[Plan]) -> tuple[Band, ...]:
        """Return the spread of the chance of passing over the grid, one band a plan of hours by domain."""
        found = self.chances([*plans, [0.0] * self.model.domains]).T
        return tuple(
            self._band(np.concatenate([one, found[-1]]) if plan is None else one) for plan, one in zip(plans, found, strict=False)
        )

    def bands_raised(self, shifts: Sequence[float]) -> tuple[Band, ...]:
        """Return the spread, without any study, when ability in one domain alone is higher by its shift; a band a domain."""
        rises = [[(tuple(row), 1.0)] for row in np.diag(shifts).tolist()]
        return tuple(self._band(column) for column in self._each(lambda _: rises)[self.rows < len(self.grid)].T)

    def _band(self, chances: FloatArray) -> Band:
        return spread(chances, self.grid, len(self.grid) - self.points)._replace(points=self.points)

    def tornado(self, plans: Sequence[Plan]) -> tuple[tuple[TornadoBar, ...], ...]:
        """Return the chance of passing with one assumption at a time at its lowest and highest value, bars for each plan."""
        # The plan None is somebody who knows exactly what they knew: of the gains, only that of sitting again moves it.
        ends = self.rows >= len(self.grid)
        place = self.rows[ends] - len(self.grid)
        chances = self._studied([*plans, [0.0] * self.model.domains])[ends]
        gain = np.array([name == "retest" for name in self.grid.ends for _ in range(2)])[place]
        found = np.full((2 * len(self.grid.ends), len(plans)), np.nan)
        for column, plan in enumerate(plans):
            found[place, column] = np.where(gain, chances[:, -1], chances[:, column]) if plan is None else chances[:, column]
        return tuple(_bars(self.grid, column) for column in found.T)

    def proportion_bands(self, level: float = 0.9) -> FloatArray:
        """Return the interval of the true proportion right by domain, wide enough for every set of assumptions; (D, 2)."""
        ends = np.concatenate([each.proportions(level) for each in self._read], axis=1)
        return np.stack([ends[:, :, 0].min(axis=1), ends[:, :, 1].max(axis=1)], axis=1)


def _bars(grid: AssumptionGrid, column: FloatArray) -> tuple[TornadoBar, ...]:
    """Return the bars of one plan, the widest first; a bar without a number is the widest."""
    chances = iter([None if np.isnan(chance) else chance for chance in column.tolist()])
    bars = [TornadoBar(name, *pair, next(chances), next(chances)) for name, pair in grid.ends.items()]

    def width(bar: TornadoBar) -> float:
        if bar.chance_at_low is None or bar.chance_at_high is None:
            return np.inf
        return abs(bar.chance_at_high - bar.chance_at_low)

    return tuple(sorted(bars, key=width, reverse=True))
