"""What the score model takes for granted: named, printable, and attached to every result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import product
from typing import Any

from .checks import check_array, check_count, check_number, reject

__all__ = ["AssumptionGrid", "Assumptions", "changed"]


def _stated(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Assumptions:
    """Everything the model supposes and no score report tells.

    Raises
    ------
    ValueError
        If a value is outside its limits, naming it.

    Notes
    -----
    Source: model. None of these numbers is published for any exam.

    Examples
    --------
    >>> Assumptions().raw_cut(50), Assumptions().raw_cut(65)
    (36, 47)
    """

    rho: float = _stated(0.8, "correlation between a candidate's abilities in any two domains")
    mean: float | tuple[float, ...] = _stated(0.0, "mean ability of the candidates; one number, or one a domain")
    sd: float = _stated(1.0, "standard deviation of ability among candidates")
    first_difficulty: float = _stated(-0.9, "mean difficulty of the questions in the first domain")
    last_difficulty: float = _stated(-0.6, "mean difficulty in the last domain, the others evenly between")
    difficulty_spread: float = _stated(0.9, "standard deviation of difficulty within a domain")
    discriminations: tuple[float, ...] = _stated((0.8, 1.0, 1.2), "discriminations questions take in turn")
    guessing: float = _stated(0.2, "chance of a right answer without any knowledge")
    scaling_constant: float = _stated(1.0, "D of the item response curve")
    cut_share: tuple[int, int] = _stated(
        (36, 50), "raw cut of the base form: this share of the scored questions, halves rounded up"
    )
    retake_shift: float = _stated(0.35, "how much harder the retake's questions are, before equating")
    cuts_three_labels: tuple[int, ...] = _stated((60, 80), "percent right at which the rating changes")
    cuts_two_labels: tuple[int, ...] = _stated((70,), "percent right for the better of two ratings")
    learning_curve: str = _stated("ceiling", "how ability grows with study: 'ceiling' or 'logarithm'")
    ceiling: float = _stated(1.8, "ability that endless study approaches ('ceiling')")
    tau_hours: float | tuple[float, ...] = _stated(
        60.0, "hours that close 63 % of the gap to the ceiling; one number, or one a domain ('ceiling')"
    )
    log_gain: float = _stated(0.5, "ability gained when study hours grow e-fold ('logarithm')")
    log_hours: float = _stated(20.0, "hours after which the logarithm bends ('logarithm')")

    def __post_init__(self) -> None:
        """Check each value against its limits."""
        for name in ("first_difficulty", "last_difficulty", "retake_shift", "ceiling"):
            check_number(name, getattr(self, name))
        for name in ("sd", "scaling_constant", "log_hours"):
            check_number(name, getattr(self, name), 1e-6)
        for name in ("difficulty_spread", "log_gain"):
            check_number(name, getattr(self, name), 0)
        check_number("rho", self.rho, 0, 1)
        check_number("guessing", self.guessing, 0, 1 - 1e-9)
        check_array("mean", self.mean)
        check_array("tau_hours", self.tau_hours, 1e-6)
        check_array("discriminations", self.discriminations, 1e-6)
        if self.learning_curve not in ("ceiling", "logarithm"):
            raise reject("learning_curve", self.learning_curve, "'ceiling' or 'logarithm'")
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

    def describe(self) -> list[tuple[str, Any, str]]:
        """Return a row (name, value, meaning) for each assumption that plays a part."""
        silent = ("ceiling", "tau_hours") if self.learning_curve == "logarithm" else ("log_gain", "log_hours")
        return [(f.name, getattr(self, f.name), f.metadata["meaning"]) for f in fields(self) if f.name not in silent]

    def changed(self, **changes: Any) -> Assumptions:
        """Return a copy with some values replaced.

        Raises
        ------
        ValueError
            If a name is not an assumption's.
        """
        known = [f.name for f in fields(self)]
        for name in changes:
            if name not in known:
                raise reject("assumption", name, "one of " + ", ".join(known))
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in changes.items()}
        return replace(self, **values)


@lru_cache(maxsize=1024)
def changed(assumptions: Assumptions, changes: tuple[tuple[str, Any], ...]) -> Assumptions:
    """Return assumptions with some values replaced, checked once: grids ask for the same ones again and again."""
    return assumptions.changed(**dict(changes))


@dataclass(frozen=True)
class AssumptionGrid:
    """A stated set of alternatives: the product of a few values for each assumption in doubt.

    Parameters
    ----------
    values : mapping of str to sequence
        Assumption's name -> the values it might have, from low to high.

    Raises
    ------
    ValueError
        If a name is unknown or has no value.

    Examples
    --------
    >>> len(AssumptionGrid({"rho": [0.7, 0.8, 0.9], "mean": [-0.3, 0.0, 0.3]}))
    9
    """

    values: Mapping[str, tuple[Any, ...]]

    def __post_init__(self) -> None:
        """Check the names by trying every value once."""
        frozen = {
            name: tuple(tuple(v) if isinstance(v, list) else v for v in values) for name, values in self.values.items()
        }
        object.__setattr__(self, "values", frozen)
        if not frozen or not all(frozen.values()):
            raise reject("values", dict(self.values), "at least one value for each assumption")
        for name, values in frozen.items():
            for value in values:
                Assumptions().changed(**{name: value})

    def __len__(self) -> int:
        """Return the number of points."""
        return math.prod(len(v) for v in self.values.values())

    def points(self) -> list[dict[str, Any]]:
        """Return the changes of assumptions at every point."""
        return [dict(zip(self.values, point, strict=True)) for point in product(*self.values.values())]
