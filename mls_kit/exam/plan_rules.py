"""The rules a plan is built by, and those it is built anew by: ``plan`` and ``replan`` in ``data/method.yaml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["PlanRules", "ReplanRules", "Strict"]

TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class Strict(BaseModel):
    """A part of a data file: a field that is not known is a mistake, and nothing is changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DayRules(Strict):
    """Minutes of study in one day."""

    usual_shortest: int
    longest: int
    break_after: int
    rest: int = Field(alias="break")


class Slots(Strict):
    """Which days are study days, and when they start."""

    order: list[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]]
    most_days: int = Field(ge=1, le=7)
    weekday: str = Field(pattern=TIME)
    weekend: str = Field(pattern=TIME)
    latest_end: str = Field(pattern=TIME)
    weekend_weight: float


class PlanRules(Strict):
    """Everything the plan is built by; the comments in the file say why."""

    buffer_share: float = Field(ge=0.15, le=0.20)
    domain_share: float = Field(gt=0, lt=1)
    first_pass_share: float = Field(gt=0, le=1)
    first_pass_least: int
    turn_minutes: int = Field(ge=15)
    test_share: float = Field(gt=0, lt=1)
    practice_share: float = Field(ge=0.5, le=1)
    review_share: float
    review_share_maintenance: float
    review_minutes: tuple[Annotated[int, Field(ge=5)], Annotated[int, Field(ge=5)]]
    review_gaps: list[float]
    test_minutes_least: int
    shortest_rest: int
    checkpoint_every_weeks: int
    day_minutes: DayRules
    slots: Slots
    diagnostic_questions: int
    minutes_per_question: float
    explain_minutes: float
    goal_percent: int
    floor_percent: int
    readiness_sets: int
    hours_per_week: dict[Literal["lowest", "highest"], float]
    pace_growth: float
    overload_hours: float
    longest_weeks: int
    keep_up_days: list[int]
    keep_up_minutes: int

    @model_validator(mode="after")
    def _gaps_expand(self) -> PlanRules:
        if self.review_gaps != sorted(self.review_gaps) or not 0 < sum(self.review_gaps) < 1:
            raise ValueError("review_gaps must not shrink, and must sum to less than 1")
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
