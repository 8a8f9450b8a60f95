"""Who could study what together: everybody of an exam in one group, none smaller than the smallest that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mls_kit.exam import Exam

__all__ = ["LARGEST", "WorkshopGroup", "workshop_groups"]

LARGEST = 20  # people in one workshop (the kit's judgement): beyond it, the group meets in several


@dataclass(frozen=True)
class WorkshopGroup:
    """Learners, by pseudonym, for whom one domain comes first; ``sessions``: how many workshops of at most 20."""

    exam: str
    domain: str
    learners: tuple[str, ...]

    @property
    def sessions(self) -> int:
        """How many workshops the group needs."""
        return -(-len(self.learners) // LARGEST)


def workshop_groups(
    exam: Exam, shares: NDArray[np.float64], learners: Sequence[str], least: int
) -> list[WorkshopGroup]:
    """Divide the learners of an exam into groups by the domain that takes most of their study time.

    ``shares`` of the study time have shape (R, D), ``learners`` are pseudonyms in the same order. A domain that fewer than
    ``least`` have in the first place is closed, and they join the open one that comes next for them: everybody is in
    exactly one group, so that no smaller group follows from comparing lists.
    """
    if len(learners) < least:
        return []
    open_ones = np.ones(shares.shape[1], bool)
    weights = np.array([domain.weight for domain in exam.domains])
    while True:
        choice = np.where(open_ones, shares + weights / 1e6, -1).argmax(axis=1)
        sizes = np.bincount(choice, minlength=shares.shape[1])
        small = np.flatnonzero((sizes > 0) & (sizes < least))
        if not len(small):
            break
        open_ones[small[np.argmin(sizes[small])]] = False
    names = np.array(learners)
    return [
        WorkshopGroup(exam.code, exam.domains[place].name, tuple(sorted(names[choice == place].tolist())))
        for place in np.argsort(-sizes, kind="stable")
        if sizes[place]
    ]
