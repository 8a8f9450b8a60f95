"""Names that say nothing: learner-001 and so on, the same for the same file, in an order nobody can guess."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence

__all__ = ["pseudonyms"]


def pseudonyms(people: Sequence[str], first: Collection[str] = ()) -> dict[str, str]:
    """Return a pseudonym for each person.

    Parameters
    ----------
    people : sequence of str
        What tells people apart; may repeat.
    first : collection of str, optional
        Those who are shown. They get the first numbers, or the highest number would tell how many are not shown.

    Notes
    -----
    The order comes from a keyed hash, the key from all people together: who does not have the whole list can neither
    guess the order nor try names against it.

    Examples
    --------
    >>> sorted(pseudonyms(["Ada", "Bram", "Ada"]).values())
    ['learner-001', 'learner-002']
    """
    different = list(dict.fromkeys(people))
    key = hashlib.sha256("\0".join(sorted(different)).encode("utf-8", "surrogatepass")).digest()
    ahead = set(first)
    order = sorted(
        different, key=lambda one: (one not in ahead, hmac.digest(key, one.encode("utf-8", "surrogatepass"), "sha256"))
    )
    width = max(3, len(str(len(ahead) or len(order))))
    return {person: f"learner-{number:0{width}d}" for number, person in enumerate(order, start=1)}
