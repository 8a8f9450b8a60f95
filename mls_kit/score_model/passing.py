"""The chance to pass from the domains' factors, without all else that a transform of the next total tells.

This sitting's counts add up to a total, the next one's to another. Both sums are taken as products: of transforms for the
next total, and for this one of polynomials, evaluated on a circle (Cauchy's formula for their coefficients).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .checks import FloatArray
from .convolution import convolve

__all__ = ["Circle", "Reading", "circle_points", "frequency_blocks", "pass_chances", "pass_sums"]

ComplexArray = NDArray[np.complex128]
# The transform of a sum of many answers fades: as a rule it has after about this many roots of their number.
_FIRST, _NEXT = 2.6, 0.8
# Frequencies are left out once the next total's transform is smaller than this. They weigh less than a twentieth there,
# and fade on: no chance changes by as much as 1e-10.
_SILENT = 1e-9
_LARGEST = 1e250  # the powers of a radius stay below this


class Reading(NamedTuple):
    """One reading of a scaled score.

    Attributes
    ----------
    totals : tuple of (int, float)
        Totals that may lie behind the score, and their weights.
    passing : ndarray
        Weights on the frequencies that sum up the next sitting's passing totals; complex, (M,).
    """

    totals: tuple[tuple[int, float], ...]
    passing: ComplexArray


def frequency_blocks(questions: int) -> list[slice]:
    """Return the frequencies in the blocks that they are worked out in, lowest first.

    Examples
    --------
    >>> frequency_blocks(50)
    [slice(0, 19, None), slice(19, 25, None), slice(25, 26, None)]
    """
    root, count = np.sqrt(questions), (questions + 1) // 2 + 1
    starts = [0, *range(int(np.ceil(_FIRST * root)), count, int(np.ceil(_NEXT * root)))]
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], count], strict=True)]


def circle_points(coefficients: FloatArray, wanted: Sequence[int]) -> ComplexArray:
    """Return points at which a polynomial tells some of its coefficients, without a loss of digits.

    Parameters
    ----------
    coefficients : ndarray
        A polynomial with coefficients like those in question, above 0; (S,).
    wanted : sequence of int
        Places of the coefficients wanted.

    Returns
    -------
    ndarray
        Complex points, L of them; coefficient t is the mean of the polynomial's values times the points' powers -t.

    Notes
    -----
    Just enough points that the wanted coefficients mix with none that are there. The radius makes the wanted ones
    about the largest, however small they are.

    Examples
    --------
    >>> points = circle_points(np.array([1.0, 1e-9, 1e-18]), [2])
    >>> values = 1 + 1e-9 * points + 1e-18 * points**2
    >>> round(float((values * points**-2).mean().real / 1e-18), 9)
    1.0
    """
    size = len(coefficients)
    count = max(size - min(wanted), max(wanted) + 1)
    low, high = max(min(wanted) - 1, 0), min(max(wanted) + 1, size - 1)
    most = _LARGEST ** (1 / size)
    slope = (coefficients[low] / coefficients[high]) ** (1 / max(high - low, 1))
    return np.asarray(np.clip(slope, 1 / most, most) * np.exp(2j * np.pi * np.arange(count) / count))


@dataclass(frozen=True, eq=False)
class Circle:
    """Where the polynomials in this sitting's counts are evaluated.

    Attributes
    ----------
    weights : ndarray
        Prior weights of general ability; (G,).
    lowest : int
        Sum of the domains' lowest counts.
    sums : ndarray
        Probability of the ratings with each total, from the lowest on; (S,).
    points : ndarray
        Complex points; (L,).
    powers : tuple of ndarray
        For each domain, the powers of the points that go with its counts; (L, K_d).
    """

    weights: FloatArray
    lowest: int
    sums: FloatArray
    points: ComplexArray
    powers: tuple[ComplexArray, ...]

    @classmethod
    def around(cls, counts: Sequence[FloatArray], weights: FloatArray, lowest: int, totals: Sequence[int]) -> Circle:
        """Choose points for some totals; `counts` are the domains' distributions given general ability, (G, K_d)."""
        sums = weights @ reduce(convolve, counts)
        points = circle_points(sums, [total - lowest for total in totals if 0 <= total - lowest < sums.size])
        return cls(weights, lowest, sums, points, tuple(points[:, None] ** np.arange(c.shape[1]) for c in counts))

    def likelihood(self, reading: Reading) -> float:
        """Return the probability of the ratings with the totals of a reading."""
        return float(sum(share * self.sums[at] for at, share in self._places(reading)))

    def choice(self, reading: Reading) -> ComplexArray:
        """Return the weights of points and general ability that pick out the totals of a reading; (L * G,)."""
        of_points = sum(share * self.points**-at for at, share in self._places(reading)) / self.points.size
        return np.outer(of_points, self.weights).ravel()

    def _places(self, reading: Reading) -> list[tuple[int, float]]:
        places = [(total - self.lowest, share) for total, share in reading.totals]
        return [(at, share) for at, share in places if 0 <= at < self.sums.size]


