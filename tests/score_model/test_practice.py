"""Practice as evidence, and the rule about practice sets: against enumeration, simulation and limits."""

from itertools import product

import numpy as np
import pytest
from candidates import after_score, after_total
from scipy.stats import binom

from mls_kit.score_model import (
    AssumptionGrid,
    PracticeEvidence,
    chance_after_practice,
    chance_of_run,
    counts_posterior,
    practice_band,
    rule_pass_chance,
)

REPORT = 690, [2, 1, 0, 0]


@pytest.fixture
def retake(model):
    return after_score(model, *REPORT)


def by_enumeration(model, total, evidence, since):
    """Sum over kinds of learners, general ability, every domain's grid and every pair of counts: no convolution, no transform."""
    joint, passing, a = 0.0, 0.0, model.assumptions
    for times, share in a.gains:
        gain = times * a.study_gain(since, model.shares)
        general = evidence.of_general(model, gain[None])[0]
        tables = []
        for d, (first, second) in enumerate(zip(model.form.parts, model.retake_form.parts, strict=True)):
            now = model.theta[d] + gain[d]
            likelihood = evidence.of_domain(model, d, now)
            both = np.einsum("gq,q,qk,ql->gkl", model.ability_weights, likelihood, first.raw_scores(model.theta[d]),
                             second.raw_scores(now + a.retest))  # fmt: skip
            tables.append(both)
        sizes = [range(n + 1) for n in model.form.counts]
        for k in product(*sizes):
            if sum(k) != total:
                continue
            for later in product(*sizes):
                p = model.g_weights * general
                for d, table in enumerate(tables):
                    p = p * table[:, k[d], later[d]]
                joint += share * p.sum()
                passing += share * p.sum() * (sum(later) >= model.retake_cut)
    return passing / joint


@pytest.mark.parametrize("mixed", [(0, 0), (7, 10)])
def test_the_chance_agrees_with_enumeration(tiny, mixed):
    evidence = PracticeEvidence([5, 1, 3], [6, 4, 3], mixed, weight=0.6, shift=0.3, most=9)
    since = np.array([20.0, 0, 50])
    found = chance_after_practice(after_total(tiny, 4), evidence, since)
    assert found.chance == pytest.approx(by_enumeration(tiny, 4, evidence, since), abs=1e-9)
    assert sum(share for _, share in found.gains) == pytest.approx(1)


def test_without_practice_or_weight_nothing_changes(retake):
    for evidence in (PracticeEvidence([0] * 4, [0] * 4), PracticeEvidence([9] * 4, [10] * 4, (30, 40), weight=0)):
        assert chance_after_practice(retake, evidence).chance == pytest.approx(retake.chance(), abs=1e-12)


def test_more_right_raises_the_chance_and_a_shift_lowers_it(retake):
    def chance(right, **discount):
        return chance_after_practice(retake, PracticeEvidence([right] * 4, [20] * 4, **discount)).chance

    rising = [chance(right) for right in range(8, 21, 3)]
    assert rising == sorted(rising)
    assert chance(17, shift=0.6) < chance(17, shift=0.3) < chance(17)
    assert chance(17, weight=0.25) < chance(17, weight=1.0)


def test_the_limit_holds_however_much_is_practiced(retake):
    few = PracticeEvidence([17] * 4, [20] * 4, weight=1, most=50)
    many = PracticeEvidence([1700] * 4, [2000] * 4, weight=1, most=50)
    assert few.questions == many.questions == 50
    chances = [chance_after_practice(retake, evidence).chance for evidence in (few, many)]
    assert chances[0] == pytest.approx(chances[1], abs=1e-12)


def test_practice_says_which_kind_of_learner_this_is(model, retake):
    """And so it changes what further hours are worth, not only where the learner stands."""
    since, ahead, before = np.full(4, 20.0), np.full(4, 20.0), dict(model.assumptions.gains)
    found = {}
    for name, right in (("good", 18), ("poor", 10)):
        evidence = PracticeEvidence([right] * 4, [20] * 4)
        now, later = (chance_after_practice(retake, evidence, since, hours) for hours in (None, ahead))
        assert later.chance > now.chance
        np.testing.assert_allclose(later.gains, now.gains)
        found[name] = dict(now.gains)
    ratios = [[found[name][times] / before[times] for times in before] for name in ("good", "poor")]
    assert ratios[0] == sorted(ratios[0])
    assert ratios[1] == sorted(ratios[1], reverse=True)


