"""What does an exam file say? Facts with their kinds and sources; and which of its domains count in a later exam."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from mls_kit._folders import data_folder
from mls_kit.exam.data_file import Strict, load_data
from mls_kit.exam.rules import Kind, load_method
from mls_kit.problems import InputError, Problem, nearest, squeeze

Confidence = Literal["high", "medium", "low"]
T = TypeVar("T")


class Fact(Strict, Generic[T]):
    """A statement about an exam; a ``value`` of None is not known, and ``note`` says what was found instead."""

    value: T | None
    kind: Kind
    sources: list[str] = Field(min_length=1)  # names from the exam's own ``sources``
    confidence: Confidence
    seen: date  # the day the sources were last read
    conflict: bool = False  # the sources say different things: ``note`` says which
    note: str = ""


def _text_date(value: object) -> str:
    """Return the date of a text as it is written: 2026-09-28, 2026-09, 2026 or ``unknown``."""
    text = str(value)
    if text != "unknown":
        try:
            date.fromisoformat((text + "-01-01")[:10])
        except ValueError:
            raise ValueError(f"{text!r} is no date of a text. Expected: 2026-09-28, 2026-09, 2026 or unknown.") from None
    return text


class Source(Strict):
    """Where a fact was read: the address, whether it is the exam owner's, and how it was read."""

    url: str | None = Field(pattern=r"^https?://")
    official: bool
    how_read: Literal["direct", "copy", "quoted", "third party"]
    text_date: Annotated[str, BeforeValidator(_text_date)] = "unknown"  # a day, a month or a year
    note: str = ""

    @property
    def text_day(self) -> date | None:
        """The day of the text, a month's or a year's first where it tells no more; None if unknown."""
        return None if self.text_date == "unknown" else date.fromisoformat((self.text_date + "-01-01")[:10])


class Resource(Strict):
    """A page to study from; ``seen``: the page itself was read, its source in AWS's archive, or only its address.

    ``practice``: the owner's own set of questions across all domains, or whole practice exam.
    """

    title: str
    url: str = Field(pattern=r"^https?://")
    seen: Literal["direct", "awsdocs", "cited"] = "cited"
    practice: Literal["set", "exam"] | None = None


class ArticleNotes(Strict):
    """What the article says of one domain (kind: article)."""

    tests: list[str]
    gap: str
    actions: list[str] = Field(min_length=1)


class KitNotes(Strict):
    """What the kit advises for one domain (kind: model): what is often missing, and one thing to try for a task, or a topic."""

    gap: str = Field(min_length=1)
    labs: dict[str, Annotated[str, Field(min_length=1, max_length=84)]] = Field(min_length=1)


class Domain(Strict):
    """One content domain: its number, name and weight (percent of the scored questions)."""

    number: int = Field(ge=1)
    name: str = Field(min_length=1)
    weight: float = Field(gt=0, le=100)
    weight_range: tuple[float, float] | None = None  # published; ``weight`` is then its middle, scaled to 100 (model)
    aliases: list[str] = []
    roles: list[Literal["data", "modeling", "operations"]] = []
    tasks: dict[str, str] = {}
    article: ArticleNotes | None = None
    kit: KitNotes | None = None
    resources: list[Resource] = []

    @property
    def topics(self) -> dict[str, str]:
        """What to study one by one, with titles: its tasks; where none are known, what the kit's labs are on, without titles."""
        return self.tasks or dict.fromkeys(self.kit.labs if self.kit else (), "")

    @property
    def published_weight(self) -> str:
        """Its weight in percent as the owner publishes it: a number, or a range."""
        low, high = self.weight_range or (self.weight, self.weight)
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"

    @property
    def short(self) -> str:
        """Its name as people say it: the shortest it has, but for abbreviations."""
        return min([self.name, *(name for name in self.aliases if not name.isupper())], key=len)


class Questions(Strict):
    """How many questions a form has, and how many of them count."""

    total: int | None = Field(default=None, gt=0)
    range: tuple[int, int] | None = None  # where the owner says from how many to how many
    scored: int | None = Field(default=None, gt=0)
    unscored: int | None = Field(default=None, ge=0)


