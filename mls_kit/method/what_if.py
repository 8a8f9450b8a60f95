"""The chance to pass now, after some hours, or with one rating raised; each with its band (model), in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mls_kit.method.outlook import outlook_of, stated_grid
from mls_kit.method.priorities import prioritize
from mls_kit.problems import InputError, Problem, nearest, shown
from mls_kit.report import ScoreReport
from mls_kit.score_model import (
    Band,
    Outlook,
    PreparedGrid,
    RaisedRating,
    Retake,
    best_split,
    raise_ratings,
    split_hours,
)

SPLITS = ("article", "weights", "equal", "best")
MOST_HOURS = 200


@dataclass(frozen=True)
class Prospect:
    """A chance to pass the retake, its band over the stated assumptions, and the hours by domain before it."""

    chance: float
    band: Band
    hours: tuple[float, ...]


def article_shares(report: ScoreReport) -> list[float]:
    """Return the article's shares of the time in percent, in the order of the exam guide.

    >>> article_shares(ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI"))
    [10.0, 20.0, 40.0, 30.0]
    """
    shares = prioritize(report)["share"]
    return [float(shares[domain.name]) for domain in report.facts.domains]


def prospects_of(report: ScoreReport) -> Prospects | Outlook | None:
    """Return the prospects of a report; its outlook, which says why, where the model holds the report impossible.

    None after a pass, or where the model cannot be built.
    """
    found = None if report.passed else outlook_of(report, 0, {}, bands=False)
    return found if found is None or found.together is None else Prospects(report, found)


class Prospects:
    """The next sitting after one failed report that the model holds possible; ``now`` is the prospect without any study.

    >>> ahead = prospects_of(ScoreReport("MLS-C01", 714, ["Competent"] * 4))
    >>> round(ahead.now.chance, 2), round(ahead.after(80, "article").chance, 2)
    (0.39, 0.72)
    """

    def __init__(self, report: ScoreReport, outlook: Outlook) -> None:
        assert outlook.together is not None
        self.names = [domain.name for domain in report.facts.domains]
        self._retake = Retake(outlook.together)
        weights = [domain.weight for domain in report.facts.domains]
        self._shares: dict[str, Sequence[float]] = {
            "article": article_shares(report),
            "weights": weights,
            "equal": [1.0] * len(weights),
        }
        ratings = list(report.ratings.values())
        self._prepared = PreparedGrid(outlook.model, report.scaled_score, ratings, stated_grid())
        nothing = (0.0,) * len(weights)
        self.now = Prospect(self._retake.chance(), self._prepared.bands([None])[0], nothing)
        raises = raise_ratings(self._retake)
        bands = self._prepared.bands_raised([found.shift for found in raises])
        self._raised = {
            name: (found, Prospect(found.chance, band, nothing))
            for name, found, band in zip(self.names, raises, bands, strict=True)
        }

    def hours(self, hours: float, split: str) -> tuple[float, ...]:
        """Return the hours by domain when `hours` are shared out by a split, in the order of the exam guide."""
        if split not in SPLITS:
            raise InputError(
                "split", [Problem("split", shown(split), f"one of {', '.join(SPLITS)}", nearest(split, SPLITS))]
            )
        if split == "best":
            return self._best(hours) if hours else (0.0,) * len(self.names)
        return tuple(split_hours(hours, self._shares[split]).tolist())

    def _best(self, hours: float) -> tuple[float, ...]:
        """Return the best split found; one of the given ones, between the steps of the search, may be better."""
        found = best_split(self._retake, hours)
        given = [split_hours(hours, shares) for shares in self._shares.values()]
        chances = self._retake.chances(given)
        best = int(chances.argmax())
        return found.hours if found.chance >= chances[best] else tuple(given[best].tolist())

    def after(self, hours: float, split: str) -> Prospect:
        """Return the prospect after `hours` of study in all, up to 200."""
        by_domain = self.hours(hours, split)
        return Prospect(self._retake.chance(by_domain), self._prepared.bands([by_domain])[0], by_domain)

    def scores(self, shares: Sequence[float]) -> list[int]:
        """Return the scaled scores that these shares of more tries stay below, with what is known today."""
        below = self._retake.distribution().cumsum()
        return [int(self._retake.next.retake_scores[(below < share).sum()]) for share in shares]

    def apart(self, hours: float) -> float:
        """Return how far apart the article's split, the weights' and equal hours bring the chance."""
        chances = self._retake.chances([self.hours(hours, split) for split in SPLITS if split != "best"])
        return float(chances.max() - chances.min())

    def raised(self, domain: str) -> tuple[RaisedRating, Prospect]:
        """Return what one rating more in one domain brings, without study; the band assumes the same rise of ability throughout."""
        return self._raised[domain]
