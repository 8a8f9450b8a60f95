"""An invented cohort for a workshop: twenty learners of one exam, with pseudonyms and no names."""

from __future__ import annotations

import zlib
from datetime import timedelta

import numpy as np

from mls_kit.exam import Exam, load_method
from mls_kit.files import csv_of
from mls_kit.method import scored_questions
from mls_kit.score_model import ScoreModel

_QUESTIONS = 60  # where an exam's number of questions is not known
_UNSEEN = (0, 1000)  # the scale behind an exam that reports no score
_BELOW, _ABOVE, _PASSES = 170, 60, 3  # scaled points around the passing standard; how many passed


def sample_cohort(exam: Exam, learners: int = 20) -> str:
    """Return a cohort as CSV: drawn from the score model (model) with a seed of the exam's own, so always the same.

    >>> from mls_kit.exam import find_exam
    >>> sample_cohort(find_exam("SAA-C03")).splitlines()[1].split(",")[:2]
    ['learner-01', 'SAA-C03']
    """
    random = np.random.default_rng(zlib.crc32(exam.code.encode()))
    method = load_method()
    vocabulary = method.vocabularies[(exam.report.rating_vocabularies.value or ["article"])[0]]
    labels = tuple(vocabulary.labels or method.vocabularies["article"].labels)
    labels = labels if len(labels) < 4 else (labels[0], labels[len(labels) // 2], labels[-1])  # as many as the model draws
    weights = [domain.weight for domain in exam.domains]
    low, high = exam.score_range if exam.reports_score else _UNSEEN
    standard = exam.passing if exam.has_standard else low + 7 * (high - low) // 10  # never shown: it says who passed
    model = ScoreModel.from_exam_facts(weights, scored_questions(exam) or _QUESTIONS, (low, standard, high), labels)
    last = exam.last_day()
    latest = min(exam.facts_as_of, last) if last else exam.facts_as_of
    rows: list[list[object]] = []
    passes = 0
    while len(rows) < learners:
        right = _sitting(model, random)
        score = int(model.scale.report(float(right.sum())))
        passed = score >= standard
        if not standard - _BELOW <= score <= standard + _ABOVE or (passed and passes == _PASSES):
            continue
        passes += passed
        counts = model.form.counts
        if not exam.rates_domains:
            ratings: list[object] = [""] * len(counts)
        elif vocabulary.percent:
            ratings = [round(100 * int(k) / n) for k, n in zip(right, counts, strict=True)]
        else:
            ratings = [labels[model.bands.codes(n)[k]] for k, n in zip(right, counts, strict=True)]
        day = latest - timedelta(days=int(random.integers(3, 60)))
        hours = "" if passed else int(random.integers(4, 15))
        off = "" if passed else str(random.choice(["", "", "Sun", "Sat, Sun", "Wed"]))
        result = "pass" if passed else "fail"
        learner = f"learner-{len(rows) + 1:02d}"
        rows.append([learner, exam.code, score if exam.reports_score else "", result, day, 1, *ratings, hours, "", off, "English"])
    heads = ["learner_id", "exam", "scaled_score", "result", "taken_on", "attempt",
             *(f"domain_{domain.number}" for domain in exam.domains), "hours_per_week", "target_date", "days_off",
             "language"]  # fmt: skip
    return csv_of([heads, *rows])


def _sitting(model: ScoreModel, random: np.random.Generator) -> np.ndarray:
    """Return the questions right in each domain for a candidate drawn from the model's population."""
    rho = model.assumptions.rho
    own = random.standard_normal(model.domains)
    ability = model.abilities(np.sqrt(rho) * random.standard_normal() + np.sqrt(1 - rho) * own)
    chances = [part.probability(np.asarray(theta)) for part, theta in zip(model.form.parts, ability, strict=True)]
    return np.array([int((random.random(chance.size) < chance).sum()) for chance in chances])
