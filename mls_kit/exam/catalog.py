"""What is this exam? Domains, weights, scale, passing standard, ratings, retakes and life cycle, each with its source.

An exam is one YAML file. Those of the kit are in ``data/exams``; a folder of one's own is named by the
environment variable ``MLS_KIT_EXAMS`` or by an argument, and comes first.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError, model_validator

from mls_kit._folders import data_folder
from mls_kit.exam.facts import Domain, Fact, LifeCycle, Questions, ReportFacts, Resource, RetakePolicy, Source
from mls_kit.exam.plan_rules import PlanRules, Strict
from mls_kit.exam.rules import LOADER, load_method
from mls_kit.problems import InputError, Problem, nearest, shown, squeeze

__all__ = ["Domain", "Exam", "Fact", "StaleFactWarning", "list_exams", "load_exam"]


class StaleFactWarning(UserWarning):
    """A fact of an exam file was last seen so long ago that it should be checked again."""


class Exam(Strict):
    """Everything the kit knows of one exam.

    Examples
    --------
    >>> exam = load_exam("mls-c01", today="2026-11-22")
    >>> exam.passing_standard.value, exam.passing_standard.kind
    (750, 'published')
    >>> [domain.weight for domain in exam.domains]
    [20.0, 24.0, 36.0, 20.0]
    """

    code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$")
    vendor: str
    facts_as_of: date
    name: Fact[str]
    level: Fact[str]
    life_cycle: LifeCycle
    scale: Fact[tuple[int, int]]
    passing_standard: Fact[int]
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
    def _agrees_with_itself(self) -> Exam:
        domains = self.blueprint.value or []
        if not domains:
            raise ValueError("blueprint: an exam has at least one domain")
        if [domain.number for domain in domains] != list(range(1, len(domains) + 1)):
            raise ValueError("blueprint: domain numbers must run 1, 2, 3 ... without a gap")
        names = [squeeze(domain.name) for domain in domains]
        if len(set(names)) < len(names):
            raise ValueError("blueprint: every domain needs a name of its own")
        known = load_method().vocabularies
        for name in self.report.rating_vocabularies.value or ["none"]:
            if name not in known:
                raise ValueError(f"report.rating_vocabularies: {name!r} is not one of {', '.join(known)}")
        total = sum(domain.weight for domain in domains)
        if abs(total - 100) > 0.11:
            raise ValueError(f"blueprint: the domain weights sum to {total:g}, expected 100")
        if self.scale.value is None or self.passing_standard.value is None:
            raise ValueError("scale and passing_standard cannot be unknown: every rule needs them")
        low, high = self.scale.value
        if not low < self.passing_standard.value < high:
            raise ValueError(f"passing_standard: {self.passing_standard.value} is not between {low} and {high}")
        if not self.retake.wait_days.value or min(self.retake.wait_days.value) < 0:
            raise ValueError("retake.wait_days: expected at least one number of days, none below 0")
        for place, fact in self.facts():
            for source in fact.sources:
                if source not in self.sources:
                    guess = nearest(source, self.sources)
                    raise ValueError(f"{place}.sources: {source!r} is not in sources; nearest: {guess}")
        return self

    @property
    def domains(self) -> list[Domain]:
        """The content domains in the order of the exam guide."""
        return self.blueprint.value or []

    @property
    def passing(self) -> int:
        """The passing standard on the reporting scale."""
        return self.passing_standard.value or 0

    @property
    def score_range(self) -> tuple[int, int]:
        """The lowest and the highest scaled score."""
        return self.scale.value or (0, 0)

    @property
    def verified(self) -> date:
        """The day the exam's status was last seen."""
        return self.life_cycle.status.seen

    def facts(self) -> Iterator[tuple[str, Fact[Any]]]:
        """Yield every fact of the file with its place, such as ``("retake.wait_days", fact)``."""
        for room in (self, self.life_cycle, self.report, self.retake):
            prefix = {LifeCycle: "life_cycle.", ReportFacts: "report.", RetakePolicy: "retake."}.get(type(room), "")
            for name in type(room).model_fields:
                fact = getattr(room, name)
                if isinstance(fact, Fact):
                    yield prefix + name, fact

    def stale_facts(self, today: date) -> list[str]:
        """Return the places of facts last seen too long before ``today`` (120 days, by ``method.yaml``)."""
        oldest = today - timedelta(days=load_method().stale_after_days)
        return [place for place, fact in self.facts() if fact.seen < oldest]

    def last_day(self, language: str = "English") -> date | None:
        """Return the last day the exam can be sat in a language, None if none is announced or known."""
        days = self.life_cycle.last_days.value or {}
        return days.get("all", days.get(language))

    def is_second_hand(self, fact: Fact[Any]) -> bool:
        """Tell whether no source of a fact is the exam owner's text, read itself or in a copy."""
        found = [self.sources[source] for source in fact.sources]
        return not any(source.official and source.how_read in ("direct", "copy") for source in found)


