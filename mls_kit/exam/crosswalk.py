"""Where the knowledge of an exam that ended counts in an exam that can be sat: ``data/crosswalk.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from mls_kit._folders import data_folder
from mls_kit.exam.data_file import Strict, load_data
from mls_kit.exam.rules import Kind

__all__ = ["Crosswalk", "load_crosswalk"]


class Carried(Strict):
    """One domain of the earlier exam, and the domains of the later one that its knowledge counts in."""

    model_config = ConfigDict(populate_by_name=True)
    source: int = Field(alias="from")
    to: list[int]


class NewContent(Strict):
    """What the later exam asks and the earlier one did not."""

    domain: int
    what: str


class Crosswalk(Strict):
    """Domain to domain, from an exam that ended to one that can be sat (kind: model)."""

    model_config = ConfigDict(populate_by_name=True)
    source: str = Field(alias="from")
    to: str
    kind: Kind
    confidence: Literal["high", "medium", "low"]
    seen: date
    domains: list[Carried]
    new: list[NewContent] = []


def load_crosswalk(source: str, to: str) -> Crosswalk | None:
    """Return where knowledge of one exam counts in another; None where the kit does not know.

    Parameters
    ----------
    source, to : str
        Codes of the earlier and the later exam.

    Examples
    --------
    >>> load_crosswalk("MLS-C01", "MLA-C02").domains[3].to
    [3, 4]
    """
    walks = load_data(data_folder() / "crosswalk.yaml", list[Crosswalk])
    return next((walk for walk in walks if (walk.source, walk.to) == (source, to)), None)