def test_a_band_is_made_of_the_single_chances(model):
    learning = [{"tau_hours": 40.0, "retest": 0.0}, {"tau_hours": 90.0, "retest": 0.2}]
    grid = AssumptionGrid({"mean": (-0.5, 0.5), "cut_share": ((34, 50), (38, 50)), "retake_shift": (0.2, 0.6)}, learning)
    evidences = [PracticeEvidence([15] * 4, [20] * 4, weight=w, shift=s) for w in (0.25, 1) for s in (0, 0.6)]
    hours = np.array([5.0, 6, 9, 5]), np.array([10.0, 0, 9, 5])
    band = practice_band(model, *REPORT, grid, evidences, *hours)
    single = []
    for change in grid.points():
        retake = after_score(model.under(**change), *REPORT)
        single += [chance_after_practice(retake, evidence, *hours).chance for evidence in evidences]
    assert band.points == len(single)
    assert (band.minimum, band.maximum) == pytest.approx((min(single), max(single)), abs=2e-4)
    assert (band.low, band.high) == pytest.approx(tuple(np.quantile(single, [0.05, 0.95])), abs=2e-4)


def test_the_two_published_rates_belong_to_sets_of_fifty():
    for true, percent in ((0.72, 2), (0.85, 77)):
        exact = binom.sf(39, 50, true) ** 2
        assert rule_pass_chance(true, [50], 80) == pytest.approx(exact, abs=1e-12)
        assert round(100 * exact) == percent
    assert round(100 * binom.sf(39, 50, 0.72)) == 13  # one set alone
    assert [round(100 * rule_pass_chance(true, [65], 80)) for true in (0.72, 0.85)] == [1, 81]


@pytest.mark.parametrize("true", [0.72, 0.80, 0.85, (0.9, 0.9, 0.9, 0.62)])
def test_the_rules_error_rates_agree_with_simulation(true):
    rng, counts, learners = np.random.default_rng(7), np.array([10, 12, 18, 10]), 200_000
    right = rng.binomial(counts, np.broadcast_to(true, 4), (learners, 2, 4))
    passed = (right.sum(axis=2) >= 40).all(axis=1) & (100 * right.sum(axis=1) >= 65 * 2 * counts).all(axis=1)
    assert rule_pass_chance(true, counts, 80, 65) == pytest.approx(passed.mean(), abs=0.005)


def test_a_run_agrees_with_enumeration():
    p, tries = 0.3, 6
    exact = sum(
        p ** sum(way) * (1 - p) ** (tries - sum(way))
        for way in product((0, 1), repeat=tries)
        if any(way[i] and way[i + 1] for i in range(tries - 1))
    )
    assert chance_of_run(p, 2, tries) == pytest.approx(exact, abs=1e-12)


def covering(asked):
    """The ends of the 90 % interval for each number right."""
    return np.array([[counts_posterior(k, asked).quantile(q) for q in (0.05, 0.95)] for k in range(asked + 1)])


@pytest.mark.parametrize("asked", [20, 50, 130])
def test_ninety_percent_intervals_cover_ninety_percent(asked):
    rng, learners = np.random.default_rng(11), 200_000
    true = rng.random(learners)  # as likely as the flat prior says
    ends = covering(asked)[rng.binomial(asked, true)]
    assert ((true >= ends[:, 0]) & (true <= ends[:, 1])).mean() == pytest.approx(0.9, abs=0.003)


@pytest.mark.parametrize("true", [0.65, 0.72, 0.8, 0.85])
def test_intervals_of_a_learner_with_a_known_proportion_cover_about_as_they_say(true):
    ends = covering(100)
    covered = binom.pmf(np.arange(101), 100, true)[(ends[:, 0] <= true) & (true <= ends[:, 1])].sum()
    assert covered == pytest.approx(0.9, abs=0.025)  # whole counts: it cannot be 0.9 for each
