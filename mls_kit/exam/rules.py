"""What are the rules? ``data/method.yaml``, read and checked: no rule or threshold of the method is in code.

To try a changed copy of the file, name it in the environment variable ``MLS_KIT_METHOD``.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mls_kit._folders import data_file
from mls_kit.exam.data_file import Strict, load_data
from mls_kit.problems import InputError, Problem, nearest

TIME = r"^([01]\d|2[0-3]):[0-5]\d$"  # a time of day, HH:MM
Kind = Literal["published", "article", "model", "contradicted"]
Weeks = Annotated[int, Field(ge=1, le=520)]


class Rating(Strict):
    """A word a report may use for a domain, and the part of the domain still to learn."""

    label: str
    short: str
    gap: float = Field(ge=0, le=1)
    weak: bool = False
    like: str = ""  # the rating that patterns and pictures take it for; itself if empty
    aliases: list[str] = []


class NotRated(Strict):
    """What counts for a report that rates no domain: its rating, and its timeline."""

    kind: Kind
    rating: str
    tier: str
    note: str


class Vocabulary(Strict):
    """The words one kind of report uses, or percentages."""

    kind: Kind
    labels: list[str] = []
    percent: bool = False
    seen_as: dict[str, str] = {}  # how a report shows a label that it does not print, such as a long bar
    note: str = ""


class Band(Strict):
    """From this percentage on, this rating."""

    at_least: float
    rating: str


class PercentBands(Strict):
    """How a percentage becomes a rating."""

    kind: Kind
    bands: list[Band] = Field(min_length=1)


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
    tiers: list[Tier] = Field(min_length=1)
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
    """A pattern of ratings, what it means, and what to do about it."""

    number: int
    name: str
    reads: str  # {rating}: the rating of it that the report has
    fix: str
    kind: Kind
    when: list[Condition] = []
    newly_weak: bool = False
    caution: str = ""


class TimelineRule(Strict):
    """How long, how many hours a week, and how to study, for a report with so many weak domains."""

    tier: str
    weak_at_least: int | None = None
    weak_share_above: float | None = None
    weeks: tuple[Weeks, Weeks]
    suggested_weeks: Weeks
    hours_per_week: tuple[int, int | None]
    kind: Kind
    approach: str = Field(min_length=1)
    note: str = ""


class UpperEnd(Strict):
    """When the upper end of the shortest timeline applies."""

    kind: Kind
    rating: str
    all_but: int


class ArticleScope(Strict):
    """The exam and the vendor the article speaks of, and the lowest score it says usually passes."""

    exam: str
    vendor: str
    passes_from: int


class ArticleWait(Strict):
    """The article's own waiting times, shown beside the published ones."""

    kind: Kind
    days: list[Annotated[int, Field(ge=0, le=3650)]] = Field(min_length=1)


class MethodSource(Strict):
    """Where a rule comes from."""

    title: str
    url: str | None


class DayRules(Strict):
    """When a day of study has a break."""

    break_after: int
    rest: int = Field(alias="break")


class Slots(Strict):
    """When days of study start, and by when they end."""

    weekday: str = Field(pattern=TIME)
    weekend: str = Field(pattern=TIME)
    latest_end: str = Field(pattern=TIME)


class AimRule(Strict):
    """A day to choose for the exam, by the chance of passing; that of the article has none."""

    name: str
    chance: float | None = Field(gt=0, lt=1)
    kind: Literal["model", "article"]


class AimRules(Strict):
    """The days to choose from, and which is taken where none is chosen."""

    default: str
    days: list[AimRule] = Field(min_length=1)

    @model_validator(mode="after")
    def _default_is_there(self) -> AimRules:
        if self.default not in self.names:
            raise InputError("aims", [Problem("default", self.default, f"one of {', '.join(self.names)}")])
        if [day.name for day in self.days if day.chance is None] != ["article"]:
            raise InputError("aims", [Problem("days", "chance", "a chance for each day but article, and none there")])
        return self

    @property
    def names(self) -> list[str]:
        """The names of the days."""
        return [day.name for day in self.days]


class PracticeExams(Strict):
    """How many practice exams a plan has, by the share of its time they take, and when; the comment in the file says more."""

    share: float = Field(gt=0, lt=1)
    least: int = Field(ge=0)
    share_at_most: float = Field(gt=0, lt=1)
    most: int = Field(ge=1)
    not_before: int = Field(ge=0)
    days_before: int = Field(ge=1)


class CheckpointRules(Strict):
    """At what practice exams aim, in percent, and what a missed one means."""

    level_unknown: float
    level_least: float
    margin: int
    move_weeks: Weeks


class WorkshopRules(Strict):
    """How many sit in a workshop for how many hours, and which difference between two of them is too small to call."""

    kind: Literal["model"]
    seats: int = Field(ge=2)
    hours: float = Field(gt=0)
    close: float = Field(ge=0, lt=1)


