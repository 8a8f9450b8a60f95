"""Score and ratings together: what is known, the chance of passing a retake, what an hour is worth. Kind: model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mls_kit._folders import data_folder
from mls_kit.exam import Exam, load_data, load_method
from mls_kit.html import render
from mls_kit.report import ScoreReport
from mls_kit.score_model import (
    AssumptionGrid,
    Assumptions,
    Change,
    ScoreModel,
    Verdict,
    compare_attempts,
    forecast,
    judge_forecasts,
    question_counts,
)


def stated_grid() -> AssumptionGrid:
    """Return the alternatives over which bands are computed: ``data/assumptions.yaml``."""
    return _stated()[0]


def study_hours_shown() -> float:
    """Return the hours of study after which chances are shown: ``data/assumptions.yaml``."""
    return float(_stated()[1]["study_hours_shown"])


def stated_sources() -> dict[str, str]:
    """Return where each assumption's value comes from, or that it is our choice and why: ``data/assumptions.yaml``."""
    said = _stated()[1]["assumptions"]
    return {name: f"{each['kind']}: {re.sub('^(our choice|convention): ', '', each['source'])}" for name, each in said.items()}


def stated_names() -> dict[str, str]:
    """Return what each assumption is called on a page: ``data/assumptions.yaml``."""
    return {name: each["called"] for name, each in _stated()[1]["assumptions"].items()}


def stated_worlds() -> dict[str, dict[str, Any]]:
    """Return worlds in which the model is wrong, with the assumptions that hold there: ``data/assumptions.yaml``."""
    worlds = _stated()[1]["worlds"]
    return {each["name"]: each["changes"] for each in worlds}


def known_repeaters() -> dict[str, Any]:
    """Return what is known of people who sat again, at other exams: ``data/assumptions.yaml``.

    >>> known_repeaters()["said"].partition(".")[0]
    'In licensing exams for other professions, 43 to 48 % of people pass when they take the exam again'
    """
    found: dict[str, Any] = _stated()[1]["repeaters"]
    return found


@lru_cache(maxsize=1)
def _stated() -> tuple[AssumptionGrid, dict[str, Any]]:
    stated = load_data(data_folder() / "assumptions.yaml", dict[str, Any])
    return AssumptionGrid(stated["grid"], stated["together"]), stated


def labels_of(report: ScoreReport) -> tuple[str, ...] | None:
    """Return the vocabulary of a report's labels, worst first; None where its labels belong to no one vocabulary."""
    return next((labels for labels in report.facts.label_sets if {*report.ratings.values()} <= {*labels}), None)


@lru_cache(maxsize=32)
def _model(
    weights: tuple[float, ...], scored: int, scale: tuple[int, int, int], labels: tuple[str, ...], chosen: Assumptions
) -> ScoreModel:
    return ScoreModel.from_exam_facts(weights, scored, scale, labels, chosen)


def scored_questions(exam: Exam) -> int | None:
    """Return how many questions count: published, or all of them where only the total is known (model)."""
    questions = exam.questions.value
    return (questions.scored or questions.total) if questions else None


def questions_by_domain(exam: Exam) -> dict[str, int]:
    """Return how many scored questions each domain has (model: weight times scored questions, rounded); empty if not known.

    >>> from mls_kit.exam import find_exam
    >>> questions_by_domain(find_exam("MLS-C01"))["Modeling"]
    18
    """
    scored = scored_questions(exam)
    counts = question_counts([domain.weight for domain in exam.domains], scored) if scored else ()
    return {domain.name: count for domain, count in zip(exam.domains, counts, strict=False)}


def why_silent(exam: Exam) -> str:
    """Say in a sentence why no chance of passing is worked out for an exam; empty where one is.

    >>> from mls_kit.exam import find_exam
    >>> why_silent(find_exam("PMP"))
    'PMI doesn’t report scores, so we can’t calculate a chance of passing.'
    """
    return str(render("method/said.html.j2", exam.silent, exam=exam)) if exam.silent else ""


def model_of(exam: Exam, labels: tuple[str, ...], assumptions: Assumptions | None = None) -> ScoreModel:
    """Return the score model of an exam, from its scored questions and weights; ``labels``: two or three, worst first.

    A ValueError where the model is silent on the exam, or an assumption is outside its limits.

    >>> from mls_kit.exam import find_exam
    >>> model_of(find_exam("SAA-C03"), ("Needs Improvement", "Meets Competencies")).retake_cut
    33
    """
    scored = scored_questions(exam)
    if exam.silent or not scored:
        raise ValueError(why_silent(exam))
    low, high = exam.score_range
    weights = tuple(domain.weight for domain in exam.domains)
    return _model(weights, scored, (low, exam.passing, high), labels, assumptions or Assumptions())


def compare_reports(earlier: ScoreReport, later: ScoreReport) -> Change | None:
    """Return whether the change between two attempts is more than chance brings; None where that cannot be told.

    An ImpossibleReportError where the earlier report cannot come about under the assumptions.
    """
    labels = labels_of(later)
    if labels is None or labels_of(earlier) != labels or later.facts.silent:
        return None
    model = model_of(later.facts, labels)
    gain = known_repeaters()["gain"]
    return compare_attempts(model, evidence_of(earlier), evidence_of(later), (gain["mean"], gain["sd"]))


def came_true_of(exam: Exam, attempts: Iterable[tuple[ScoreReport, ScoreReport]]) -> Verdict | None:
    """Return what ``came_true`` does, of reports of one exam, each with the next."""
    scores = [(one.scaled_score, other.scaled_score) for one, other in attempts]
    return came_true(exam, [(one, other) for one, other in scores if one is not None and other is not None])


def evidence_of(report: ScoreReport) -> tuple[int, list[str]]:
    """Return the score and the ratings of a report that the model can read."""
    assert report.scaled_score is not None
    return report.scaled_score, list(report.ratings.values())


def came_true(exam: Exam, attempts: Sequence[tuple[float, float]], hours: float | None = None) -> Verdict | None:
    """Return how the chances (model) before next attempts compare with the share that passed; None without a model or attempts.

    ``attempts``: a failed score and the next one's, of one learner or many; ``hours``: studied in between, by default as many
    as repeaters usually put in. Ratings are left out: once the score is known they hardly move the chance.

    >>> from mls_kit.exam import find_exam
    >>> round(came_true(find_exam("SAA-C03"), [(650, 690), (700, 740), (690, 705)]).came, 2)
    0.33
    """
    pairs = [(first, second) for first, second in attempts if first < exam.passing]
    if not pairs or exam.silent:
        return None
    labels = load_method().vocabularies["article"].labels
    model = model_of(exam, tuple(labels))
    firsts, seconds = np.array(pairs, dtype=float).T
    said = forecast(model, firsts, known_repeaters()["usual_hours"] if hours is None else hours)
    return judge_forecasts(said, seconds >= exam.passing, seconds)
