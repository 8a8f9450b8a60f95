"""Candidates as the score model assumes them, and the exams they sit, for simulations."""

import numpy as np

from mls_kit.score_model import Evidence, Retake, ScoreModel, infer_report

TWO = ("Needs Improvement", "Meets Competencies")
EXAMS = {  # by the number of domains
    4: ScoreModel.from_exam_facts([20, 24, 36, 20], 50),
    5: ScoreModel.from_exam_facts([30, 26, 24, 12, 8], 65, (100, 720, 1000), TWO),
    6: ScoreModel.from_exam_facts([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000)),
}


def after_score(model, score, ratings=None):
    """Return the retake after a report."""
    return Retake(infer_report(model, Evidence.from_score(model, score, ratings)))


def after_total(model, total, ratings=None):
    return Retake(infer_report(model, Evidence.from_total(model, total, ratings)))


def abilities(model, n, rng):
    a = model.assumptions
    general, own = rng.standard_normal((n, 1)), rng.standard_normal((n, model.domains))
    return a.mean + a.sd * (np.sqrt(a.rho) * general + np.sqrt(1 - a.rho) * own)


def rises(model, hours, n, rng):
    """What sitting again and the hours, spread by weight, bring each candidate."""
    a = model.assumptions
    times, shares = zip(*a.gains, strict=True)
    gain = a.study_gain(hours * model.shares, model.shares)
    return a.retest + rng.choice(times, (n, 1), p=shares) * gain


def sit(form, theta, rng):
    """Return the numbers right by domain."""
    parts = zip(form.parts, theta.T, strict=True)
    return np.stack([(rng.random((len(t), p.size)) < p.probability(t)).sum(axis=1) for p, t in parts], axis=1)
