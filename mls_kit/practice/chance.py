"""The chance of passing from the report and the practice since (model), discounted as ``data/assumptions.yaml`` states."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from mls_kit._folders import data_folder
from mls_kit.exam import load_data
from mls_kit.html import render
from mls_kit.method import evidence_of, labels_of, model_of, stated_grid
from mls_kit.report import ScoreReport
from mls_kit.score_model import (
    Evidence,
    ImpossibleReportError,
    PracticeEvidence,
    Retake,
    ScoreModel,
    chance_after_practice,
    infer_report,
    practice_band,
)

Pair = tuple[float, float]


class PracticeChance(NamedTuple):
    """The chance of passing from the report alone, and after practice and study since."""

    before: float
    after: float
    before_band: Pair  # the 5 to 95 % points over the stated assumptions
    after_band: Pair
    asked: int  # practice questions
    worth: float  # exam questions that they count as
    hours: float  # of study since the report
    points: int  # sets of assumptions behind the second band

    def said(self) -> str:
        """Say the chances and the discount in words."""
        right = 0.72  # on the exam, as an example; in practice the odds are higher by the assumed shift
        odds = right / (1 - right) * math.exp(practice_assumptions()["shift"])
        return str(render("practice/said.html.j2", "chance", found=self, exam=right, easier=odds / (1 + odds)))


def practice_assumptions() -> dict[str, Any]:
    """Return how practice is discounted: ``practice`` in ``data/assumptions.yaml``.

    >>> practice_assumptions()["weight"]
    0.5
    """
    stated: dict[str, Any] = load_data(data_folder() / "assumptions.yaml", dict[str, Any])["practice"]
    return stated


def chance_with_practice(
    report: ScoreReport, domains: list[Pair], mixed: Pair = (0.0, 0.0), hours: float = 0.0
) -> PracticeChance | None:
    """Return the chance of passing with practice by domain (right, asked; ``mixed``: not split) and hours; None without a model."""
    labels = labels_of(report)
    if labels is None or report.facts.silent:
        return None
    model = model_of(report.facts, labels)
    try:
        score, ratings = evidence_of(report)
        return _found(model, score, tuple(ratings), tuple(domains), mixed, hours)
    except ImpossibleReportError:
        return None


@lru_cache(maxsize=64)
def _found(
    model: ScoreModel, score: int, ratings: tuple[str, ...], domains: tuple[Pair, ...], mixed: Pair, hours: float
) -> PracticeChance:
    stated, grid = practice_assumptions(), stated_grid()
    right, asked = np.array(domains, dtype=float).T
    most = stated["most_exams"] * model.form.size

    def evidence(weight: float, shift: float) -> PracticeEvidence:
        return PracticeEvidence(right, asked, mixed, weight, shift, most)

    since = hours * model.shares if hours else None
    retake = Retake(infer_report(model, Evidence.from_score(model, score, list(ratings))))
    own = evidence(stated["weight"], stated["shift"])
    after = chance_after_practice(retake, own, since)
    other = stated["alternatives"]
    band = practice_band(model, score, list(ratings), grid,
                         [evidence(w, s) for w in other["weight"] for s in other["shift"]], since)  # fmt: skip
    nothing = PracticeEvidence(np.zeros(len(domains)), np.zeros(len(domains)))
    before = practice_band(model, score, list(ratings), grid, [nothing])
    return PracticeChance(retake.chance(), after.chance, (before.low, before.high), (band.low, band.high),
                          int(own.asked_in_all), own.questions, hours, band.points)  # fmt: skip