def exam_folders(folder: str | Path | None = None) -> list[Path]:
    """Return the folders searched for exam files, the first to win first."""
    own = [folder, os.environ.get("MLS_KIT_EXAMS")]
    folders = [Path(path).expanduser() for path in own if path]
    for path in folders:
        if not path.is_dir():
            raise InputError(
                "The folder of exam files", [Problem("exam_folder", shown(path.name), "an existing folder")]
            )
    return [*folders, data_folder() / "exams"]


def exam_files(folder: str | Path | None = None) -> dict[str, Path]:
    """Return code -> file for every exam that can be loaded."""
    return dict(_exam_files(*((place, place.stat().st_mtime_ns) for place in exam_folders(folder))))


@lru_cache(maxsize=64)
def _exam_files(*places: tuple[Path, int]) -> dict[str, Path]:
    """List folders, each with the moment its list of files last changed."""
    found: dict[str, Path] = {}
    for place, _changed in places:
        for path in sorted([*place.glob("*.yaml"), *place.glob("*.yml")]):
            found.setdefault(path.stem, path)
    return found


def list_exams(folder: str | Path | None = None) -> list[str]:
    """Return the codes of all exams, those of the learner's own folder included.

    Examples
    --------
    >>> "MLA-C02" in list_exams()
    True
    """
    return sorted(exam_files(folder))


@lru_cache(maxsize=256)
def _read_exam(path: Path, _changed: int) -> Exam:
    place = path.name
    try:
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(place, [Problem(place, shown(error), "a YAML file in UTF-8")]) from None
    if not isinstance(raw, dict):
        raise InputError(place, [Problem(place, shown(raw), "a mapping of exam facts")])
    try:
        exam = Exam.model_validate(raw)
    except ValidationError as error:
        raise InputError(place, [_as_problem(detail) for detail in error.errors()]) from None
    if squeeze(exam.code) != squeeze(path.stem):
        raise InputError(place, [Problem("code", exam.code, f"the name of the file, {path.stem}")])
    return exam


def _as_problem(detail: Any) -> Problem:
    where = ".".join(str(step) for step in detail["loc"]) or "file"
    return Problem(where, shown(detail["input"]), f"valid: {detail['msg']}", None)


def find_exam(code: object, folder: str | Path | None = None) -> Exam:
    """Return an exam without a word about the age of its facts; ``load_exam`` is the public door."""
    if isinstance(code, Exam):
        return code
    files = exam_files(folder)
    wanted = squeeze(code)
    for known, path in files.items():
        if wanted and squeeze(known) == wanted:
            return _read_exam(path, os.stat(path).st_mtime_ns)
    expected = "one of the exams " + ", ".join(sorted(files))
    raise InputError("exam", [Problem("exam", shown(code), expected, nearest(code, files))])


def load_exam(code: str, folder: str | Path | None = None, today: date | str | None = None) -> Exam:
    """Load and check the file of one exam.

    Parameters
    ----------
    code : str
        The exam's code; case, spaces and hyphens do not matter.
    folder : path, optional
        A folder with exam files of one's own, searched before ``MLS_KIT_EXAMS`` and the kit's.
    today : date or ISO text, optional
        The day against which the age of facts is judged; the computer's date if left out.

    Returns
    -------
    Exam

    Raises
    ------
    InputError
        The exam is not known (the nearest code is named), or its file has mistakes (all are named).

    Warns
    -----
    StaleFactWarning
        A fact was last seen more than 120 days ago.

    Examples
    --------
    >>> load_exam("saa c03", today="2026-11-22").name.value
    'AWS Certified Solutions Architect - Associate'
    """
    exam = find_exam(code, folder)
    day = date.fromisoformat(today) if isinstance(today, str) else today or date.today()
    if stale := exam.stale_facts(day):
        warnings.warn(
            f"{exam.code}: {len(stale)} facts were last seen over {load_method().stale_after_days} days before {day}, "
            f"{stale[0]} among them: check them at their sources.",
            StaleFactWarning,
            stacklevel=2,
        )
    return exam


def minutes_per_question(exam: Exam, rules: PlanRules) -> float:
    """Return the exam's own pace, where its length and its number of questions are known (published)."""
    questions = exam.questions.value
    if exam.minutes.value and questions and questions.total:
        return exam.minutes.value / questions.total
    return rules.minutes_per_question
