"""Every case of the independent reference values, within its own tolerance."""

import json
from pathlib import Path

import numpy as np
import pytest

from mls_kit.score_model import (
    Evidence,
    RatingBands,
    Retake,
    demo_form,
    equipercentile_equating,
    infer_report,
    linear_equating,
    proportion_posterior,
    rating_probabilities,
    raw_score_distribution,
)

REFERENCE = json.loads((Path(__file__).parent / "data" / "score_model_reference.json").read_text())
SIZES = REFERENCE["forms"]["n_items"]
LABELS = ("Needs Improvement", "Competent", "Strong")


@pytest.mark.parametrize(("name", "shift"), [("A", 0.0), ("B", 0.35)])
def test_demo_forms(name, shift):
    form, expected = demo_form(SIZES, shift, reverse=name == "B"), REFERENCE["forms"][name]
    np.testing.assert_allclose(form.a, expected["a"])
    np.testing.assert_allclose(form.b, expected["b"], atol=1e-10)


def rated(given, _):
    bands = RatingBands(LABELS, tuple(given["cuts"]))
    first, chances = bands.first_counts(given["n"]), rating_probabilities(given["p"], given["n"], bands)
    return {"k_min_C": first[1], "k_min_S": first[2]} | dict(zip(("NI", "C", "S"), chances, strict=True))


def proportion(given, _):
    found = proportion_posterior(given["rating"], given["n"], RatingBands(LABELS, (60, 80)), tuple(given["prior_beta"]))
    return {"P_rating": found.probability, "mean": found.mean, "sd": found.sd, "q05": found.quantile(0.05),
            "q95": found.quantile(0.95), "P_p_ge_0.60": found.at_least(0.6)}  # fmt: skip


def joint(given, model):
    assert model.retake_cut == given["retake_raw_cut"]
    exam = model.under(rho=given["rho"], mean=given["mu"], sd=given["sd"])
    found = infer_report(exam, Evidence.from_total(exam, given["raw_total"], given["ratings"]))
    return {"P_report": found.probability, "E_k": found.mean_right, "E_p": found.mean_proportion,
            "E_theta": found.mean_ability, "P_pass_retake": Retake(found).chance()}  # fmt: skip


KINDS = {
    "lord_wingersky": lambda given, _: raw_score_distribution(given["p"]),
    "lord_wingersky_irt": lambda given, _: demo_form(SIZES).raw_scores(np.array(float(given["theta"]))),
    "P(rating|p,n)": rated,
    "posterior of p given rating": proportion,
    "equipercentile_equating": lambda given, _: equipercentile_equating(given["fx"], given["fy"]),
    "linear_equating": lambda given, _: linear_equating(given["fx"], given["fy"]),
    "joint posterior and retake": joint,
}


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["id"])
def test_reference_values(case, model):
    found, expected = KINDS[case["kind"]](case["input"], model), case["expected"]
    if not isinstance(expected, dict):
        found, expected = {"": found}, {"": expected}
    assert set(found) <= set(expected)
    for name, value in found.items():
        np.testing.assert_allclose(value, expected[name], rtol=0, atol=case.get("tol", 1e-6), err_msg=name)


def test_every_kind_of_case_is_there():
    assert {case["kind"] for case in REFERENCE["cases"]} == set(KINDS)