class LifeCycle(Strict):
    """Can the exam be sat, until when in which language, and what follows it."""

    status: Fact[Literal["announced", "open", "beta", "retiring", "retired"]]
    last_days: Fact[dict[str, date | None]]
    successor: Fact[str]
    available_from: Fact[date] | None = None


class ReportFacts(Strict):
    """What the score report of this exam shows."""

    rating_vocabularies: Fact[list[str]]
    domain_percent_shown: Fact[bool]
    wording: Fact[str]
    score_shown: Fact[bool] | None = None  # false: candidates learn no score, whatever the scale behind it
    rating_thresholds: Fact[str] | None = None
    results_within: Fact[str] | None = None


class AttemptLimit(Strict):
    """At most ``count`` attempts: in any so many ``months`` in a row, in a calendar year, or in all."""

    count: int = Field(ge=1, le=99)
    window: Literal["rolling months", "calendar year", "lifetime"]
    months: int | None = Field(default=None, ge=1, le=120)

    @model_validator(mode="after")
    def _names_its_months(self) -> AttemptLimit:
        if (self.months is None) == (self.window == "rolling months"):
            expected = "a number of months for a window of rolling months, and left out for any other"
            raise InputError("limit", [Problem("months", str(self.months or "nothing"), expected)])
        return self

    def opens(self, days: Sequence[date]) -> date | None:
        """Return the first day that another attempt is allowed after those on ``days``, in order; None where none holds it."""
        last = days[-self.count] if len(days) >= self.count else None
        if last is None or self.window == "lifetime":
            return None
        year, month = divmod(12 * last.year + last.month - 1 + self.months, 12) if self.months else (last.year + 1, 0)
        return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]) if self.months else 1)

    def __str__(self) -> str:
        window = {"rolling months": f"any {self.months} months", "calendar year": "a calendar year", "lifetime": "all"}
        return f"{self.count} in {window[self.window]}"


class RetakePolicy(Strict):
    """When a failed exam may be sat again. ``wait_days``: after the first failure, the second ...; the last repeats."""

    wait_days: Fact[list[Annotated[int, Field(ge=0, le=3650)]]]
    attempt_limit: Fact[AttemptLimit | Literal["none"]] | None = None
    fee_each_attempt: Fact[str] | None = None
    after_pass: Fact[str] | None = None
    beta_single_attempt: Fact[bool] | None = None


