"""Who could study what together, and how many more would pass for it? By the domain that comes first, and the score model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mls_kit.exam import Exam, load_method
from mls_kit.method import model_of, stated_grid
from mls_kit.score_model import forecast


@dataclass(frozen=True)
class Added:
    """How many more pass for one workshop: as assumed, and where study works as slowly or as fast as it may (model)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class WorkshopGroup:
    """Learners, by pseudonym, for whom one domain comes first."""

    exam: Exam
    domain: str
    learners: tuple[str, ...]
    seats: int  # of one workshop, at most
    added: Added | None = None  # by one workshop; None where the score model cannot be built
    rank: str = ""  # "first", "close" (too close to the first to call), "less", or "" where nothing is known

    @property
    def sessions(self) -> int:
        """How many workshops the group needs."""
        return -(-len(self.learners) // self.seats)

    @property
    def seated(self) -> int:
        """How many sit in the largest of them."""
        return -(-len(self.learners) // self.sessions)


def workshop_groups(
    exam: Exam,
    shares: NDArray[np.float64],
    learners: Sequence[str],
    least: int,
    seats: int,
    scores: NDArray[np.int64] | None = None,
) -> list[WorkshopGroup]:
    """Divide learners by the domain that takes most of their study time, shape (R, D); with scores, say how many more pass."""
    # a domain too few have in the first place is closed, and they join the one that comes next for them: everybody is in
    # exactly one group, so that no smaller group follows from comparing lists
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
    names, found = np.array(learners), []
    for place in np.flatnonzero(sizes):
        inside = choice == place
        group = WorkshopGroup(exam, exam.domains[place].name, tuple(sorted(names[inside].tolist())), seats)
        added = None if scores is None else _added(exam, int(place), scores[inside], group.sessions)
        found.append(replace(group, added=added))
    return found


def _added(exam: Exam, domain: int, scores: NDArray[np.int64], sessions: int) -> Added | None:
    """Return how many more of these learners pass for the hours of a workshop in one domain, by one of its sessions."""
    # from the score alone: in exact figures for each rating, a gain differs from this by a twentieth (tried on two exams)
    if exam.silent:
        return None
    model = model_of(exam, tuple(load_method().vocabularies["article"].labels))
    hours = np.zeros(model.domains)
    hours[domain] = load_method().workshop.hours
    fast, slow = stated_grid().ends["tau_hours"]
    models = [model, model.under(tau_hours=slow), model.under(tau_hours=fast)]
    before = forecast(model, scores, np.zeros(model.domains)).chance
    mean, low, high = (float((forecast(each, scores, hours).chance - before).sum()) / sessions for each in models)
    return Added(mean, low, high)


def ranked(groups: Sequence[WorkshopGroup]) -> list[WorkshopGroup]:
    """Return workshops, those that add most first, and say of each whether that is clear."""
    means = [group.added.mean if group.added else -1.0 for group in groups]
    order = sorted(range(len(groups)), key=lambda place: -means[place])
    enough = (1 - load_method().workshop.close) * max(means, default=0)
    names = ["first" if not n else "close" if means[place] >= enough else "less" for n, place in enumerate(order)]
    return [replace(groups[place], rank=name if groups[place].added else "") for place, name in zip(order, names, strict=True)]
