"""Simulated candidates: 90 % intervals for ability and proportion cover 90 % of the truths.

Ability and the true proportion are continuous, so exact coverage is possible; the intervals for whole
numbers of right answers must cover at least 90 %.
"""

from functools import lru_cache

import numpy as np
import pytest

from mls_kit.score_model import attempts
from mls_kit.score_model.joint import Evidence, grid_quantiles, infer_report
from mls_kit.score_model.lookup import JointTable, look_up
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.retake import Retake

CANDIDATES = 200_000
EXAMS = {
    4: ([20, 24, 36, 20], 50, (100, 750, 1000)),
    5: ([30, 26, 24, 12, 8], 65, (100, 720, 1000)),
    6: ([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000)),
}


@pytest.fixture(scope="module")
def model():
    return ScoreModel.from_exam_facts(*EXAMS[4][:2])


def simulate(model, rng):
    a, d = model.assumptions, model.domains
    general = rng.standard_normal((CANDIDATES, 1))
    own = rng.standard_normal((CANDIDATES, d))
    theta = a.mean + a.sd * (np.sqrt(a.rho) * general + np.sqrt(1 - a.rho) * own)
    return theta, sit(model.form, theta, rng)


def sit(form, theta, rng):
    """Return the numbers right by domain."""
    parts = zip(form.parts, theta.T, strict=True)
    return np.stack([(rng.random((len(t), p.size)) < p.probability(t)).sum(axis=1) for p, t in parts], axis=1)


def calibration_error(said, came, bins=10):
    """Mean distance of what was said from what came, over bins of equal numbers of candidates."""
    parts = np.array_split(np.argsort(said, kind="stable"), bins)
    return sum(len(part) / len(said) * abs(said[part].mean() - came[part].mean()) for part in parts)


@pytest.mark.parametrize("domains", EXAMS)
def test_ninety_percent_intervals_cover_ninety_percent(domains):
    model = ScoreModel.from_exam_facts(*EXAMS[domains])
    theta, right = simulate(model, np.random.default_rng(20240 + domains))
    table = JointTable(model)
    codes = np.stack([table.codes[d][right[:, d]] for d in range(domains)], axis=1)
    row = codes @ 3 ** np.arange(domains)[::-1]
    # What a learner sees is the reported score; which totals may lie behind it is inferred.
    lower, above = model.scale.totals(model.scale.report(right.sum(axis=1)))
    reports, which = np.unique(np.stack([row, lower, np.rint(above * 1e9)]), axis=1, return_inverse=True)
    r, x, share = reports[0].astype(int), reports[1].astype(int), (reports[2] / 1e9)[:, None]
    covered = []
    for d in range(domains):
        mass = table.ability(d)
        mixed = (1 - share) * mass[r, x] + share * mass[r, x + 1]
        ends = grid_quantiles(model.z, mixed, [0.05, 0.95])[which.ravel()]
        covered.append(((theta[:, d] >= ends[:, 0]) & (theta[:, d] <= ends[:, 1])).mean())
    assert min(covered) >= 0.897
    assert max(covered) <= 0.903


@pytest.mark.parametrize("domains", EXAMS)
@pytest.mark.parametrize("hours", [None, 0.0, 80.0])
def test_the_chance_to_pass_comes_true(domains, hours):
    """Of the candidates told 30 %, 30 % pass: the expected calibration error is under half a percentage point."""
    model = ScoreModel.from_exam_facts(*EXAMS[domains])
    rng = np.random.default_rng(77 + domains)
    theta, right = simulate(model, rng)
    a, rise = model.assumptions, 0.0
    if hours is not None:
        times, shares = zip(*a.gains, strict=True)
        gain = a.study_gain(hours * model.shares, model.shares)
        rise = a.retest + rng.choice(times, (CANDIDATES, 1), p=shares) * gain
    passed = sit(model.retake_form, theta + rise, rng).sum(axis=1) >= model.retake_cut
    table = JointTable(model)
    codes = np.stack([table.codes[d][right[:, d]] for d in range(domains)], axis=1)
    scores = model.scale.report(right.sum(axis=1))
    plan = None if hours is None else hours * model.shares
    both = np.column_stack([table.probability.ravel(), table.pass_weight(plan).ravel()])
    found = look_up(table, both, scores, codes)
    assert calibration_error(found[:, 1] / found[:, 0], passed) < 0.005


