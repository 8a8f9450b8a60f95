"""Simulated candidates: 90 % intervals for ability and proportion cover 90 % of the truths.

Ability and the true proportion are continuous, so exact coverage is possible; the intervals for whole
numbers of right answers must cover at least 90 %.
"""

from functools import lru_cache

import numpy as np
import pytest
from candidates import EXAMS, abilities, after_score, rises, sit

from mls_kit.score_model import Evidence, JointTable, attempts, infer_report
from mls_kit.score_model.joint import grid_quantiles
from mls_kit.score_model.lookup import look_up

CANDIDATES = 200_000


def codes_of(model, right):
    return np.stack([model.bands.codes(n)[right[:, d]] for d, n in enumerate(model.form.counts)], axis=1)


def calibration_error(said, came, bins=10):
    """Mean distance of what was said from what came, over bins of equal numbers of candidates."""
    parts = np.array_split(np.argsort(said, kind="stable"), bins)
    return sum(len(part) / len(said) * abs(said[part].mean() - came[part].mean()) for part in parts)


def ability_of(table, domain):
    """The joint of each report and one domain's ability on the grid."""
    model = table.model
    return table.weighted(domain, model.ability_weights[:, None, :] * model.right_given_theta[domain].T)


@pytest.mark.parametrize("domains", EXAMS)
def test_ninety_percent_intervals_cover_ninety_percent(domains):
    model, rng = EXAMS[domains], np.random.default_rng(20240 + domains)
    theta = abilities(model, CANDIDATES, rng)
    right, table = sit(model.form, theta, rng), JointTable(model)
    row = codes_of(model, right) @ table.labels ** np.arange(domains)[::-1]
    # What a learner sees is the reported score; which totals may lie behind it is inferred.
    lower, above = model.scale.totals(model.scale.report(right.sum(axis=1)))
    reports, which = np.unique(np.stack([row, lower, np.rint(above * 1e9)]), axis=1, return_inverse=True)
    r, x, share = reports[0].astype(int), reports[1].astype(int), (reports[2] / 1e9)[:, None]
    covered = []
    for d in range(domains):
        mass = ability_of(table, d)
        mixed = (1 - share) * mass[r, x] + share * mass[r, x + 1]
        ends = grid_quantiles(model.z, mixed, [0.05, 0.95])[which.ravel()]
        covered.append(((theta[:, d] >= ends[:, 0]) & (theta[:, d] <= ends[:, 1])).mean())
    assert min(covered) >= 0.897
    assert max(covered) <= 0.903


@pytest.mark.parametrize("domains", EXAMS)
@pytest.mark.parametrize("hours", [None, 0.0, 80.0])
def test_the_chance_to_pass_comes_true(domains, hours):
    """Of the candidates told 30 %, 30 % pass: the expected calibration error is under half a percentage point."""
    model, rng = EXAMS[domains], np.random.default_rng(77 + domains)
    theta = abilities(model, CANDIDATES, rng)
    right, table = sit(model.form, theta, rng), JointTable(model)
    rise = 0.0 if hours is None else rises(model, hours, CANDIDATES, rng)
    passed = sit(model.retake_form, theta + rise, rng).sum(axis=1) >= model.retake_cut
    plan = None if hours is None else hours * model.shares
    both = np.column_stack([table.probability.ravel(), table.pass_weight(plan).ravel()])
    said = look_up(table, both, model.scale.report(right.sum(axis=1)), codes_of(model, right))[1][:, 0]
    assert calibration_error(np.ma.getdata(said), passed) < 0.005


def test_abilities_behind_single_reports_are_those_of_the_table():
    model, table = EXAMS[5], JointTable(EXAMS[5])
    for total, ratings in ((45, [1, 1, 1, 0, 1]), (50, [1, 1, 1, 1, 0])):
        single = infer_report(model, Evidence.from_total(model, total, ratings)).ability
        row = int(np.array(ratings) @ table.labels ** np.arange(5)[::-1])
        found = np.stack([ability_of(table, d)[row, total] for d in range(5)])
        np.testing.assert_allclose(single, found / found.sum(axis=1, keepdims=True), atol=1e-9)


def test_intervals_of_whole_numbers_cover_at_least_their_level():
    model, rng = EXAMS[4], np.random.default_rng(5)
    right = sit(model.form, abilities(model, CANDIDATES, rng), rng)
    told = np.column_stack([codes_of(model, right), right.sum(axis=1)])
    reports, which, times = np.unique(told, axis=0, return_inverse=True, return_counts=True)
    covered, seen = np.zeros(4), 0
    for i in np.argsort(-times)[:60]:
        here = right[which.ravel() == i]
        *ratings, total = reports[i].tolist()
        ends = infer_report(model, Evidence.from_total(model, total, ratings)).interval_right()
        covered += ((here >= ends[:, 0]) & (here <= ends[:, 1])).sum(axis=0)
        seen += len(here)
    assert seen > 20_000
    assert (covered / seen >= 0.895).all()


def test_the_chance_that_ability_rose_comes_true():
    """Candidates of the model sit twice, with gains as repeaters have them: of those said 80 %, 80 % have risen."""
    model, rng = EXAMS[4], np.random.default_rng(4)
    ability, gain = abilities(model, 40_000, rng), rng.normal(0.5, 0.4, (40_000, 1))
    first = model.scale.report(sit(model.form, ability, rng).sum(axis=1))
    second = model.retake_scores[sit(model.retake_form, ability + gain, rng).sum(axis=1)]
    at = (first >= 640) & (first < 720)
    pairs, which = np.unique(np.column_stack([first, second])[at], axis=0, return_inverse=True)
    said = np.array([rose_by_score(model, *pair) for pair in pairs])[which.ravel()]
    came = (gain[:, 0] > 0)[at]
    for part in np.array_split(np.argsort(said), 5):
        assert came[part].mean() == pytest.approx(said[part].mean(), abs=0.03)


@lru_cache
def next_scores(model, first):
    retake = after_score(model, first)
    return retake.totals(retake.transforms(np.repeat(attempts._GAINS[:, None], model.domains, axis=1)))


def rose_by_score(model, first, second):
    """The same chance from the scores alone, so that all candidates with them can be taken together."""
    likelihood = [np.interp(second, model.retake_scores, row) for row in next_scores(model, first)]
    return attempts._rose(np.array(likelihood), 0.5, 0.4)
