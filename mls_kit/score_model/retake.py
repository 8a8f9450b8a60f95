"""How likely a pass is at the next sitting, as things stand or with abilities raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .assumptions import Assumptions
from .checks import FloatArray, check_array, reject
from .convolution import Totals, halves, reached, rests, tail_weights, transform_matrix
from .joint import ReportPosterior
from .learning import studied_ability
from .passing import Circle, Reading, pass_chances

__all__ = ["Retake"]

ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class Retake:
    """The next sitting of the candidate behind one report, on the model's retake form.

    Parameters
    ----------
    posterior : ReportPosterior
        What the first report says.
    stride : int
        Use every grid point of general ability (1) or only every second one (2), and so on.
    negligible : float
        Leave out counts and grid points that the report gives less probability than this.
    learning : Assumptions, optional
        Where the learning curve is taken from. Default: the report's assumptions.

    Notes
    -----
    Exact: the joint distribution of this sitting's and the next sitting's counts is carried through
    the domains, this sitting's by convolution, the next one's by its Fourier transform (Hong, 2013,
    Computational Statistics & Data Analysis 59, 41-51).

    Examples
    --------
    >>> from mls_kit.score_model.joint import Evidence, infer_report
    >>> from mls_kit.score_model.model import ScoreModel
    >>> model = ScoreModel.from_exam_facts([20, 24, 36, 20], 50)
    >>> report = infer_report(model, Evidence.from_total(model, 34, ["Competent"] * 4))
    >>> round(Retake(report).chance(), 5)
    0.39064
    """

    posterior: ReportPosterior
    stride: int = 1
    negligible: float = 1e-15
    learning: Assumptions | None = None

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions behind every number here."""
        return self.learning or self.posterior.assumptions

    @cached_property
    def waves(self) -> ComplexArray:
        """Fourier factors of the next total; (counts, frequencies)."""
        return transform_matrix(self.posterior.model.retake_form.size + 1)

    @cached_property
    def pass_coefficients(self) -> ComplexArray:
        """Weights on the frequencies that sum up the passing totals."""
        model = self.posterior.model
        return tail_weights(model.retake_form.size + 1, model.retake_cut)

    @cached_property
    def general_rows(self) -> NDArray[np.intp]:
        """Grid points of general ability that the report leaves any weight on."""
        return np.flatnonzero(self.posterior.general > self.negligible)[:: self.stride]

    @cached_property
    def counts(self) -> tuple[range, ...]:
        """For each domain, the numbers right in this sitting that the report leaves any weight on."""
        weighty = (np.flatnonzero(f > self.negligible) for f in self.posterior.right)
        return tuple(range(int(k[0]), int(k[-1]) + 1) for k in weighty)

    @cached_property
    def columns(self) -> tuple[slice, ...]:
        """For each domain, the stretch of the ability grid that the report leaves any weight on."""
        weighty = (np.flatnonzero(mass > self.negligible) for mass in self.posterior.ability)
        return tuple(slice(int(q[0]), int(q[-1]) + 1) for q in weighty)

    @cached_property
    def lowest(self) -> int:
        """Sum of the lowest counts."""
        return sum(c.start for c in self.counts)

    @cached_property
    def general_weights(self) -> FloatArray:
        """Prior weights of those points."""
        return self.posterior.model.g_weights[self.general_rows] * self.stride

    @cached_property
    def paths(self) -> tuple[FloatArray, ...]:
        """For each domain, P(ability, k right | general ability) for those counts; (K, G, Q)."""
        model = self.posterior.model
        weights = model.ability_weights[self.general_rows]
        tables = zip(model.right_given_theta, self.counts, self.columns, strict=True)
        return tuple(weights[:, q] * table[q, c.start : c.stop].T[:, None] for table, c, q in tables)

    def spectrum(self, domain: int, theta: FloatArray) -> ComplexArray:
        """Return the Fourier transform of the domain's next count when the grid's abilities become `theta`.

        Only on the columns that matter: (..., Q) becomes (..., columns, frequencies).
        """
        kept = np.ascontiguousarray(theta[..., self.columns[domain]])
        f = self.posterior.model.retake_form.parts[domain].raw_scores(kept)
        # A real product, as real and imaginary parts side by side, takes half the time of a complex one.
        return np.asarray((f @ self.waves[: f.shape[-1]].view(float)).view(complex))

    def factor(self, domain: int, spectrum: ComplexArray) -> ComplexArray:
        """Average a spectrum (..., Q, M) over ability, given general ability and count; (..., G, K, M)."""
        paths = self.paths[domain]
        averaged = paths.reshape(-1, paths.shape[2]) @ np.ascontiguousarray(spectrum).view(float)
        shape = (*spectrum.shape[:-2], *paths.shape[:2], spectrum.shape[-1])
        return np.asarray(averaged.view(complex).reshape(shape).swapaxes(-3, -2))

    def factors(self, abilities: Sequence[FloatArray]) -> list[ComplexArray]:
        """Return each domain's factor when the grid's abilities become these, (P, Q); (P, G, K, M).

        Averages counts over ability first and transforms them then: there are fewer counts than frequencies.
        """
        return self.transformed(self.averaged(abilities))

    def averaged(self, abilities: Sequence[FloatArray]) -> list[FloatArray]:
        """Average each domain's next count over abilities (P, Q), given general ability and count; (P, K * G, J)."""
        found, parts = [], self.posterior.model.retake_form.parts
        for paths, kept, part, theta in zip(self.paths, self.columns, parts, abilities, strict=True):
            f = np.concatenate([part.raw_scores(row)[kept] for row in theta], axis=1)
            averaged = paths.reshape(-1, paths.shape[2]) @ f
            found.append(averaged.reshape(len(averaged), len(theta), -1).swapaxes(0, 1))
        return found

    def transformed(self, averaged: Sequence[FloatArray]) -> list[ComplexArray]:
        """Return the transforms of averaged counts; (P, G, K, M) each."""
        found = []
        for paths, one in zip(self.paths, averaged, strict=True):
            spectra = (one @ self.waves[: one.shape[-1]].view(float)).view(complex)
            found.append(spectra.reshape(len(one), *paths.shape[:2], -1).swapaxes(-3, -2))
        return found

    @cached_property
    def factors_now(self) -> list[ComplexArray]:
        """The same with all domains as they stand; (G, K, M)."""
        return [factor[0] for factor in self.factors([theta[None] for theta in self.posterior.model.theta])]

    def turned(self, factors: Sequence[ComplexArray]) -> list[ComplexArray]:
        """Return, for each domain, what its factor must be multiplied with to get a chance; (G, K, M).

        All other domains are as in `factors`, shape (G, K, M); the sum over all axes' real part is
        the joint probability of this report and a pass.
        """
        weights = self.general_weights[:, None, None] * self.pass_coefficients
        return [rest * weights for rest in rests(factors, self.lowest, self.posterior.evidence.totals)]

    @cached_property
    def turned_now(self) -> list[ComplexArray]:
        """The same with all domains as they stand."""
        return self.turned(self.factors_now)

    @cached_property
    def chance_now(self) -> float:
        """Chance to pass without any study."""
        return float(self.chances([None])[0])

    def chance_with(self, domain: int, theta: FloatArray) -> float:
        """Return the chance to pass when one domain's abilities on the grid become `theta`."""
        joint = (self.factor(domain, self.spectrum(domain, theta)) * self.turned_now[domain]).sum().real
        return float(np.clip(joint / self.posterior.probability, 0, 1))

    def combine(self, parts: Sequence[ComplexArray], readings: Sequence[Totals]) -> ComplexArray:
        """Put the domains' factors, (G, K, M) each, together for each reading of the score; (R, M)."""
        first, second = halves(parts)
        # every pair of counts of the two halves at once, one product of matrices for each frequency
        left = np.ascontiguousarray((first * self.general_weights[:, None, None]).transpose(2, 1, 0))
        pairs = left @ np.ascontiguousarray(second.transpose(2, 0, 1))
        chosen = reached(first.shape[1], second.shape[1], self.lowest, tuple(readings))
        return np.asarray((pairs.reshape(len(pairs), -1) @ chosen).T)

    def pass_chances(
        self, averaged: Sequence[FloatArray], ways: Sequence[Sequence[int]], readings: Sequence[Reading] | None = None
    ) -> FloatArray:
        """Return the chance to pass for each way to choose abilities, and each reading of the score; (ways, R).

        Parameters
        ----------
        averaged : sequence of ndarray
            What `averaged` makes of the abilities to choose from; one a domain.
        ways : sequence of sequence of int
            Which of them each domain has.
        readings : sequence of Reading, optional
            R readings. Default: the report's only.
        """
        only = Reading(self.posterior.evidence.totals, self.pass_coefficients)
        return pass_chances(averaged, ways, readings or [only], self.waves, self.circle)

    @cached_property
    def circle(self) -> Circle:
        """Where this sitting's counts are put together."""
        counts = [(paths @ np.ones(paths.shape[2])).T for paths in self.paths]
        totals = [total for total, _ in self.posterior.evidence.totals]
        return Circle.around(counts, self.general_weights, self.lowest, totals)

    def check_hours(self, hours: ArrayLike | None) -> FloatArray:
        """Return hours by domain, zero if none are given; raise if their number is wrong."""
        domains = self.posterior.model.domains
        if hours is None:
            return np.zeros(domains)
        checked = check_array("hours", hours, 0)
        if checked.shape != (domains,):
            raise reject("hours", hours, f"{domains} numbers of hours, one a domain")
        return checked

    def studied(self, plans: Sequence[ArrayLike | None]) -> list[FloatArray]:
        """Return, for each domain, what the grid's abilities become under each plan; (P, Q) each."""
        theta = self.posterior.model.theta
        hours = np.stack([self.check_hours(plan) for plan in plans])
        return [studied_ability(theta[d], h[:, None], self.assumptions, d) for d, h in enumerate(hours.T)]

    def transforms(self, variants: Iterable[Sequence[ComplexArray]]) -> ComplexArray:
        """Return the transform of the next total for each variant of the domains' factors, (G, K, M); (P, M)."""
        joint = np.concatenate([self.combine(parts, [self.posterior.evidence.totals]) for parts in variants])
        return np.asarray(joint / joint[:, :1].real)

    def chances_of(self, variants: Iterable[Sequence[ComplexArray]]) -> FloatArray:
        """Return the chance to pass for each variant of the domains' factors, (G, K, M); (P,)."""
        return np.asarray(np.clip((self.transforms(variants) @ self.pass_coefficients).real, 0, 1))

    def chances_at(self, abilities: Sequence[FloatArray]) -> FloatArray:
        """Return the chance to pass when the grid's abilities become these.

        Parameters
        ----------
        abilities : sequence of ndarray
            One a domain, shape (P, Q): P variants of every grid point's ability.

        Returns
        -------
        ndarray
            Shape (P,).
        """
        ways = [(row,) * len(abilities) for row in range(len(abilities[0]))]
        return self.pass_chances(self.averaged(abilities), ways)[:, 0]

    def chances(self, plans: Sequence[ArrayLike | None]) -> FloatArray:
        """Return the chance to pass for several plans of hours by domain; None means no study.

        Raises
        ------
        ValueError
            If hours are negative, not finite, or not one a domain.
        """
        return self.chances_at(self.studied(plans))

    def chance(self, hours: ArrayLike | None = None) -> float:
        """Return the chance to pass, after `hours` of study by domain (default: none).

        Raises
        ------
        ValueError
            If hours are negative, not finite, or not one a domain.
        """
        return self.chance_now if hours is None else float(self.chances([hours])[0])

    def distribution(self, hours: ArrayLike | None = None) -> FloatArray:
        """Return the distribution of the next raw total, after `hours` of study; sums to one."""
        length = self.posterior.model.retake_form.size + 1
        transform = self.transforms(zip(*self.factors(self.studied([hours])), strict=True))[0]
        f = np.clip(np.fft.irfft(transform, length), 0, None)
        return np.asarray(f / f.sum())