def test_intervals_of_single_reports_are_those_of_the_table():
    model = ScoreModel.from_exam_facts(*EXAMS[5])
    table = JointTable(model)
    for total, ratings in ((45, [1, 1, 1, 0, 2]), (50, [2, 1, 1, 2, 0])):
        posterior = infer_report(model, Evidence.from_total(model, total, ratings))
        row = int(np.array(ratings) @ 3 ** np.arange(5)[::-1])
        for d in range(5):
            np.testing.assert_allclose(
                posterior.interval_ability()[d], table.ability_interval(d)[row, total], atol=1e-9
            )


def test_intervals_of_whole_numbers_cover_at_least_their_level(model):
    _, right = simulate(model, np.random.default_rng(5))
    codes = np.stack([model.bands.codes(n)[right[:, d]] for d, n in enumerate(model.form.counts)], axis=1)
    reports, which, times = np.unique(
        np.column_stack([codes, right.sum(axis=1)]), axis=0, return_inverse=True, return_counts=True
    )
    covered, seen = np.zeros(4), 0
    for i in np.argsort(-times)[:60]:
        here = right[which.ravel() == i]
        *ratings, total = reports[i].tolist()
        ends = infer_report(model, Evidence.from_total(model, total, ratings)).interval_right()
        covered += ((here >= ends[:, 0]) & (here <= ends[:, 1])).sum(axis=0)
        seen += len(here)
    assert seen > 20_000
    assert (covered / seen >= 0.895).all()


def test_proportion_interval_is_the_ability_interval_converted(model):
    posterior = infer_report(model, Evidence.from_total(model, 34, [1] * 4))
    for d, part in enumerate(model.form.parts):
        expected = part.true_score(posterior.interval_ability()[d]) / part.size
        np.testing.assert_allclose(posterior.interval_proportion()[d], expected)


def test_the_chance_that_ability_rose_comes_true(model):
    """Candidates of the model sit twice, with gains as repeaters have them: of those said 80 %, 80 % have risen."""
    rng, n, a = np.random.default_rng(4), 40_000, model.assumptions
    ability = np.sqrt(a.rho) * rng.standard_normal((n, 1)) + np.sqrt(1 - a.rho) * rng.standard_normal((n, 4))
    gain = rng.normal(0.5, 0.4, n)
    first, second = (
        np.column_stack([rng.random((n, p.size)) < p.probability(t) for p, t in zip(form.parts, theta.T, strict=True)])
        for form, theta in ((model.form, ability), (model.retake_form, ability + gain[:, None]))
    )
    scores = model.scale.report(first.sum(axis=1)), model.retake_scores[second.sum(axis=1)]
    at = (scores[0] >= 640) & (scores[0] < 720)
    pairs, which = np.unique(np.column_stack(scores)[at], axis=0, return_inverse=True)
    said = np.array([rose_by_score(model, *pair) for pair in pairs])[which.ravel()]
    came = (gain > 0)[at]
    for part in np.array_split(np.argsort(said), 5):
        assert came[part].mean() == pytest.approx(said[part].mean(), abs=0.03)


@lru_cache
def next_scores(model, first):
    retake = Retake(infer_report(model, Evidence.from_score(model, first)))
    return attempts._distributions(retake, attempts._GAINS)


def rose_by_score(model, first, second):
    """The same chance from the scores alone, so that all candidates with them can be taken together."""
    likelihood = [np.interp(second, model.retake_scores, row) for row in next_scores(model, first)]
    return attempts._rose(np.array(likelihood), 0.5, 0.4)