class PlanRules(Strict):
    """Everything the plan is built by; the comments in the file say why."""

    buffer_share: float = Field(ge=0.15, le=0.20)
    buffer_off: float = Field(ge=0, le=0.05)
    domain_share: float = Field(gt=0, lt=1)
    first_pass_share: float = Field(gt=0, le=1)
    practice_share: float = Field(ge=0.5, le=1)
    study_least: int
    review_share: float
    review_share_maintenance: float
    review_gaps: list[float]
    practice_exams: PracticeExams
    most_themes: int = Field(ge=1)
    week_starts: Literal["Mon", "Sun"]
    session_minutes: tuple[int, int]
    week: list[Annotated[str, Field(pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [1-9]\d{1,2}$")]] = Field(min_length=7)
    most_days: int = Field(ge=1, le=7)
    day_minutes: DayRules
    slots: Slots
    diagnostic_questions: int
    minutes_per_question: float
    explain_minutes: float
    set_step: int = Field(ge=1)
    goal_percent: int
    floor_percent: int
    readiness_sets: int = Field(ge=1)
    checkpoints: CheckpointRules
    hours_per_week: dict[Literal["lowest", "highest"], float]
    pace_growth: float
    overload_hours: float
    longest_weeks: Weeks
    keep_up_days: list[int]
    keep_up_minutes: int

    @property
    def first_weekday(self) -> int:
        """The weekday with which weeks begin (0 is Monday)."""
        return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(self.week_starts)

    @cached_property
    def steps(self) -> list[tuple[int, int]]:
        """How a week is filled: weekday (0 is Monday), and up to how many minutes."""
        days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        return [(days.index(step[:3]), int(step[4:])) for step in self.week]

    @model_validator(mode="after")
    def _gaps_expand(self) -> PlanRules:
        gaps = self.review_gaps
        if gaps != sorted(gaps) or not 0 < sum(gaps) < 1:
            expected = "a list that does not shrink, with a sum below 1"
            raise InputError("plan", [Problem("review_gaps", f"{gaps}", expected)])
        return self


class PaceRule(Strict):
    """How planned and done hours correct the hours a week; ``prior_hours`` count as done just as planned."""

    prior_hours: float = Field(gt=0)
    close: float = Field(ge=0, lt=1)
    lowest: float = Field(gt=0, le=1)
    highest: float = Field(ge=1)


class EvidenceRule(Strict):
    """How much practice it takes to move a domain by one rating: questions, and how sure."""

    questions: int = Field(ge=1)
    sure: float = Field(ge=0.5, lt=1)


class StoppedRule(Strict):
    """When progress has stopped: so many sets, compared with as many before them; and what to change, by cause."""

    sets: int = Field(ge=1)
    questions: int = Field(ge=1)
    sure: float = Field(ge=0.5, lt=1)
    change: dict[str, str]
    otherwise: str


class ReplanRules(Strict):
    """How the practice log changes a plan; the comments in the file say why."""

    kind: Literal["model"]
    pace: PaceRule
    evidence: EvidenceRule
    stopped: StoppedRule


class Method(Strict):
    """All rules and thresholds, as data."""

    version: int
    sources: dict[str, MethodSource]
    article: ArticleScope | None = None
    ratings: list[Rating]
    not_rated: NotRated
    vocabularies: dict[str, Vocabulary]
    percent_bands: PercentBands
    priority: PriorityRules
    methods: dict[str, StudyMethod]
    patterns: list[PatternRule]
    timeline: list[TimelineRule] = Field(min_length=1)
    upper_end: UpperEnd
    all_strong_note: str
    article_wait_days: ArticleWait
    aims: AimRules
    workshop: WorkshopRules
    plan: PlanRules
    replan: ReplanRules
    stale_after_days: int = Field(ge=1, le=3650)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Method:
        used = [(f"vocabularies, {name}", label) for name, each in self.vocabularies.items() for label in each.labels]
        used += [("percent_bands, bands", band.rating) for band in self.percent_bands.bands]
        used += [("patterns", label) for rule in self.patterns for part in rule.when for label in part.rating]
        used += [*(("methods", label) for label in self.methods), ("upper_end, rating", self.upper_end.rating)]
        used += [
            ("not_rated, rating", self.not_rated.rating),
            *(("ratings, like", each.like) for each in self.ratings if each.like),
        ]
        problems = [
            Problem(place, label, f"one of the ratings {', '.join(self.labels)}", nearest(label, self.labels))
            for place, label in used
            if label not in self.labels
        ]
        bands = [band.at_least for band in self.percent_bands.bands]
        if bands != sorted(bands) or bands[:1] > [0]:
            problems.append(Problem("percent_bands, bands", f"{bands}", "a list that rises and begins at 0 or below"))
        at_least = [tier.at_least for tier in self.priority.tiers]
        if at_least != sorted(at_least, reverse=True) or at_least[-1:] > [0]:
            expected = "a list from the highest weighted gap down to 0"
            problems.append(Problem("priority, tiers", f"{at_least}", expected))
        tiers = [rule.tier for rule in self.timeline]
        if self.not_rated.tier not in tiers:
            problems.append(Problem("not_rated, tier", self.not_rated.tier, f"one of {', '.join(tiers)}"))
        if problems:
            raise InputError("method", problems)
        return self

    def __hash__(self) -> int:
        return hash(self.version)

    def like(self, label: str) -> str:
        """Return the rating that patterns and pictures take a rating for."""
        return next((each.like for each in self.ratings if each.label == label and each.like), label)

    def codes_like(self, labels: Collection[str]) -> list[int]:
        """Return the places in ``labels`` of these ratings, and of those that are taken for one of them."""
        return [place for place, label in enumerate(self.labels) if self.like(label) in labels]

    @property
    def labels(self) -> list[str]:
        """The rating labels, worst first."""
        return [rating.label for rating in self.ratings]

    def rating_of_percent(self, percent: float) -> str:
        """Return the rating of a percentage, by the article's bands."""
        return [band.rating for band in self.percent_bands.bands if percent >= band.at_least][-1]


def load_method(path: str | Path | None = None) -> Method:
    """Load the rules: a file of your own, else that of ``MLS_KIT_METHOD``, else the kit's; an InputError names all mistakes.

    >>> load_method().labels[0], load_method().like("Near Proficiency")
    ('Needs Improvement', 'Competent')
    """
    return load_data(path or os.environ.get("MLS_KIT_METHOD") or data_file("method.yaml"), Method)
