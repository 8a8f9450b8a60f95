"""The chance of passing now, after some hours, or with one rating raised; each with its band (model), in milliseconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.special import ndtri

from mls_kit.method.outlook import evidence_of, labels_of, model_of, stated_grid
from mls_kit.method.priorities import prioritize
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import ScoreReport
from mls_kit.score_model import (
    Assumptions,
    Band,
    Evidence,
    Feasibility,
    FloatArray,
    ImpossibleReportError,
    PreparedGrid,
    RaisedRating,
    ReportPosterior,
    Retake,
    ScoreModel,
    TornadoBar,
    best_split,
    explain_report,
    infer_report,
    raise_ratings,
    split_hours,
)

SPLITS = ("article", "weights", "equal", "best")
MOST_HOURS = 200  # of a slider
_NEGLIGIBLE = 1e-6  # the least probability that a guess looks at
_SURE = 1e-9
_TRIED, _BETWEEN = np.linspace(0, 8.5, 13), np.linspace(0, 8.5, 2000)  # hours of a guess, as log(1 + hours)
_NEAR = 3  # places tried near a guess; after them, what is left is halved


class Prospect:
    """A chance of passing the retake, and the hours by domain before it; chance and band are worked out when asked for."""

    def __init__(self, hours: tuple[float, ...], find: Callable[[], float], spread: Callable[[], Band]) -> None:
        self.hours, self._find, self._spread = hours, find, spread

    @cached_property
    def chance(self) -> float:
        """The chance, exact."""
        return self._find()

    @cached_property
    def band(self) -> Band:
        """The band over the stated assumptions."""
        return self._spread()


def article_shares(report: ScoreReport) -> list[float]:
    """Return the article's shares of the time in percent, in the order of the exam guide.

    >>> article_shares(ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI"))
    [10.0, 20.0, 40.0, 30.0]
    """
    shares = prioritize(report)["share"]
    return [float(shares[domain.name]) for domain in report.facts.domains]


def prospects_of(report: ScoreReport) -> Prospects | Feasibility | None:
    """Return the prospects of a report; where the model holds the report impossible, why it does.

    None after a pass, or where the model cannot be built.
    """
    found, model = Prospects.of(report), _model_for(report)
    return explain_report(model, *evidence_of(report)) if model and not found else found


def _model_for(report: ScoreReport) -> ScoreModel | None:
    labels = labels_of(report)
    return None if report.passed or labels is None or report.facts.silent else model_of(report.facts, labels)


class Prospects:
    """The next sitting after one failed report that the model holds possible; ``now`` is the prospect without any study.

    >>> ahead = prospects_of(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> round(ahead.now.chance, 2), round(ahead.after(80, "article").chance, 2)
    (0.39, 0.72)
    """

    _latest: ClassVar[tuple[ScoreReport | None, Prospects | None]] = (None, None)

    @classmethod
    def of(cls, report: ScoreReport) -> Prospects | None:
        """Return the prospects of a failed report; None where the model cannot be built, or holds the report impossible."""
        if cls._latest[0] is not report:  # the latest are kept: a view asks about the same report at every move
            model, found = _model_for(report), None
            with suppress(ImpossibleReportError):
                found = cls(report, infer_report(model, Evidence.from_score(model, *evidence_of(report)))) if model else None
            cls._latest = report, found
        return cls._latest[1]

    def __init__(self, report: ScoreReport, known: ReportPosterior) -> None:
        self.names = [domain.name for domain in report.facts.domains]
        self._report, self._retake = report, Retake(known)
        weights = [domain.weight for domain in report.facts.domains]
        self._shares: dict[str, Sequence[float]] = {
            "article": article_shares(report),
            "weights": weights,
            "equal": [1.0] * len(weights),
        }
        self._nothing = (0.0,) * len(weights)
        self._found: dict[tuple[float, ...], Prospect] = {}
        self._courses: dict[tuple[tuple[float, ...], ...], Course] = {}

    @cached_property
    def _prepared(self) -> PreparedGrid:
        return PreparedGrid(self._retake.next, *evidence_of(self._report), stated_grid())

    @cached_property
    def now(self) -> Prospect:
        """The prospect without any study."""
        return Prospect(self._nothing, self._retake.chance, lambda: self._prepared.bands([None])[0])

    @cached_property
    def _raised(self) -> dict[str, tuple[RaisedRating, Prospect]]:
        raises = raise_ratings(self._retake)
        bands = self._prepared.bands_raised([found.shift for found in raises])
        return {
            name: (found, Prospect(self._nothing, lambda found=found: found.chance, lambda band=band: band))  # type: ignore[misc]
            for name, found, band in zip(self.names, raises, bands, strict=True)
        }

    def hours(self, hours: float, split: str | Sequence[float]) -> tuple[float, ...]:
        """Return the hours by domain when `hours` are shared out by a named split, or by shares in the order of the exam guide."""
        if not isinstance(split, str):
            return tuple(split_hours(hours, split).tolist())
        if split not in SPLITS:
            raise InputError("split", [Problem("split", shown(split), f"one of {', '.join(SPLITS)}", nearest(split, SPLITS))])
        if split == "best":
            return self._best(hours) if hours else self._nothing
        return tuple(split_hours(hours, self._shares[split]).tolist())

    def _best(self, hours: float) -> tuple[float, ...]:
        """Return the best split found; one of the given ones, between the steps of the search, may be better."""
        found = best_split(self._retake, hours)
        given = [split_hours(hours, shares) for shares in self._shares.values()]
        chances = self._retake.chances(given)
        best = int(chances.argmax())
        return found.hours if found.chance >= chances[best] else tuple(given[best].tolist())

    def after(self, hours: float, split: str | Sequence[float]) -> Prospect:
        """Return the prospect after `hours` of study in all."""
        return self.at(self.hours(hours, split))

    def at(self, hours: tuple[float, ...]) -> Prospect:
        """Return the prospect after hours of study by domain, in the order of the exam guide."""
        found = Prospect(hours, lambda: self._retake.chance(hours), lambda: self._prepared.bands([hours])[0])
        return self._found.setdefault(hours, found)

    def course(self, shares: Sequence[float], done: tuple[float, ...] = ()) -> Course:
        """Return what hours to come do to the chance, shared out by ``shares`` on top of the hours ``done`` in each domain."""
        return self._courses.setdefault((tuple(shares), done), Course(self, shares, done))

    def guesses(self, plans: Sequence[tuple[float, ...]]) -> FloatArray:
        """Return the chances after several plans, as normal quantiles, to a ten-thousandth or two."""
        quick = replace(self._retake, quick=True, negligible=_NEGLIGIBLE)
        return np.asarray(ndtri(np.clip(quick.chances(plans), _SURE, 1 - _SURE)))

    @property
    def share_right(self) -> float:
        """The share of questions that is expected to be right today."""
        known = self._retake.posterior
        return float(known.mean_right.sum() / known.model.form.size)

    def scores(self, shares: Sequence[float]) -> list[int]:
        """Return the scaled scores that these shares of more tries stay below, with what is known today."""
        below = self._retake.distribution().cumsum()
        return [int(self._retake.next.retake_scores[(below < share).sum()]) for share in shares]

    def tornado(self, hours: Sequence[float]) -> tuple[tuple[TornadoBar, ...], ...]:
        """Return how far each assumption, alone, moves the chance now, and after hours of study by domain."""
        return self._prepared.tornado([None, list(hours)])

    def known(self) -> FloatArray:
        """Return the interval of the true proportion right by domain, wide enough for every set of assumptions; (D, 2)."""
        return self._prepared.proportion_bands()

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions behind every number here."""
        return self._retake.assumptions

    def apart(self, hours: float) -> float:
        """Return how far apart the article's split, the weights' and equal hours bring the chance."""
        chances = self._retake.chances([self.hours(hours, split) for split in SPLITS if split != "best"])
        return float(chances.max() - chances.min())

    def raised(self, domain: str) -> tuple[RaisedRating, Prospect]:
        """Return what one rating more in one domain brings, without study; the band assumes the same rise of ability throughout."""
        return self._raised[domain]


class Course:
    """What hours to come do to the chance; what was found out of it is kept."""

    def __init__(self, ahead: Prospects, shares: Sequence[float], done: tuple[float, ...]) -> None:
        self._ahead, self._shares, self._done = ahead, shares, done
        self._known: dict[float, tuple[float, float]] = {}  # of a chance: the most hours that fall short, the fewest that do

    def _spend(self, hours: float) -> tuple[float, ...]:
        coming = self._ahead.hours(hours, self._shares)
        return tuple(map(sum, zip(coming, self._done, strict=True))) if self._done else coming

    def after(self, hours: float) -> Prospect:
        """Return the prospect after hours to come."""
        return self._ahead.at(self._spend(hours))

    @cached_property
    def _curve(self) -> FloatArray:
        found = self._ahead.guesses([self._spend(hours) for hours in np.expm1(_TRIED)])
        return np.asarray(PchipInterpolator(_TRIED, found)(_BETWEEN))

    def reaching(self, wanted: float, count: int, amount: Callable[[int], float]) -> int | None:
        """Return the place of the first of ``count`` rising amounts of hours that reaches a chance, exactly; None if none does."""
        short, enough = self._known.get(wanted, (-1.0, np.inf))
        near = bisect_left(range(count), np.expm1(np.interp(ndtri(wanted), self._curve, _BETWEEN)), key=amount)
        tries = 0
        while (first := bisect_right(range(count), short, key=amount)) < (end := bisect_left(range(count), enough, key=amount)):
            tries += 1
            hours = amount(min(max(near, first), end - 1) if tries <= _NEAR else (first + end) // 2)
            if self.after(hours).chance >= wanted:
                enough = hours
            else:
                short = hours
        self._known[wanted] = short, enough
        return first if first < count else None
