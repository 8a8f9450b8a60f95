from itertools import product

import numpy as np
import pytest
from candidates import after_score, after_total
from scipy.stats import norm, skewnorm

from mls_kit.score_model import Assumptions, Evidence, ImpossibleReportError, ScoreModel, infer_report
from mls_kit.score_model.joint import grid_quantiles


def enumerate_candidates(model, shifts):
    """Every response pattern to both forms, one by one, on the same grids of ability.

    Yields (patterns right by domain, patterns right at the retake by domain, probability by domain
    and general ability), with nothing convolved.
    """
    a, g = model.assumptions, np.linspace(-5, 5, 41)
    z = np.linspace(-6, 6, 121)
    weights = norm.pdf(z, np.sqrt(a.rho) * g[:, None], np.sqrt(1 - a.rho))
    weights /= weights.sum(axis=1, keepdims=True)
    prior = norm.pdf(g) / norm.pdf(g).sum()
    by_domain = []
    for d in range(model.domains):
        rows = []
        first, later = (form.domain == d for form in (model.form, model.retake_form))
        theta = a.mean[d] + a.sd * z
        p = model.form.probability(theta)[:, first]
        q = model.retake_form.probability(theta + shifts[d])[:, later]
        for one in product([0, 1], repeat=int(first.sum())):
            f = np.where(one, p, 1 - p).prod(axis=1)
            for two in product([0, 1], repeat=int(later.sum())):
                joint = f * np.where(two, q, 1 - q).prod(axis=1)
                rows.append((sum(one), sum(two), weights @ joint, weights @ (joint * theta)))
        by_domain.append(rows)
    return prior, by_domain


def brute_force(model, total, codes, hours):
    """Sum over all patterns for each kind of learner; the report does not depend on it."""
    a, n = model.assumptions, np.array(model.form.counts)
    gain = a.headroom * (1 - np.exp(-np.array(hours) / (a.tau_hours * n / n.sum())))
    found = [_brute_force(model, total, codes, a.retest + times * gain) for times, _ in a.gains]
    passed = sum(share * one[-1] for (_, share), one in zip(a.gains, found, strict=True))
    return *found[0][:-1], passed


def _brute_force(model, total, codes, shifts):
    prior, by_domain = enumerate_candidates(model, shifts)
    probability = passed = 0.0
    right, ability = np.zeros(model.domains), np.zeros(model.domains)
    rated = [
        [r for r in rows if codes is None or model.bands.codes(n)[r[0]] == codes[d]]
        for d, (rows, n) in enumerate(zip(by_domain, model.form.counts, strict=True))
    ]
    for cells in product(*rated):
        if sum(c[0] for c in cells) != total:
            continue
        chance = prior @ np.prod([c[2] for c in cells], axis=0)
        probability += chance
        right += chance * np.array([c[0] for c in cells])
        passed += chance * (sum(c[1] for c in cells) >= model.retake_cut)
        for d in range(model.domains):
            parts = [c[3] if e == d else c[2] for e, c in enumerate(cells)]
            ability[d] += prior @ np.prod(parts, axis=0)
    return probability, right / probability, ability / probability, passed / probability


@pytest.mark.parametrize(("total", "codes"), [(4, (1, 0, 2)), (3, None), (5, (2, 2, 0))])
def test_agrees_with_full_enumeration(tiny, total, codes):
    unlike = tiny.assumptions.changed(rho=0.6, mean=(0.2, -0.3, 0.5), sd=1.2)
    exam = ScoreModel(tiny.form, tiny.retake_form, tiny.scale, tiny.bands, unlike, 5)
    hours = (10.0, 0.0, 25.0)
    probability, right, ability, passed = brute_force(exam, total, codes, hours)
    retake = after_total(exam, total, codes)
    posterior = retake.posterior
    assert posterior.probability == pytest.approx(probability, abs=1e-12)
    np.testing.assert_allclose(posterior.mean_right, right, rtol=0, atol=1e-12)
    np.testing.assert_allclose(posterior.mean_ability, ability, rtol=0, atol=1e-12)
    assert retake.chance(hours) == pytest.approx(passed, abs=1e-12)


def test_all_reports_together_make_up_everybody(tiny):
    evidence = [Evidence.from_total(tiny, *report) for report in product(range(8), product(range(3), repeat=3))]
    total = sum(infer_report(tiny, e).probability for e in evidence if e.possible)
    assert total == pytest.approx(1, abs=1e-12)


@pytest.mark.whole
def test_long_exams_stay_distributions_and_a_finer_grid_changes_nothing(monkeypatch):
    exam = ScoreModel.from_exam_facts([20, 24, 36, 20], 200)
    for total, ratings in ((150, None), (199, [2] * 4), (40, [0] * 4), (140, [1] * 4)):
        retake = after_total(exam, total, ratings)
        posterior = retake.posterior
        for f in (*posterior.right, *posterior.ability, posterior.general, retake.distribution([500.0] * 4)):
            assert f.min() >= 0
            assert abs(f.sum() - 1) < 1e-12
        assert posterior.mean_right.sum() == pytest.approx(total, abs=1e-9)
    monkeypatch.setattr("mls_kit.score_model.model._G_POINTS", 161)
    monkeypatch.setattr("mls_kit.score_model.model._THETA_POINTS", 481)
    finer = after_total(ScoreModel.from_exam_facts([20, 24, 36, 20], 200), total, ratings)
    assert finer.chance() == pytest.approx(retake.chance(), abs=1e-9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.99, 0.9999, 1.0])
def test_any_correlation(rho):
    exam = ScoreModel.from_exam_facts([1, 1], 20, assumptions=Assumptions(rho=rho))
    posterior = infer_report(exam, Evidence.from_total(exam, 13, ["Strong", "Needs Improvement"]))
    assert posterior.mean_right.sum() == pytest.approx(13)
    apart = posterior.mean_ability[0] - posterior.mean_ability[1]
    assert apart == pytest.approx(0, abs=1e-9) if rho == 1 else apart > 0


def test_two_totals_behind_a_score_are_weighted_by_distance(model):
    score = model.scale.unrounded(34.25).item()
    found = after_score(model, score, [1] * 4)
    assert Evidence.from_score(model, score).totals == ((34, pytest.approx(0.75)), (35, pytest.approx(0.25)))
    parts = [after_total(model, total, [1] * 4) for total in (34, 35)]
    weight = np.array([0.75 * parts[0].posterior.probability, 0.25 * parts[1].posterior.probability])
    expected = weight @ [part.posterior.mean_ability for part in parts] / weight.sum()
    assert found.posterior.probability == pytest.approx(weight.sum())
    np.testing.assert_allclose(found.posterior.mean_ability, expected, rtol=1e-12)
    assert found.chance() == pytest.approx(weight @ [part.chance() for part in parts] / weight.sum(), abs=1e-12)


def test_grid_quantiles_follow_a_skewed_density():
    z, levels = np.linspace(-6, 6, 121), [0.05, 0.5, 0.95]
    density = norm.pdf(z) * norm.cdf(3 * z)
    np.testing.assert_allclose(grid_quantiles(z, density, levels), skewnorm.ppf(levels, 3), atol=2e-5)


def test_an_impossible_report_says_so(model):
    with pytest.raises(ImpossibleReportError, match=r"33 or 34 questions right.*41 to 50"):
        after_score(model, 700, ["Strong"] * 4)
