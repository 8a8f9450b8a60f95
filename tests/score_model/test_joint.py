from itertools import product

import numpy as np
import pytest
from scipy.stats import norm, skewnorm

from mls_kit.score_model.assumptions import Assumptions
from mls_kit.score_model.joint import Evidence, ImpossibleReportError, grid_quantiles, infer_report
from mls_kit.score_model.model import ScoreModel
from mls_kit.score_model.retake import Retake


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
        after = theta + shifts[d]
        p = model.form.probability(theta)[:, first]
        q = model.retake_form.probability(after)[:, later]
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
    exam = ScoreModel(
        tiny.form,
        tiny.retake_form,
        tiny.scale,
        tiny.bands,
        tiny.assumptions.changed(rho=0.6, mean=(0.2, -0.3, 0.5), sd=1.2),
        5,
    )
    if codes == (1, 0, 2):  # two of three is 66 %, none of two, both of two
        assert [len(exam.bands.counts(c, n)) for c, n in zip(codes, exam.form.counts, strict=True)] == [
            1,
            2,
            1,
        ]
    hours = (10.0, 0.0, 25.0)
    probability, right, ability, passed = brute_force(exam, total, codes, hours)
    posterior = infer_report(exam, Evidence.from_total(exam, total, codes))
    assert posterior.probability == pytest.approx(probability, abs=1e-12)
    np.testing.assert_allclose(posterior.mean_right, right, rtol=0, atol=1e-12)
    np.testing.assert_allclose(posterior.mean_ability, ability, rtol=0, atol=1e-12)
    assert Retake(posterior).chance(hours) == pytest.approx(passed, abs=1e-12)


def test_all_reports_together_make_up_everybody(tiny):
    reports = product(range(8), product(range(3), repeat=3))
    evidence = [Evidence.from_total(tiny, total, codes) for total, codes in reports]
    total = sum(infer_report(tiny, e).probability for e in evidence if e.possible)
    assert total == pytest.approx(1, abs=1e-12)


def test_posteriors_are_distributions_on_long_exams(long_exam):
    for total, ratings in ((150, None), (199, [2] * 4), (40, [0] * 4), (140, [1] * 4)):
        posterior = infer_report(long_exam, Evidence.from_total(long_exam, total, ratings))
        for f in (*posterior.right, *posterior.ability, posterior.general):
            assert f.min() >= 0
            assert abs(f.sum() - 1) < 1e-12
        assert posterior.mean_right.sum() == pytest.approx(total, abs=1e-9)
        f = Retake(posterior).distribution([500.0] * 4)
        assert f.min() >= 0
        assert abs(f.sum() - 1) < 1e-12


def test_finer_grid_of_general_ability_changes_nothing(long_exam, monkeypatch):
    def chance():
        exam = ScoreModel.from_exam_facts([20, 24, 36, 20], 200)
        return Retake(infer_report(exam, Evidence.from_total(exam, 140, [1, 1, 1, 1]))).chance()

    coarse = chance()
    monkeypatch.setattr("mls_kit.score_model.model._G_POINTS", 161)
    monkeypatch.setattr("mls_kit.score_model.model._THETA_POINTS", 481)
    assert chance() == pytest.approx(coarse, abs=1e-9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.99, 0.9999, 1.0])
def test_any_correlation(rho):
    exam = ScoreModel.from_exam_facts([1, 1], 20, assumptions=Assumptions(rho=rho))
    posterior = infer_report(exam, Evidence.from_total(exam, 13, ["Strong", "Needs Improvement"]))
    assert posterior.mean_right.sum() == pytest.approx(13)
    apart = posterior.mean_ability[0] - posterior.mean_ability[1]
    assert apart == pytest.approx(0, abs=1e-9) if rho == 1 else apart > 0


def test_two_totals_behind_a_score_are_weighted_by_distance(model):
    score = model.scale.unrounded(34.25).item()
    evidence = Evidence.from_score(model, score, [1] * 4)
    assert evidence.totals == ((34, pytest.approx(0.75)), (35, pytest.approx(0.25)))
    parts = [infer_report(model, Evidence.from_total(model, t, [1] * 4)) for t in (34, 35)]
    weight = np.array([0.75 * parts[0].probability, 0.25 * parts[1].probability])
    expected = weight @ [p.mean_ability for p in parts] / weight.sum()
    found = infer_report(model, evidence)
    assert found.probability == pytest.approx(weight.sum())
    np.testing.assert_allclose(found.mean_ability, expected, rtol=1e-12)
    passed = weight @ [Retake(p).chance() for p in parts] / weight.sum()
    assert Retake(found).chance() == pytest.approx(passed, abs=1e-12)


def test_any_number_of_domains_and_two_labels():
    labels = ("Needs Improvement", "Meets Competencies")
    for weights in ([1], [3, 2], [20, 20, 20, 15, 15, 10]):
        exam = ScoreModel.from_exam_facts(weights, 65, (100, 700, 1000), labels)
        ratings = [1] * (len(weights) // 2) + [0] * (len(weights) - len(weights) // 2)
        posterior = infer_report(exam, Evidence.from_score(exam, 660, ratings))
        assert posterior.ability.shape[0] == len(weights)
        assert 0 < Retake(posterior).chance() < 1


def test_grid_quantiles_follow_a_skewed_density():
    z = np.linspace(-6, 6, 121)
    density = norm.pdf(z) * norm.cdf(3 * z)
    levels = [0.05, 0.5, 0.95]
    np.testing.assert_allclose(grid_quantiles(z, density, levels), skewnorm.ppf(levels, 3), atol=2e-5)


def test_an_impossible_report_says_so(model):
    with pytest.raises(ImpossibleReportError, match=r"33 or 34 questions right.*41 to 50"):
        infer_report(model, Evidence.from_score(model, 700, ["Strong"] * 4))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda m: Evidence.from_score(m, 99, [1] * 4), "scaled_score"),
        (lambda m: Evidence.from_score(m, float("nan"), [1] * 4), "scaled_score"),
        (lambda m: Evidence.from_score(m, 700, [1] * 3), "ratings"),
        (lambda m: Evidence.from_score(m, 700, "Strong"), "ratings"),
        (lambda m: Evidence.from_score(m, 700, [1, 1, 1, 3]), "rating"),
        (lambda m: Evidence.from_score(m, 700, [1, 1, 1, "Weak"]), "rating"),
        (lambda m: Evidence.from_total(m, 51), "total"),
        (lambda m: infer_report(m, Evidence.from_total(m, 34)).interval_ability(1.5), "level"),
        (lambda m: grid_quantiles(m.z, m.z**2, [2.0]), "q"),
    ],
)
def test_bad_input_names_argument_value_and_limits(make, name, model):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        make(model)
