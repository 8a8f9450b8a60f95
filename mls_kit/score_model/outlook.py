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
    """What a possible report says about the next sitting.

    Attributes
    ----------
    chance : float
        Chance to pass now, without study, from score and ratings.
    splits : dict of str to Split
        Chance after the hours of study, for each named way to share them out; 'best' among them.
    bands : dict of str to Band
        Spread over the grid of assumptions, for 'now' and each named split; empty without a grid.
    tornado, tornado_studied : tuple of TornadoBar
        One assumption at a time, for the chance now and for that after the hours by the exam's weights; empty without
        a grid.
    proportion_bands : ndarray or None
        Interval of the true proportion right by domain that is wide enough for every point of the grid; (D, 2).
    retake : Retake
        The next sitting itself, for further questions.
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

    Attributes
    ----------
    model : ScoreModel
        The exam under its assumptions.
    feasibility : Feasibility
        Whether score and ratings can go together at all.
    alone : ReportPosterior
        What the score says without the ratings.
    chance_alone : float
        Chance to pass a retake now, from the score without the ratings.
    together : ReportPosterior or None
        What score and ratings say together; None for an impossible report.
    retake : RetakeOutlook or None
        The next sitting; None for an impossible report.
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
    """Work out everything one report says.

    Parameters
    ----------
    model : ScoreModel
        The exam under its assumptions.
    scaled_score : float
        The reported score.
    ratings : sequence of str or int
        One a domain, labels or codes.
    hours : float
        Hours of study to share out among the domains.
    splits : mapping of str to sequence of float, optional
        Shares by domain to compare, such as an article's; 'weights' and 'equal' are added.
    grid : AssumptionGrid, optional
        Stated alternatives for bands and the tornado; they take most of the time.
    steps : int
        Parts the hours come in when the best split is sought.

    Returns
    -------
    Outlook
        With None in place of what an impossible report cannot say.

    Raises
    ------
    ValueError
        If the score is off the scale, ratings or shares are not one a domain, or hours are negative.

    Notes
    -----
    Source: model.

    Examples
    --------
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> outlook = build_outlook(model, 714, ["Competent"] * 4, splits={"article": [40, 30, 20, 10]})
    >>> round(outlook.retake.chance, 2), sorted(outlook.retake.splits)
    (0.39, ['article', 'best', 'equal', 'weights'])
    >>> build_outlook(model, 700, ["Strong"] * 4).retake is None
    True
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
