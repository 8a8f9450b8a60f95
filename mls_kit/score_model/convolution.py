"""How the counts of several domains add up to one total; arrays have general ability on axis 0 and a count on axis 1."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Totals = Sequence[tuple[int, float]]


def _zeros(like: Array, size: int, dtype: Any) -> Array:
    """Return zeros shaped as `like`, with `size` counts."""
    # The count runs slowest in memory, so that work on one count is on one long stretch.
    return np.zeros((size, like.shape[0], *like.shape[2:]), dtype).swapaxes(0, 1)


def convolve(left: Array, right: Array) -> Array:
    """Distribution of the sum of two counts, row by row of axis 0."""
    if right.shape[1] > left.shape[1]:
        left, right = right, left
    size = left.shape[1]
    out = _zeros(left, size + right.shape[1] - 1, np.result_type(left, right))
    term = np.empty_like(left, out.dtype)
    for k in range(right.shape[1]):
        out[:, k : k + size] += np.multiply(left, right[:, k : k + 1], out=term)
    return out


def halves(parts: Sequence[Array]) -> tuple[Array, Array]:
    """Convolution of every second part, and that of the others; a lone part meets a count of zero."""
    others = parts[1::2] or [np.ones_like(parts[0][:, :1])]
    return reduce(convolve, parts[::2]), reduce(convolve, others)


def rests(parts: Sequence[Array], offset: int, totals: Totals) -> list[Array]:
    """For each part, what all the others must add to reach the totals."""
    one = np.ones_like(parts[0][:, :1])
    others = [reduce(convolve, [*parts[:d], *parts[d + 1 :]] or [one]) for d in range(len(parts))]
    return [align(other, part.shape[1], offset, totals) for part, other in zip(parts, others, strict=True)]


def align(part: Array, size: int, offset: int, totals: Totals) -> Array:
    """Turn a count around, so that element k is what must be added to k to reach the totals."""
    out = _zeros(part, size, part.dtype)
    for total, weight in totals:
        top = total - offset
        first, stop = max(0, top - part.shape[1] + 1), min(size, top + 1)
        if first < stop:
            out[:, first:stop] += weight * part[:, top - stop + 1 : top - first + 1][:, ::-1]
    return out


@lru_cache(maxsize=256)
def reached(first: int, second: int, offset: int, readings: tuple[Totals, ...]) -> NDArray[np.complex128]:
    """Which pairs of two counts add up to the totals of each reading."""
    sums = offset + np.add.outer(np.arange(first), np.arange(second)).ravel()
    weights = [sum(weight * (sums == total) for total, weight in totals) for totals in readings]
    chosen = np.array(weights, dtype=complex).T
    chosen.setflags(write=False)
    return chosen


@lru_cache(maxsize=16)
def transform_matrix(length: int) -> NDArray[np.complex128]:
    """Fourier factors of a count below `length`; shape (length, frequencies)."""
    turns = np.outer(np.arange(length), np.arange(length // 2 + 1)) % length
    waves = np.asarray(np.exp(-2j * np.pi * turns / length))
    waves.setflags(write=False)
    return waves


@lru_cache(maxsize=64)
def tail_weights(length: int, cut: int) -> NDArray[np.complex128]:
    """Weights on a transform that give, as the real part of the sum, P(count >= cut)."""
    waves = transform_matrix(length)
    # Every frequency but the lowest, and the highest of an even number, stands for a pair.
    share = np.full(waves.shape[1], 2.0 / length)
    share[[0, -1] if length % 2 == 0 else [0]] = 1 / length
    weights = np.asarray(share * waves[cut:].conj().sum(axis=0))
    weights.setflags(write=False)
    return weights
