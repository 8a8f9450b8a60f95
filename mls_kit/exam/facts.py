"""What an exam file holds: facts with their kinds and sources, domains, life cycle, report and retake policy."""

from __future__ import annotations

from datetime import date
from typing import Generic, Literal, TypeVar

from pydantic import Field

from mls_kit.exam.plan_rules import Strict
from mls_kit.exam.rules import Kind

__all__ = ["Domain", "Fact", "LifeCycle", "ReportFacts", "Resource", "RetakePolicy"]

Confidence = Literal["high", "medium", "low"]
T = TypeVar("T")


class Fact(Strict, Generic[T]):
    """A statement with its kind, its sources, how sure it is, and the day it was last seen.

    ``value`` is None where the fact is not known; ``note`` then says what was found instead.
    """

    value: T | None
    kind: Kind
    sources: list[str] = Field(min_length=1)
    confidence: Confidence
    seen: date
    note: str = ""


class Source(Strict):
    """Where a fact was read: the address, whether it is the exam owner's, and how it was read."""

    url: str | None = Field(pattern=r"^https?://")
    official: bool
    how_read: Literal["direct", "copy", "quoted", "third party"]
    text_date: str = "unknown"
    note: str = ""


class Resource(Strict):
    """A page to study from; ``seen`` says whether the page itself was read or only its address."""

    title: str
    url: str = Field(pattern=r"^https?://")
    seen: Literal["direct", "cited"] = "cited"


class ArticleNotes(Strict):
    """What the article says of one domain (kind: article)."""

    tests: list[str]
    gap: str
    actions: list[str] = Field(min_length=1)


class Domain(Strict):
    """One content domain: its number, name and weight (percent of the scored questions)."""

    number: int = Field(ge=1)
    name: str = Field(min_length=1)
    weight: float = Field(gt=0, le=100)
    aliases: list[str] = []
    roles: list[Literal["data", "modeling", "operations"]] = []
    tasks: dict[str, str] = {}
    article: ArticleNotes | None = None
    resources: list[Resource] = []


class Questions(Strict):
    """How many questions a form has, and how many of them count."""

    total: int | None = Field(default=None, gt=0)
    scored: int | None = Field(default=None, gt=0)
    unscored: int | None = Field(default=None, ge=0)


class LifeCycle(Strict):
    """Can the exam be sat, until when in which language, and what follows it."""

    status: Fact[Literal["open", "beta", "retiring", "retired"]]
    last_days: Fact[dict[str, date | None]]
    successor: Fact[str]
    available_from: Fact[date] | None = None


class ReportFacts(Strict):
    """What the score report of this exam shows."""

    rating_vocabularies: Fact[list[str]]
    domain_percent_shown: Fact[bool]
    wording: Fact[str]
    rating_thresholds: Fact[str] | None = None
    results_within: Fact[str] | None = None


class RetakePolicy(Strict):
    """When a failed exam may be sat again. ``wait_days``: after the first failure, the second ...; the last repeats."""

    wait_days: Fact[list[int]]
    attempt_limit: Fact[str] | None = None
    fee_each_attempt: Fact[str] | None = None
    after_pass: Fact[str] | None = None
    beta_single_attempt: Fact[bool] | None = None
