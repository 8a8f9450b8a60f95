"""The rules: ``data/method.yaml`` read and checked. No rule or threshold of the method stands in code.

A changed copy of the file can be tried by naming it in the environment variable ``MLS_KIT_METHOD``.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from mls_kit._folders import data_folder
from mls_kit.exam.plan_rules import PlanRules, ReplanRules, Strict
from mls_kit.problems import InputError, Problem, nearest, shown

__all__ = ["Kind", "Method", "PlanRules", "ReplanRules", "Strict", "load_method"]

# ten times as fast where libyaml is there
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Kind = Literal["published", "article", "model", "contradicted"]


class Rating(Strict):
    """A word a report may use for a domain, and the part of the domain it leaves to close."""

    label: str
    short: str
    gap: float = Field(ge=0, le=1)
    weak: bool = False
    aliases: list[str] = []


class Vocabulary(Strict):
    """The words one kind of report uses, or percentages."""

    kind: Kind
    labels: list[str] = []
    percent: bool = False
    note: str = ""


class Band(Strict):
    """From this percentage on, this rating."""

    at_least: float
    rating: str


class PercentBands(Strict):
    """How a percentage becomes a rating."""

    kind: Kind
    bands: list[Band]


class Tier(Strict):
    """A priority tier: from which weighted gap on, and its points of study time."""

    name: str
    at_least: float
    points: float = Field(gt=0)


class SingleWeak(Strict):
    """The split of time when exactly one domain is weak, in percent."""

    kind: Kind
    share: float
    others: float


class PriorityRules(Strict):
    """From weighted gap to tier to share."""

    kind: Kind
    note: str = ""
    tiers: list[Tier]
    single_weak: SingleWeak


class StudyMethod(Strict):
    """How to study a domain with a given rating."""

    kind: Kind
    do: list[str]


class Condition(Strict):
    """Which domains must have which ratings for a pattern to match."""

    domains: Literal["all", "heavy", "data", "modeling", "operations"]
    which: Literal["any", "every"]
    rating: list[str]


class PatternRule(Strict):
    """A pattern of ratings, what it reads as, and what mends it."""

    number: int
    name: str
    reads: str
    fix: str
    kind: Kind
    when: list[Condition] = []
    newly_weak: bool = False
    caution: str = ""


class TimelineRule(Strict):
    """How long, and how many hours a week, for a report with so many weak domains."""

    tier: str
    weak_at_least: int | None = None
    weak_share_above: float | None = None
    weeks: tuple[int, int]
    suggested_weeks: int
    hours_per_week: tuple[int, int | None]
    kind: Kind
    note: str = ""


class UpperEnd(Strict):
    """When the upper end of the shortest timeline applies."""

    kind: Kind
    rating: str
    all_but: int


class ArticleWait(Strict):
    """The article's own waiting times, shown beside the published ones."""

    kind: Kind
    days: list[int]


class MethodSource(Strict):
    """Where a rule comes from."""

    title: str
    url: str | None


class Method(Strict):
    """All rules and thresholds, as data.

    Examples
    --------
    >>> [tier.name for tier in load_method().priority.tiers]
    ['Highest', 'High', 'Medium', 'Maintenance']
    """

    version: int
    sources: dict[str, MethodSource]
    ratings: list[Rating]
    vocabularies: dict[str, Vocabulary]
    percent_bands: PercentBands
    priority: PriorityRules
    methods: dict[str, StudyMethod]
    patterns: list[PatternRule]
    timeline: list[TimelineRule]
    upper_end: UpperEnd
    all_strong_note: str
    article_wait_days: ArticleWait
    plan: PlanRules
    replan: ReplanRules
    stale_after_days: int

    @model_validator(mode="after")
    def _labels_are_known(self) -> Method:
        used = [label for vocabulary in self.vocabularies.values() for label in vocabulary.labels]
        used += [band.rating for band in self.percent_bands.bands]
        used += [label for rule in self.patterns for condition in rule.when for label in condition.rating]
        used += [*self.methods, self.upper_end.rating]
        for label in used:
            if label not in self.labels:
                raise ValueError(f"{label!r} is not a rating; nearest: {nearest(label, self.labels)}")
        if self.percent_bands.bands[0].at_least > 0:
            raise ValueError("percent_bands.bands must begin at 0")
        at_least = [tier.at_least for tier in self.priority.tiers]
        if at_least != sorted(at_least, reverse=True) or at_least[-1] > 0:
            raise ValueError("priority.tiers must run from the highest weighted gap down to 0")
        return self

    @property
    def labels(self) -> list[str]:
        """The rating labels, worst first."""
        return [rating.label for rating in self.ratings]

    def rating_of_percent(self, percent: float) -> str:
        """Return the rating of a percentage, by the article's bands."""
        return [band.rating for band in self.percent_bands.bands if percent >= band.at_least][-1]


def read_yaml(path: Path) -> object:
    """Read a YAML file of the kit; raise ``InputError`` where it is missing or not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), LOADER)
    except OSError:
        raise InputError("method", [Problem("MLS_KIT_METHOD", path.name, "an existing file")]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(path.name, [Problem(path.name, shown(error), "a YAML file in UTF-8")]) from None


@lru_cache(maxsize=8)
def _read_method(chosen: str, _changed: int) -> Method:
    path = Path(chosen)
    try:
        return Method.model_validate(read_yaml(path))
    except ValidationError as error:
        problems = [
            Problem(".".join(map(str, detail["loc"])) or "file", shown(detail["input"]), f"valid: {detail['msg']}")
            for detail in error.errors()
        ]
        raise InputError(path.name, problems) from None


def load_method(path: str | Path | None = None) -> Method:
    """Load the rules.

    Parameters
    ----------
    path : path, optional
        A method file of one's own; otherwise ``MLS_KIT_METHOD``, otherwise the kit's.

    Raises
    ------
    InputError
        The file is not there or breaks a rule of its own; every mistake is named.
    """
    chosen = str(path or os.environ.get("MLS_KIT_METHOD") or f"{data_folder()}/method.yaml")
    return _read_method(chosen, os.stat(chosen).st_mtime_ns if os.path.exists(chosen) else 0)
