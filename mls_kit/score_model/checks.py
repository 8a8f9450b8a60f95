"""Whether an argument is allowed, said in the same words everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def reject(name: str, value: object, allowed: str) -> ValueError:
    """Return the error, for the caller to raise, that names an argument, its value and what is allowed.

    >>> str(reject("rho", 2, "a number from 0 to 1"))
    'rho = 2 is not allowed: give a number from 0 to 1'
    """
    return ValueError(f"{name} = {value!r} is not allowed: give {allowed}")


def check_array(name: str, value: ArrayLike, low: float = -np.inf, high: float = np.inf) -> FloatArray:
    """Return `value` as floats, or raise if any is not finite or lies outside [low, high]."""
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise reject(name, value, "numbers") from None
    wrong = ~((array >= low) & (array <= high) & np.isfinite(array))
    if wrong.any():
        finite = "finite numbers" if np.isinf([low, high]).all() else f"numbers from {low:g} to {high:g}"
        raise reject(name, float(array[wrong].flat[0]), finite)
    return array


def check_number(name: str, value: object, low: float = -np.inf, high: float = np.inf) -> float:
    """Return one finite number within [low, high], or raise ValueError."""
    array = check_array(name, value, low, high)  # type: ignore[arg-type]
    if array.ndim:
        raise reject(name, value, "one number")
    return float(array)


def check_count(name: str, value: object, low: int = 0, high: int | None = None) -> int:
    """Return a whole number within the limits (both included), or raise ValueError."""
    number = check_number(name, value)
    if number != int(number) or number < low or (high is not None and number > high):
        limits = f"from {low} up" if high is None else f"from {low} to {high}"
        raise reject(name, value, f"a whole number {limits}")
    return int(number)


def check_distribution(name: str, value: ArrayLike | Sequence[float]) -> FloatArray:
    """Return probabilities (or frequencies) over 0, 1, 2, ... scaled to sum to one."""
    array = check_array(name, value, 0)
    if array.ndim != 1 or not array.size or not array.sum() > 0:
        raise reject(name, value, "one row of probabilities or counts, not all zero")
    return np.asarray(array / array.sum(), dtype=float)
