"""What the score model takes for granted: named, printable, and attached to every result."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, check_array, check_count, check_number, reject


def _stated(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Assumptions:
    """Everything the model supposes and no score report tells; none of it is published for any exam. Source: model.

    >>> Assumptions().raw_cut(50), Assumptions().raw_cut(65)
    (36, 47)
    """

    rho: float = _stated(0.8, "correlation between a candidate's abilities in any two domains")
    mean: float | tuple[float, ...] = _stated(0.0, "mean ability of the candidates: one number, or one for each domain")
    sd: float = _stated(1.0, "standard deviation of ability among candidates")
    first_difficulty: float = _stated(-0.9, "mean difficulty of the questions in the first domain")
    last_difficulty: float = _stated(-0.6, "mean difficulty in the last domain; the others lie evenly in between")
    difficulty_spread: float = _stated(0.9, "standard deviation of difficulty within a domain")
    discriminations: tuple[float, ...] = _stated((0.8, 1.0, 1.2), "how clearly each question separates strong and weak candidates")
    guessing: float = _stated(0.2, "chance of a right answer without any knowledge")
    scaling_constant: float = _stated(1.0, "the constant D of the item response curve")
    foot_share: float = _stated(0.0, "where the scale starts: 0 = no right answers; 1 = as many as pure guessing gives")
    cut_share: tuple[int, int] = _stated(
        (36, 50), "raw cut of the base form: this share of the scored questions, halves rounded up"
    )
    retake_shift: float = _stated(0.35, "how much harder the retake's questions are, before equating")
    cuts_three_labels: tuple[int, ...] = _stated((60, 80), "percentage of right answers where the rating changes")
    cuts_two_labels: tuple[int, ...] = _stated((70,), "percentage of right answers for the better of two ratings")
    retest: float = _stated(0.1, "ability gained by taking the exam a second time, with no study at all")
    headroom: float = _stated(1.1, "the most ability that the average learner can gain from study")
    tau_hours: float | tuple[float, ...] = _stated(
        150.0, "hours of study, split by the exam's weights, that bring 63 % of the most you can gain; or hours for each domain"
    )
    gain_spread: float = _stated(
        0.9, "how much gains from study vary between learners: their standard deviation, divided by their mean"
    )

    def __post_init__(self) -> None:
        """Check each value against its limits."""
        for name in ("first_difficulty", "last_difficulty", "retake_shift"):
            check_number(name, getattr(self, name))
        for name in ("sd", "scaling_constant"):
            check_number(name, getattr(self, name), 1e-6)
        for name in ("difficulty_spread", "retest", "headroom"):
            check_number(name, getattr(self, name), 0)
        check_number("rho", self.rho, 0, 1)
        check_number("foot_share", self.foot_share, 0, 1)
        check_number("gain_spread", self.gain_spread, 0, 1.4)
        check_number("guessing", self.guessing, 0, 1 - 1e-9)
        check_array("mean", self.mean)
        check_array("tau_hours", self.tau_hours, 1e-6)
        check_array("discriminations", self.discriminations, 1e-6)
        right, of = (check_count("cut_share", n, 1) for n in self.cut_share)
        if right >= of:
            raise reject("cut_share", self.cut_share, "questions right, out of a larger number of questions")

    def raw_cut(self, scored: int) -> int:
        """Return the base form's raw cut: the assumed share of its questions, halves rounded up."""
        right, of = self.cut_share
        return (2 * right * scored + of) // (2 * of)

    def rating_cuts(self, labels: int) -> tuple[int, ...]:
        """Return the rating thresholds for two or for three labels."""
        known = {2: self.cuts_two_labels, 3: self.cuts_three_labels}
        if labels not in known:
            raise reject("labels", labels, "two or three labels, or rating bands of your own")
        return known[labels]

    def taus(self, shares: FloatArray) -> FloatArray:
        """Hours that close 63 % of the gap in each domain, given its share of the questions: a larger one has more to learn."""
        return np.asarray(self.tau_hours) * (1.0 if isinstance(self.tau_hours, tuple) else shares)

    def study_gain(self, hours: ArrayLike, shares: FloatArray) -> FloatArray:
        """Ability that the average learner gains from hours of study; hours have the domains on their last axis."""
        return np.asarray(-self.headroom * np.expm1(-check_array("hours", hours, 0) / self.taus(shares)))

    def rises(self, hours: FloatArray | None, shares: FloatArray) -> list[tuple[tuple[float, ...], float]]:
        """By how much ability rises in each domain until the next attempt, for every kind of learner, and their shares."""
        if hours is None:
            return [((0.0,) * len(shares), 1.0)]
        gain = self.study_gain(hours, shares)
        if not gain.any():
            return [((self.retest,) * len(shares), 1.0)]
        return [(tuple((self.retest + times * gain).tolist()), share) for times, share in self.gains]

    def describe(self) -> list[tuple[str, Any, str]]:
        """Return a row (name, value, meaning) for each assumption."""
        return [(f.name, getattr(self, f.name), f.metadata["meaning"]) for f in fields(self)]

    @property
    def gains(self) -> tuple[tuple[float, float], ...]:
        """How gains vary between learners: times the average gain, and the share of learners who gain so much."""
        # Three points have the mean 1 and any spread up to 1.4; more of them change no chance by half a point (tested).
        square = self.gain_spread**2
        kinds = (0.0, square / 3), (1.0, 1 - square / 2), (3.0, square / 6)
        return tuple((times, share) for times, share in kinds if share > 0)

    def changed(self, **changes: Any) -> Assumptions:
        """Return a copy with some values replaced."""
        return _changed(self, tuple((name, _plain(value)) for name, value in changes.items()))


