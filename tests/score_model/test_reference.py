"""Every case of the independent reference values, within its own tolerance."""

import numpy as np
import pytest

from mls_kit.score_model.equating import equipercentile_equating, linear_equating
from mls_kit.score_model.forms import demo_form, raw_score_distribution
from mls_kit.score_model.joint import Evidence, infer_report
from mls_kit.score_model.ratings import RatingBands, proportion_posterior, rating_probabilities
from mls_kit.score_model.retake import Retake

LABELS = ("Needs Improvement", "Competent", "Strong")


def cases(reference, kind):
    found = [c for c in reference["cases"] if c["kind"] == kind]
    assert found
    return found


def close(actual, expected, case):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=case.get("tol", 1e-6), err_msg=case["id"])


@pytest.mark.parametrize(("name", "shift"), [("A", 0.0), ("B", 0.35)])
def test_demo_forms(reference, name, shift):
    form = demo_form(reference["forms"]["n_items"], shift, reverse=name == "B")
    np.testing.assert_allclose(form.a, reference["forms"][name]["a"])
    np.testing.assert_allclose(form.b, reference["forms"][name]["b"], atol=1e-10)


def test_raw_score_distributions(reference):
    for case in cases(reference, "lord_wingersky"):
        close(raw_score_distribution(case["input"]["p"]), case["expected"], case)
    for case in cases(reference, "lord_wingersky_irt"):
        form = demo_form(reference["forms"]["n_items"])
        close(form.raw_scores(np.array(float(case["input"]["theta"]))), case["expected"], case)


def test_rating_probabilities(reference):
    for case in cases(reference, "P(rating|p,n)"):
        n, expected = case["input"]["n"], case["expected"]
        bands = RatingBands(LABELS, tuple(case["input"]["cuts"]))
        assert bands.first_counts(n) == (0, expected["k_min_C"], expected["k_min_S"])
        close(rating_probabilities(case["input"]["p"], n, bands), [expected[k] for k in ("NI", "C", "S")], case)


def test_posterior_of_the_proportion(reference):
    for case in cases(reference, "posterior of p given rating"):
        given, expected = case["input"], case["expected"]
        bands = RatingBands(LABELS, (60, 80))
        found = proportion_posterior(given["rating"], given["n"], bands, tuple(given["prior_beta"]))
        close(
            [
                found.probability,
                found.mean,
                found.sd,
                found.quantile(0.05),
                found.quantile(0.95),
                found.at_least(0.6),
            ],
            [expected[k] for k in ("P_rating", "mean", "sd", "q05", "q95", "P_p_ge_0.60")],
            case,
        )


def test_equating(reference):
    for kind, equate in (
        ("equipercentile_equating", equipercentile_equating),
        ("linear_equating", linear_equating),
    ):
        for case in cases(reference, kind):
            close(equate(case["input"]["fx"], case["input"]["fy"]), case["expected"], case)


def test_joint_posterior_and_retake(reference, model):
    for case in cases(reference, "joint posterior and retake"):
        given, expected = case["input"], case["expected"]
        assert model.retake_cut == given["retake_raw_cut"]
        exam = model.under(rho=given["rho"], mean=given["mu"], sd=given["sd"])
        posterior = infer_report(exam, Evidence.from_total(exam, given["raw_total"], given["ratings"]))
        close(posterior.probability, expected["P_report"], case)
        close(posterior.mean_right, expected["E_k"], case)
        close(posterior.mean_proportion, expected["E_p"], case)
        close(posterior.mean_ability, expected["E_theta"], case)
        close(Retake(posterior).chance(), expected["P_pass_retake"], case)
