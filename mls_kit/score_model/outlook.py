"""Everything one report says about today and the next attempt, or why it cannot come about under the assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from .assumptions import AssumptionGrid, Assumptions
from .bands import Band, PreparedGrid, TornadoBar
from .checks import FloatArray, check_number, reject
from .joint import Evidence, Rating, ReportPosterior, infer_report
from .model import ScoreModel
from .ratings import RatingBands
from .retake import RaisedRating, Retake, Split, best_split, gain_of_an_hour, raise_ratings, split_hours


@dataclass(frozen=True, eq=False)
class RetakeOutlook:
    """What a possible report says about the next sitting, `retake`; its `chance` is that of a pass now, without study.

    `splits` are chances after study for each named way to share out the hours, 'best' among them. Over the grid of
    assumptions, empty or None without one: `bands` spread the chance for 'now' and each split, `tornado` and
    `tornado_studied` vary one assumption at a time (now, and after the hours by the exam's weights), and
    `proportion_bands`, (D, 2), are intervals of the true proportion right wide enough for every point.
    """

    chance: float
    splits: dict[str, Split]
    bands: dict[str, Band]
    tornado: tuple[TornadoBar, ...]
    tornado_studied: tuple[TornadoBar, ...]
    proportion_bands: FloatArray | None
    retake: Retake

    @cached_property
    def gains(self) -> FloatArray:
        """Rise of the chance per first hour, by domain; shape (D,)."""
        return gain_of_an_hour(self.retake)

    @cached_property
    def raised(self) -> tuple[RaisedRating, ...]:
        """Effect of one rating more, by domain."""
        return raise_ratings(self.retake)


@dataclass(frozen=True, eq=False)
class Outlook:
    """What one report says, and how far that can be trusted.

    `feasibility` tells whether score and ratings can go together; where not, `together` (what they say) and `retake` (the
    next sitting) are None. `alone` is what the score says without the ratings, `chance_alone` its chance to pass now.
    """

    model: ScoreModel
    feasibility: Feasibility
    alone: ReportPosterior
    chance_alone: float
    together: ReportPosterior | None
    retake: RetakeOutlook | None

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions behind every number here."""
        return self.model.assumptions


def _all_splits(
    model: ScoreModel, retake: Retake, hours: float, splits: Mapping[str, Sequence[float]], steps: int
) -> dict[str, Split]:
    given = dict(splits)
    given.setdefault("weights", model.facts.weights if model.facts else model.form.counts)
    given.setdefault("equal", (1.0,) * model.domains)
    for name, shares in given.items():
        if len(shares) != model.domains:
            raise reject(f"splits[{name!r}]", tuple(shares), f"{model.domains} shares, one a domain")
    plans = [split_hours(hours, shares) for shares in given.values()]
    chances = retake.chances(plans)
    found = {n: Split(tuple(h.tolist()), float(c)) for n, h, c in zip(given, plans, chances, strict=True)}
    best = best_split(retake, hours, steps)
    # A given split between the steps may beat every split on them.
    found["best"] = max([best, *found.values()], key=lambda split: split.chance)
    return found


def build_outlook(
    model: ScoreModel,
    scaled_score: float,
    ratings: Sequence[Rating],
    *,
    hours: float = 80.0,
    splits: Mapping[str, Sequence[float]] | None = None,
    grid: AssumptionGrid | None = None,
    steps: int = 10,
) -> Outlook:
    """Work out everything one report says; None in place of what an impossible report cannot say.

    `hours` of study are shared out among the domains by each of the named `splits`, to which 'weights' and 'equal' are
    added, and as the best split in `steps` parts. `grid` holds the alternatives for bands and tornado, which take
    most of the time. Source: model.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> round(build_outlook(model, 714, ["Competent"] * 4).retake.chance, 2)
    0.39
    """
    check_number("hours", hours, 0)
    verdict = explain_report(model, scaled_score, ratings)
    alone = infer_report(model, Evidence.from_score(model, scaled_score))
    chance_alone = Retake(alone, negligible=1e-12).chance()
    if not verdict.possible:
        return Outlook(model, verdict, alone, chance_alone, None, None)
    together = infer_report(model, Evidence.from_score(model, scaled_score, ratings))
    retake = Retake(together)
    found = _all_splits(model, retake, hours, splits or {}, steps)
    bands: dict[str, Band] = {}
    bars: tuple[TornadoBar, ...] = ()
    studied: tuple[TornadoBar, ...] = ()
    proportions = None
    if grid is not None:
        prepared = PreparedGrid(model, scaled_score, ratings, grid)
        plans = [None, *(split.hours for split in found.values())]
        bands = dict(zip(["now", *found], prepared.bands(plans), strict=True))
        bars, studied = prepared.tornado([None, found["weights"].hours])
        proportions = prepared.proportion_bands()
    next_attempt = RetakeOutlook(retake.chance(), found, bands, bars, studied, proportions, retake)
    return Outlook(model, verdict, alone, chance_alone, together, next_attempt)


class Remedy(NamedTuple):
    """The smallest change of one assumption under which a report becomes possible."""

    assumption: str
    present: str
    needed: str


class Feasibility(NamedTuple):
    """Whether a report is possible, and why not."""

    possible: bool
    totals: tuple[int, ...]
    reachable: tuple[int, int]
    remedies: tuple[Remedy, ...]


def _moved(cuts: tuple[int, ...], points: int) -> tuple[int, ...]:
    """Move all thresholds, keeping them in order between 1 and 100 %."""
    last = len(cuts) - 1
    return tuple(min(max(cut + points, 1 + i), 100 - last + i) for i, cut in enumerate(cuts))


def _other_thresholds(model: ScoreModel, score: float, ratings: Sequence[Rating]) -> Remedy | None:
    cuts = model.bands.cuts_percent
    for size in range(1, 100):
        for points in (-size, size):
            moved = _moved(cuts, points)
            other = replace(model, bands=RatingBands(model.bands.labels, moved))
            if Evidence.from_score(other, score, ratings).possible:
                words = [" and ".join(f"{c} %" for c in group) for group in (cuts, moved)]
                return Remedy("rating thresholds", *words)
    return None


def _other_cut(model: ScoreModel, score: float, ratings: Sequence[Rating]) -> Remedy | None:
    cut, n = model.scale.raw_cut, model.form.size
    for other_cut in sorted(range(1, n), key=lambda c: abs(c - cut)):
        other = replace(model, scale=replace(model.scale, raw_cut=other_cut))
        if Evidence.from_score(other, score, ratings).possible:
            return Remedy("raw cut", f"{cut:g} of {n}", f"{other_cut} of {n}")
    return None


def explain_report(model: ScoreModel, scaled_score: float, ratings: Sequence[Rating]) -> Feasibility:
    """Say whether score and ratings can go together, and if not, what would have to be different."""
    evidence = Evidence.from_score(model, scaled_score, ratings)
    totals = tuple(total for total, _ in evidence.totals)
    if evidence.possible:
        return Feasibility(True, totals, evidence.reachable, ())
    tried = (_other_thresholds(model, scaled_score, ratings), _other_cut(model, scaled_score, ratings))
    return Feasibility(False, totals, evidence.reachable, tuple(r for r in tried if r is not None))
