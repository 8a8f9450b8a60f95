"""BandExplorer and FormExplorer: no setting breaks them, and what they say is what the package computes."""

import numpy as np
import pytest
from bs4 import BeautifulSoup
from pictures import ends

from mls_kit import ScoreReport
from mls_kit.explain.figure import percent
from mls_kit.method.outlook import labels_of, model_of
from mls_kit.score_model import (
    Assumptions,
    conditional_sem,
    equated_cut,
    irt_true_score_equating,
    pass_probability,
    raw_score_distribution,
)
from mls_kit.widgets import BandExplorer, FormExplorer

REPORTS = {
    "MLS-C01": (690, ["Strong", "Competent", "Needs Improvement", "Needs Improvement"]),
    "MLA-C02": (705, ["NI", "Meets", "Meets", "NI"]),
    "SY0-701": (700, ["Competent"] * 5),
    "CCAR-F": (655, [58, 72, 81, 66, 49]),
}


@pytest.fixture(scope="module", params=REPORTS)
def report(request):
    return ScoreReport(request.param, *REPORTS[request.param])


@pytest.fixture(scope="module")
def made(report):
    return BandExplorer(report)


@pytest.fixture
def band(made):
    with made.quietly():
        made.controls["width"].value, made.controls["questions"].value = 1.0, made.base.form.size
    return made


@pytest.fixture(scope="module")
def form(report):
    return FormExplorer(report)


@pytest.mark.parametrize("explorer", [BandExplorer, FormExplorer])
def test_the_result_has_figures_with_words_and_numbers(report, explorer):
    markup = explorer(report).result().markup
    assert markup.count('role="group"') == markup.count("<details>") == 1
    assert "(model)" in markup


def test_nothing_in_range_breaks_the_band(band):
    score, width, questions = (band.controls[name] for name in ("score", "width", "questions"))
    for n in (questions.low, 111, questions.high):
        questions.value = n
        for s in np.linspace(score.low, score.high, 5).round():
            score.value = int(s)
            assert band.error is None
    for w in np.arange(width.low, width.high + 0.1, 1.25):
        width.value = w
        assert band.error is None


def test_band_and_chances_are_the_packages(band):
    model, standard = band.base, band.base.scale.standard
    for score in (standard - 90, standard, standard + 40):
        band.controls["score"].value = score
        at = band.sittings()
        csem = conditional_sem(model.form, at.ability, model.scale).item()
        shares = raw_score_distribution(model.form.probability(at.ability))
        scores = model.scale.report(np.arange(model.form.size + 1))
        assert abs(shares @ scores - score) < 0.05
        inside = shares[np.abs(scores - score) <= csem].sum()
        said = band.said.value.replace("\xa0", " ")
        assert f"is <b>{csem:.0f} points</b>" in said
        assert f"In <b>{percent(inside)}</b> of other attempts" in said
        assert f"between <b>{score - csem:.0f} and {score + csem:.0f}</b>" in said
        assert f"In <b>{percent(pass_probability(model.form, at.ability, model.scale).item())}</b>" in said
        low, span = model.scale.minimum, model.scale.maximum - model.scale.minimum
        drawn = np.array(ends(BeautifulSoup(band.picture.value, "html.parser"), "choice"))
        np.testing.assert_allclose(drawn, [[(end - low) / span for end in (score - csem, score + csem)]], atol=2e-4)
    assert f"true score is {score}" in band.result().markup


def test_a_longer_exam_is_surer_and_a_wider_band_holds_more(band):
    band.controls["score"].value = band.base.scale.standard
    before, (_, _, inside) = band.sittings().csem, band.sittings().band(1)
    band.controls["questions"].value = 2 * band.base.form.size
    assert band.sittings().csem == pytest.approx(before / np.sqrt(2), rel=0.06)
    assert band.sittings().band(2)[2] > inside


def test_a_score_that_no_ability_averages_is_said_to_be_one(band):
    band.controls["score"].value = band.controls["score"].low
    assert "No true score is this low" in band.said.value
    band.controls["score"].value = band.base.scale.standard
    assert "No ability" not in band.said.value


def test_nothing_in_range_breaks_the_forms(form):
    settings = [(harder, ability, False) for harder in (-0.8, -0.15, 0.8) for ability in (-3, 0.3, 3)]
    for harder, ability, everyone in [*settings, (-0.8, 0, True), (0.55, 0, True), (0.8, 0, True)]:
        with form.quietly():
            form.controls["harder"].value, form.controls["ability"].value = harder, ability
            form.controls["everyone"].value = everyone
        assert form.error is None
        assert form.said.value.count(" right on form A") == 1


@pytest.mark.parametrize("harder", [-0.8, 0.0, 0.2, 0.8])
def test_cuts_and_chances_are_the_packages(form, harder):
    with form.quietly():
        form.controls["harder"].value, form.controls["ability"].value = harder, 0.4
        form.controls["everyone"].value = False
    model = model_of(form.exam, form.labels, Assumptions(retake_shift=harder))
    cut = equated_cut(model.scale.report(irt_true_score_equating(model.retake_form, model.form).clip(0, model.form.size)),
                      model.scale.standard)  # fmt: skip
    assert f"{model.scale.raw_cut} right on form A and {cut} on form B" in form.said.value
    a = pass_probability(model.form, 0.4, model.scale.raw_cut).item()
    b = pass_probability(model.retake_form, 0.4, cut).item()
    assert f"{percent(a)} pass form A and {percent(b)} pass form B" in form.said.value.replace("\xa0", " ")
    assert abs(a - b) < 0.14  # one question apart at most


def test_a_harder_form_has_a_lower_cut_and_the_drawing_follows(form):
    drawn = []
    for harder in (-0.5, 0.0, 0.5):
        form.controls["harder"].value = harder
        shown, cut, size = BeautifulSoup(form.picture.value, "html.parser"), form.forms()[1].cut, form.base.form.size
        drawn.append(ends(shown, "dashed")[0][0])
        assert drawn[-1] == pytest.approx((cut - 0.5 + 0.7) / (size + 1.4), abs=1e-3)
        scale, curve = form.base.scale, shown.select("path.dashed")[-1]["d"].removeprefix("M").split()[1::2]
        scores = scale.maximum - np.array(curve, float) / 1000 * (scale.maximum - scale.minimum)
        np.testing.assert_allclose(scores, form.forms()[1].scores, atol=0.6)
    assert drawn[0] > drawn[1] > drawn[2]


def test_labels_come_from_the_report():
    report = ScoreReport("MLA-C02", *REPORTS["MLA-C02"])
    assert FormExplorer(report).labels == labels_of(report) == ("Needs Improvement", "Meets Competencies")
