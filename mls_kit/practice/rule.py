"""The rule about practice sets and how often it errs; the goal of 80 % is the article's, the rest the kit's (model)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from mls_kit._folders import data_folder
from mls_kit.exam import Exam, Strict, load_data, load_method
from mls_kit.method import scored_questions
from mls_kit.score_model import chance_of_run, question_counts, rule_pass_chance


class Predictions(Strict):
    """How many predictions it takes to say something, and which errors are close or off, in percentage points."""

    least: int = Field(ge=1)
    close: float = Field(gt=0)
    somewhat: float = Field(gt=0)


class UsualQuestions(Strict):
    """How many questions an exam has whose own numbers are not known: those that count, and all."""

    scored: int = Field(ge=1)
    total: int = Field(ge=1)


class ReadinessRule(Strict):
    """The rule's numbers beside those of the plan; the comments in the file say why."""

    kind: Literal["model"]
    least_share: float = Field(gt=0, le=2)
    usual_questions: UsualQuestions
    recent_days: int = Field(ge=1)
    domain_questions: int = Field(ge=1)
    level: float = Field(gt=0, lt=1)
    prior: tuple[float, float]
    shown_truths: list[float]
    shown_tries: int = Field(ge=2)
    predictions: Predictions


def readiness_rule() -> ReadinessRule:
    """Return the rule's own numbers: ``data/readiness.yaml``.

    >>> readiness_rule().recent_days
    28
    """
    return load_data(data_folder() / "readiness.yaml", ReadinessRule)


def least_questions(exam: Exam) -> int:
    """Return how many questions a set must have to count: as many as the exam scores, or the stated share of them."""
    rule = readiness_rule()
    return int(np.ceil(rule.least_share * (scored_questions(exam) or rule.usual_questions.scored) - 1e-9))


def rule_rate(exam: Exam, true: float | Sequence[float], sets: int | None = None, floor: bool = True) -> float:
    """Return how often someone meets the rule on the first try, by the true proportion (model), with the shortest sets that count.

    ``true``: one number, or one a domain; ``sets``: in a row, as the rule asks by default; ``floor``: in each domain too.

    >>> from mls_kit import load_exam
    >>> round(rule_rate(load_exam("MLS-C01", today="2026-11-22"), 0.85), 2)
    0.77
    """
    plan = load_method().plan
    counts = question_counts([domain.weight for domain in exam.domains], least_questions(exam))
    return rule_pass_chance(true, counts, plan.goal_percent, plan.floor_percent if floor else 0,
                            sets or plan.readiness_sets)  # fmt: skip


def luck_rate(exam: Exam, true: float, tries: int | None = None) -> float:
    """Return how often someone gets enough good sets in a row somewhere in several tries; totals alone (model)."""
    once = rule_rate(exam, true, sets=1, floor=False)
    return chance_of_run(once, load_method().plan.readiness_sets, tries or readiness_rule().shown_tries)