def pass_sums(
    parts: Sequence[FloatArray],
    waves: ComplexArray,
    powers: Sequence[ComplexArray],
    chosen: ComplexArray,
    passing: ComplexArray,
) -> tuple[FloatArray, FloatArray]:
    """Sum over some frequencies what each reading's totals have of a pass at the next sitting.

    Parameters
    ----------
    parts : sequence of ndarray
        For each domain, the probability of each next count, given general ability and this sitting's count, with that
        of this count; (K_d * G, J_d).
    waves : ndarray
        Fourier factors of the next counts at these frequencies; (J, M).
    powers : sequence of ndarray
        For each domain, the powers of the circle's points that go with its counts; (L, K_d).
    chosen : ndarray
        What picks out each reading's totals; (R, L * G).
    passing : ndarray
        For each reading, weights of the frequencies that sum up passing totals; (R, M).

    Returns
    -------
    sums, last : ndarray
        For each reading, the joint probability of its totals and a pass, as far as these frequencies tell; and how
        large the transform of the next total, jointly with its totals, is at the last of them.
    """
    joint: Any = None
    for part, power in zip(parts, powers, strict=True):
        # A real product, as real and imaginary parts side by side, takes half the time of a complex one.
        spectra = (part @ waves[: part.shape[1]].view(float)).view(complex)
        values = power @ spectra.reshape(power.shape[1], -1)
        joint = values if joint is None else np.multiply(joint, values, out=joint)
    transforms = chosen @ joint.reshape(chosen.shape[1], -1)
    # One frequency alone may be small by chance.
    return (transforms * passing).real.sum(axis=1), np.abs(transforms[:, -2:]).max(axis=1)


def pass_chances(
    parts: Sequence[FloatArray],
    ways: Sequence[Sequence[int]],
    readings: Sequence[Reading],
    waves: ComplexArray,
    circle: Circle,
) -> FloatArray:
    """Return the chance to pass for each way to choose a part for each domain, and each reading of the score.

    Parameters
    ----------
    parts : sequence of ndarray
        For each domain, the choices; (P_d, K_d * G, J_d), each as for `pass_sums`.
    ways : sequence of sequence of int
        Which part each domain has.
    readings : sequence of Reading
        R readings.
    waves : ndarray
        Fourier factors of the next total; (totals, frequencies).
    circle : Circle
        For the totals of the readings.

    Returns
    -------
    ndarray
        Shape (ways, R).
    """
    choices, passing = np.stack([circle.choice(one) for one in readings]), np.stack([one.passing for one in readings])
    likely = np.array([circle.likelihood(one) for one in readings])
    sums, left = np.zeros((len(ways), len(readings))), list(range(len(ways)))
    for block in frequency_blocks(len(waves) - 1):
        here = np.ascontiguousarray(waves[:, block])
        for row in list(left):
            # One way at a time stays in the processor's cache, and in memory that is at hand.
            chosen = [part[number] for part, number in zip(parts, ways[row], strict=True)]
            more, last = pass_sums(chosen, here, circle.powers, choices, passing[:, block])
            sums[row] += more
            if (last < _SILENT * likely).all():
                left.remove(row)
        if not left:
            break
    return np.asarray(np.clip(sums / likely, 0, 1))