class Exam(Strict):
    """Everything the kit knows about one exam: scores on the reporting scale, minutes, US dollars.

    >>> from mls_kit.exam import load_exam
    >>> exam = load_exam("mls-c01", today="2026-11-22")
    >>> exam.passing_standard.value, exam.passing_standard.kind
    (750, 'published')
    """

    code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$")
    vendor: str
    facts_as_of: date
    name: Fact[str]
    level: Fact[str]
    life_cycle: LifeCycle
    scale: Fact[tuple[int, int]]
    passing_standard: Fact[int]
    equating: Literal["published", "second-hand"] | None = None
    questions: Fact[Questions]
    minutes: Fact[Annotated[int, Field(gt=0)]]
    fee_usd: Fact[float]
    scoring: Fact[str]
    guide_version: Fact[str]
    report: ReportFacts
    retake: RetakePolicy
    blueprint: Fact[list[Domain]]
    resources: list[Resource] = []
    sources: dict[str, Source]

    @model_validator(mode="after")
    def _agrees_with_itself(self, info: ValidationInfo) -> Exam:
        problems = [*self._wrong_domains(), *self._wrong_facts()]
        if info.context and squeeze(self.code) != squeeze(info.context):
            problems.insert(0, Problem("code", self.code, f"the name of the file, {info.context}"))
        if problems:
            raise InputError(self.code, problems)
        return self

    def __hash__(self) -> int:
        return hash(self.code)

    def _wrong_domains(self) -> Iterator[Problem]:
        if self.blueprint.value is None and self.life_cycle.status.value == "announced":
            return  # its weights are not known yet
        numbers = [domain.number for domain in self.domains]
        names = [squeeze(domain.name) for domain in self.domains]
        total = sum(domain.weight for domain in self.domains)
        if not numbers:
            yield Problem("blueprint, value", "nothing", "a list of at least one domain")
        elif numbers != list(range(1, len(numbers) + 1)):
            yield Problem("blueprint, value", f"{numbers}", "a list of domains numbered 1, 2, 3 ... without a gap")
        if len(set(names)) < len(names):
            twice = next(domain.name for place, domain in enumerate(self.domains) if names[place] in names[:place])
            yield Problem("blueprint, value", twice, "the name of one domain: every domain needs a name of its own")
        for domain in self.domains:
            for task in domain.kit.labs if domain.kit and domain.tasks else ():
                if task not in domain.tasks:
                    place = f"blueprint, value, {domain.number}, kit, labs"
                    yield Problem(place, task, "the number of one of the domain's tasks", nearest(task, domain.tasks))
        ranges = [domain.weight_range for domain in self.domains if domain.weight_range]
        middle = sum(sum(each) / 2 for each in ranges)
        for domain in self.domains if ranges else ():
            place = f"blueprint, value, {domain.number}, weight_range"
            low, high = domain.weight_range or (1, 0)
            if low > high:
                yield Problem(place, str(domain.weight_range or "nothing"), "a range from low to high, as every domain has one")
            elif abs(domain.weight - 50 * (low + high) / middle) > 0.11:
                yield Problem(place, f"{low:g} to {high:g}", f"a range whose middle, scaled to 100, is {domain.weight:g}")
        if numbers and not 98.89 <= total <= 101.11:
            yield Problem("blueprint, value", f"{total:g}", "100, the sum of the domain weights (99 to 101 where an owner rounds)")

    def _wrong_facts(self) -> Iterator[Problem]:
        vocabularies = load_method().vocabularies
        words = self.report.rating_vocabularies
        for name in words.value or ([] if words.note else ["none"]):
            if name not in vocabularies:
                expected = f"one of {', '.join(vocabularies)}"
                yield Problem("report, rating_vocabularies, value", name, expected, nearest(name, vocabularies))
        if self.reports_score and self.scale.value is None:
            yield Problem("scale, value", "nothing", "known, or score_shown: false under report where no score is reported")
        if self.reports_score and self.passing_standard.value is None and not self.passing_standard.note:
            yield Problem("passing_standard, value", "nothing", "known, or a note that says what was found instead")
        low, high = self.score_range
        if self.scale.value and self.passing_standard.value is not None and not low < self.passing < high:
            yield Problem("passing_standard, value", f"{self.passing}", f"between {low} and {high}")
        if self.life_cycle.status.value == "announced" and not self.first_day:
            yield Problem("life_cycle, available_from", "nothing", "the day from which an announced exam can be sat")
        if not self.retake.wait_days.value:
            yield Problem("retake, wait_days, value", "nothing", "a list of at least one number of days")
        for place, fact in self.facts():
            for source in fact.sources:
                if source not in self.sources:
                    where = ", ".join([*place.split("."), "sources"])
                    yield Problem(where, source, "one of the file's sources", nearest(source, self.sources))
                elif (day := self.sources[source].text_day) and day > fact.seen:
                    expected = f"a day on or after {self.sources[source].text_date}, the date of its text ({source})"
                    yield Problem(", ".join([*place.split("."), "seen"]), str(fact.seen), expected)

    @property
    def domains(self) -> list[Domain]:
        """The content domains in the order of the exam guide."""
        return self.blueprint.value or []

    @property
    def reports_score(self) -> bool:
        """Whether candidates learn a score; where they do not, a report says pass or fail."""
        return self.report.score_shown is None or self.report.score_shown.value is not False

    @property
    def has_standard(self) -> bool:
        """Whether the score on a report tells pass from fail; where it does not, the report has to say which."""
        return self.reports_score and self.passing_standard.value is not None

    @property
    def rates_domains(self) -> bool:
        """Whether reports are known to rate the domains, in words or in percent."""
        return bool(self.report.rating_vocabularies.value)

    @property
    def label_sets(self) -> list[tuple[str, ...]]:
        """Which labels belong together, worst first: those of each kind of report of this exam, and last the article's."""
        known, names = load_method().vocabularies, [*(self.report.rating_vocabularies.value or []), "article"]
        return [labels for name in names if (labels := tuple(known[name].labels))]

    @property
    def silent(self) -> str:
        """What keeps the score model from this exam: domains, score, adaptive, standard or questions; empty where nothing does."""
        known = self.questions.value
        lacks = {"domains": not self.domains, "score": not self.reports_score, "adaptive": self.scoring.value == "adaptive",
                 "standard": not self.has_standard, "questions": not (known and (known.scored or known.total))}  # fmt: skip
        return next((why for why, holds in lacks.items() if holds), "")

    @property
    def most_questions(self) -> int | None:
        """How many questions a form has at most, None if not known."""
        known = self.questions.value or Questions()
        return known.total or (known.range[1] if known.range else None)

    @property
    def passing(self) -> int:
        """The passing standard on the reporting scale."""
        return self.passing_standard.value or 0

    @property
    def score_range(self) -> tuple[int, int]:
        """The lowest and the highest scaled score."""
        return self.scale.value or (0, 0)

    def facts(self) -> Iterator[tuple[str, Fact[Any]]]:
        """Yield every fact of the file with its place, such as ``("retake.wait_days", fact)``."""
        for group in ("", "life_cycle", "report", "retake"):
            part = getattr(self, group) if group else self
            for name in type(part).model_fields:
                if isinstance(fact := getattr(part, name), Fact):
                    yield f"{group}.{name}".lstrip("."), fact

    def stale_facts(self, today: date) -> list[str]:
        """Return the places of facts whose text is too old by ``today``: ``stale_after_days`` in ``method.yaml``.

        The day of the text counts, not the day it was read; where a text has no date, the day it was read has to do. Facts of a
        retired exam do not age.
        """
        oldest = today - timedelta(days=load_method().stale_after_days)
        if self.life_cycle.status.value == "retired":
            return []
        return [place for place, fact in self.facts() if (self.text_day(fact) or fact.seen) < oldest]

    def text_day(self, fact: Fact[Any]) -> date | None:
        """Return the day of the latest text that a fact was read in, None if none has a date."""
        return max((day for name in fact.sources if (day := self.sources[name].text_day)), default=None)

    def text_date(self, fact: Fact[Any]) -> str:
        """Return the date of that text as it is written: a day, a month or a year; empty if none has a date."""
        return max((text for name in fact.sources if (text := self.sources[name].text_date) != "unknown"), default="")

    @property
    def first_day(self) -> date | None:
        """The day from which an exam that is only announced can be sat; None for any other."""
        there = self.life_cycle
        return there.available_from.value if there.available_from and there.status.value == "announced" else None

    def last_day(self, language: str = "English") -> date | None:
        """Return the last day the exam can be sat in a language, None if none is announced or known."""
        days = self.life_cycle.last_days.value or {}
        return days.get("all", days.get(language))

    def best_source(self, fact: Fact[Any]) -> Source:
        """Return the first source of a fact that is the exam owner's; the first of all if none is."""
        return max((self.sources[name] for name in fact.sources), key=lambda source: source.official)

    def is_second_hand(self, fact: Fact[Any]) -> bool:
        """Tell whether no source of a fact is the exam owner's text, read itself or in a copy."""
        found = [self.sources[source] for source in fact.sources]
        return not any(source.official and source.how_read in ("direct", "copy") for source in found)


class Crosswalk(Strict):
    """Domain to domain, from an exam that ended to one that can be sat (kind: model)."""

    model_config = ConfigDict(populate_by_name=True)
    source: str = Field(alias="from")
    to: str
    kind: Kind
    confidence: Confidence
    seen: date
    domains: dict[int, list[int]]  # domain of the earlier exam -> those of the later one in which its knowledge counts
    new: dict[int, str] = {}  # domain of the later exam -> what it asks and the earlier one did not


def load_crosswalk(source: str, to: str) -> Crosswalk | None:
    """Return where the knowledge of an earlier exam counts in a later one; None where the kit does not know.

    >>> load_crosswalk("MLS-C01", "MLA-C02").domains[4]
    [3, 4]
    """
    walks = load_data(data_folder() / "crosswalk.yaml", list[Crosswalk])
    return next((walk for walk in walks if (walk.source, walk.to) == (source, to)), None)
