"""Small groups are not shown, nor what would give them away: which counts of a table have to be hidden."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]


def hidden_counts(counts: ArrayLike, least: int) -> Mask:
    """Return which counts have to be hidden so that nobody can work out a group under the least size."""
    # people are counted once in every row; the sums of rows and columns are taken to be known. Where anything is hidden, at
    # least two counts are, which come to the least size together
    table = np.atleast_2d(np.asarray(counts, dtype=np.int64))
    hidden = (table > 0) & (table < least)
    while (line := _given_away(table, hidden, least)) is not None:
        rows, columns = line
        visible = ~hidden[rows, columns]
        order = np.where(table[rows, columns] == 0, np.iinfo(np.int64).max, table[rows, columns])  # nobody hides little
        chosen = np.flatnonzero(visible)[np.argmin(order[visible])]
        hidden[rows[chosen], columns[chosen]] = True
    return hidden


def _given_away(table: Places, hidden: Mask, least: int) -> tuple[Places, Places] | None:
    """Return the places of a row or column (or both) in which more has to be hidden, None where nothing is given away."""
    height, width = table.shape
    places = np.argwhere(np.ones_like(hidden))
    lines = [places[:, 0] == row for row in range(height)]
    lines += [places[:, 1] == column for column in range(width)] if height > 1 else []
    counts, unknown = table.ravel(), hidden.ravel()
    for line in lines:
        inside = line & unknown
        if inside.any() and (line & ~unknown).any() and (inside.sum() < 2 or counts[inside].sum() < least):
            return places[line, 0], places[line, 1]
    sums = np.array([line[unknown] for line in lines], float)
    rank = np.linalg.matrix_rank(sums) if unknown.any() else 0
    for number, place in enumerate(np.flatnonzero(unknown)):
        cross = np.any([line for line in lines if line[place]], axis=0)
        alone = np.eye(int(unknown.sum()))[number]
        if (cross & ~unknown).any() and np.linalg.matrix_rank(np.vstack([sums, alone])) == rank:
            return places[cross, 0], places[cross, 1]
    return None


@dataclass(frozen=True, eq=False)
class Counts:
    """Numbers of learners, with those that are hidden: both of the same shape."""

    table: pd.DataFrame
    hidden: NDArray[np.bool_]
    least: int

    @classmethod
    def of(cls, table: pd.DataFrame, least: int) -> Counts:
        """Hide what has to be hidden."""
        return cls(table, hidden_counts(table.to_numpy(), least), least)

    def words(self) -> pd.DataFrame:
        """Return the counts as they may be shown; small groups and what protects them look alike, or they would tell."""
        texts = np.where(self.hidden, "hidden", self.table.to_numpy().astype(str))
        return pd.DataFrame(texts, index=self.table.index, columns=self.table.columns)


def pseudonyms(people: Sequence[str], first: Collection[str] = ()) -> dict[str, str]:
    """Return a pseudonym for each person; those in ``first``, who are shown, get the first numbers."""
    # or the highest number would tell how many are not shown; the key is made from all people, so that who does not have
    # the whole list can neither guess the order nor try names against it
    different = list(dict.fromkeys(people))
    key = hashlib.sha256("\0".join(sorted(different)).encode("utf-8", "surrogatepass")).digest()
    ahead = set(first)
    digests = {one: hmac.digest(key, one.encode("utf-8", "surrogatepass"), "sha256") for one in different}
    order = sorted(different, key=lambda one: (one not in ahead, digests[one]))
    width = max(3, len(str(len(ahead) or len(order))))
    return {person: f"learner-{number:0{width}d}" for number, person in enumerate(order, start=1)}
