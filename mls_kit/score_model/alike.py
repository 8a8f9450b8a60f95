"""Points of a grid of assumptions put together by what they share, so that each piece of work is done once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .assumptions import changed
from .checks import FloatArray
from .convolution import Totals, tail_weights
from .joint import Evidence, Rating, infer_report
from .model import ScoreModel
from .passing import Reading
from .retake import Retake

__all__ = ["Alike", "chances_after", "chances_at", "points_alike"]

# Readings of one score share a retake, and one may be far rarer than the others.
_NEGLIGIBLE = 1e-12
_LEARNING = ("learning_curve", "ceiling", "tau_hours", "log_gain", "log_hours")
_SCALE = ("cut_share",)
_NEXT_FORM = ("retake_shift",)
# what a retake holds that comes from the report alone
_OF_REPORT = ("general_rows", "general_weights", "counts", "columns", "paths", "lowest", "circle")
# Two for each of eight exams, for the bands and for the tornado; they keep their models alive.
_KEPT_GRIDS = 16
_Items = tuple[tuple[str, Any], ...]
_Abilities = Callable[[Retake], Sequence[FloatArray]]


class _Point(NamedTuple):
    """A point of the grid, by its row, with all that its scale and its learning curve decide.

    Points with the same number `reads` have the same scale, rating thresholds and numbers of questions.
    """

    row: int
    model: ScoreModel
    learning: _Items
    reads: int


class _Variants(NamedTuple):
    """The abilities in question, each but once.

    Attributes
    ----------
    rows : list of ndarray
        For each domain, the rows of abilities that differ; (rows, Q).
    ways : dict of tuple to list of tuple
        For each learning curve, which row each domain has in each variant.
    """

    rows: list[FloatArray]
    ways: dict[_Items, list[tuple[int, ...]]]


@dataclass(frozen=True, eq=False)
class Alike:
    """Points that differ in scale and learning curve only.

    Scales only say which totals a score may stand for and which ones pass: all else is shared.

    Attributes
    ----------
    points : tuple
        The points.
    evidences : tuple of Evidence
        What the report says at each point.
    retake : Retake
        The next sitting that they share.
    readings : tuple
        The readings of the score among them, and among those that share the report but not the next form.
    """

    points: tuple[_Point, ...]
    evidences: tuple[Evidence, ...]
    retake: Retake
    readings: tuple[Totals, ...]

    @property
    def rows(self) -> list[int]:
        """Where the points are in their grid."""
        return [point.row for point in self.points]

    @property
    def curves(self) -> tuple[_Items, ...]:
        """The learning curves among the points."""
        return tuple(dict.fromkeys(point.learning for point in self.points))

    @property
    def passing(self) -> FloatArray:
        """For each point, the weights on the frequencies that sum up its passing totals; (points, M)."""
        length = self.retake.posterior.model.retake_form.size + 1
        return np.stack([tail_weights(length, point.model.retake_cut) for point in self.points])

    def chances(self, variants: _Variants) -> FloatArray:
        """Return the chances of these variants of abilities; points by variants."""
        different = list(dict.fromkeys(way for curve in self.curves for way in variants.ways[curve]))
        read = [(e.totals, p.model.retake_cut) for p, e in zip(self.points, self.evidences, strict=True)]
        readings = dict(zip(read, self.passing, strict=True))
        averaged = self.retake.averaged(variants.rows)
        found = self.retake.pass_chances(
            averaged, different, [Reading(totals, passing) for (totals, _), passing in readings.items()]
        )
        columns = [list(readings).index(reading) for reading in read]
        rows = [[different.index(way) for way in variants.ways[point.learning]] for point in self.points]
        return np.asarray(found[np.array(rows), np.array(columns)[:, None]])


def _variants(group: Sequence[Alike], abilities: _Abilities) -> _Variants:
    """Work out the abilities under each learning curve of points that share all that the report says."""
    retake, found = group[0].retake, {}
    for learning in dict.fromkeys(curve for alike in group for curve in alike.curves):
        under = replace(retake, learning=changed(retake.posterior.model.assumptions, learning))
        under.__dict__.update(retake.__dict__ | {"learning": under.learning})  # what was worked out is kept
        found[learning] = abilities(under)
    # Without study the curve plays no part, and two plans may have the same hours.
    numbers = [_numbered(row for of_curve in found.values() for row in of_curve[d]) for d in range(len(retake.counts))]
    ways = zip(*(which for _, which in numbers), strict=True)
    count = {learning: len(of_curve[0]) for learning, of_curve in found.items()}
    return _Variants([rows for rows, _ in numbers], {c: [next(ways) for _ in range(n)] for c, n in count.items()})


def _numbered(rows: Iterable[FloatArray]) -> tuple[FloatArray, list[int]]:
    """Return the rows that differ, and for each row given which of them it is."""
    found: dict[bytes, int] = {}
    different: list[FloatArray] = []
    which = []
    for row in rows:
        number = found.setdefault(row.tobytes(), len(found))
        if number == len(different):
            different.append(row)
        which.append(number)
    return np.stack(different), which


def chances_at(alike: Sequence[Alike], abilities: _Abilities) -> Iterator[tuple[Alike, FloatArray]]:
    """Yield each group with its chances, points by variants, when the grid's abilities become these."""
    for _, same_report in groupby(alike, key=lambda one: id(one.retake.paths)):
        group = list(same_report)
        variants = _variants(group, abilities)
        yield from ((one, one.chances(variants)) for one in group)