@lru_cache(maxsize=1024)  # grids ask for the same ones again and again
def _changed(assumptions: Assumptions, changes: tuple[tuple[str, Any], ...]) -> Assumptions:
    known = [f.name for f in fields(assumptions)]
    for name, _ in changes:
        if name not in known:
            raise reject("assumption", name, "one of " + ", ".join(known))
    return replace(assumptions, **dict(changes))


@dataclass(frozen=True)
class AssumptionGrid:
    """Alternatives for what no exam publishes: each of `together` goes with every combination of `values`.

    `values` maps an assumption's name to what it might be, from low to high; `together` are chosen combinations, name to
    value, of assumptions whose full product would be too large.

    >>> len(AssumptionGrid({"rho": [0.7, 0.9]}, [{"retest": 0, "headroom": 0}, {"retest": 0.2, "headroom": 1.5}]))
    4
    """

    values: Mapping[str, Sequence[Any]]
    together: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        """Check the names by trying every value once."""
        frozen = {name: tuple(_plain(v) for v in values) for name, values in self.values.items()}
        chosen = tuple({name: _plain(v) for name, v in point.items()} for point in self.together)
        object.__setattr__(self, "values", frozen)
        object.__setattr__(self, "together", chosen)
        if not (frozen or chosen) or not all(frozen.values()):
            raise reject("values", dict(self.values), "at least one value for each assumption")
        if any(point.keys() != chosen[0].keys() or point.keys() & frozen.keys() for point in chosen):
            raise reject("together", chosen, "the same assumptions in each combination, and none of those in 'values'")
        for change in [{name: value} for name, values in frozen.items() for value in values] + list(chosen):
            Assumptions().changed(**change)

    def __len__(self) -> int:
        """Return the number of points."""
        return math.prod(len(v) for v in self.values.values()) * max(1, len(self.together))

    def points(self) -> list[dict[str, Any]]:
        """Return the changes of assumptions at every point."""
        every = [dict(zip(self.values, point, strict=True)) for point in product(*self.values.values())]
        return [{**point, **other} for point in every for other in self.together or ({},)]

    @property
    def ends(self) -> dict[str, tuple[Any, Any]]:
        """Lowest and highest value of each assumption."""
        found = {name: (values[0], values[-1]) for name, values in self.values.items()}
        for name in self.together[0] if self.together else ():
            values = sorted(point[name] for point in self.together)
            found[name] = values[0], values[-1]
        return found


def _plain(value: Any) -> Any:
    """Return a value as the assumptions hold it: lists as tuples."""
    return tuple(value) if isinstance(value, list) else value