def chances_after(alike: Sequence[Alike], plans: Sequence[ArrayLike | None]) -> Iterator[tuple[Alike, FloatArray]]:
    """Yield each group with its chances after these plans of hours by domain; points by plans."""
    return chances_at(alike, lambda retake: retake.studied(plans))


def _without(change: _Items, *names: str) -> _Items:
    return tuple(item for item in change if item[0] not in names)


@lru_cache(maxsize=_KEPT_GRIDS)
def _grouped(model: ScoreModel, changes: tuple[_Items, ...]) -> tuple[tuple[tuple[_Point, ...], ...], ...]:
    """Group the points that share all that a report says, and these by their next form; no report plays a part in it."""
    groups: dict[_Items, dict[_Items, list[_Point]]] = {}
    kinds: dict[Any, int] = {}
    for row, change in enumerate(changes):
        lasting = _without(change, *_LEARNING)
        learning = tuple(item for item in change if item[0] in _LEARNING)
        report = _without(lasting, *_SCALE, *_NEXT_FORM)
        group = groups.setdefault(report, {}).setdefault(_without(lasting, *_SCALE), [])
        under = model.under(**dict(lasting))
        reads = kinds.setdefault((under.scale, under.bands, under.form.counts), len(kinds))
        group.append(_Point(row, under, learning, reads))
    return tuple(tuple(tuple(points) for points in group.values()) for group in groups.values())


def points_alike(
    model: ScoreModel, scaled_score: float, ratings: Sequence[Rating], changes: Sequence[dict[str, Any]], **quick: Any
) -> list[Alike]:
    """Group the points that differ in scale and learning curve only; leave out the impossible ones."""
    read: dict[int, Evidence] = {}
    found = []
    for group in _grouped(model, tuple(tuple(change.items()) for change in changes)):
        known = []
        for points in group:
            for point in points:
                if point.reads not in read:
                    read[point.reads] = Evidence.from_score(point.model, scaled_score, ratings)
            possible = [(point, read[point.reads]) for point in points if read[point.reads].possible]
            known += [tuple(zip(*possible, strict=True))] if possible else []
        found += _inferred(known, **quick) if known else []
    return found


def _inferred(group: Sequence[tuple[Any, ...]], **quick: Any) -> list[Alike]:
    """Infer what the report says under the assumptions that these points share; the next form plays no part in it."""
    points, evidences = group[0]
    readings = tuple(dict.fromkeys(evidence.totals for _, evidences in group for evidence in evidences))
    either = tuple((t, 1.0) for t in sorted({t for totals in readings for t, _ in totals}))
    found = infer_report(points[0].model, evidences[0]._replace(totals=either))
    retake = Retake(found, **{"negligible": _NEGLIGIBLE, **quick})
    for name in _OF_REPORT:
        getattr(retake, name)  # worked out once for all
    return [Alike(points, evidences, _next_sitting(retake, points[0].model), readings) for points, evidences in group]


def _next_sitting(retake: Retake, model: ScoreModel) -> Retake:
    """Return the next sitting on this model's retake form, with all that the report alone says kept."""
    own = replace(retake, posterior=replace(retake.posterior, model=model))
    own.__dict__.update({name: retake.__dict__[name] for name in _OF_REPORT})
    return own
