"""FormExplorer: no setting breaks it, and what it says is what the package computes."""

import numpy as np
import pytest

from mls_kit import ScoreReport
from mls_kit.explain.model_figure import percent
from mls_kit.method.outlook import labels_of, model_of
from mls_kit.score_model.assumptions import Assumptions
from mls_kit.score_model.equating import equated_cut, irt_true_score_equating
from mls_kit.score_model.scaling import pass_probability
from mls_kit.widgets import FormExplorer

REPORTS = {
    "MLS-C01": (690, ["Strong", "Competent", "Needs Improvement", "Needs Improvement"]),
    "MLA-C02": (705, ["NI", "Meets", "Meets", "NI"]),
    "SY0-701": (700, ["Competent"] * 5),
    "CCAR-F": (655, [58, 72, 81, 66, 49]),
}


@pytest.fixture(scope="module", params=REPORTS)
def view(request):
    return FormExplorer(ScoreReport(request.param, *REPORTS[request.param]))


def test_nothing_in_range_breaks_it(view):
    settings = [(harder, ability, False) for harder in (-0.8, -0.15, 0.8) for ability in (-3, 0.3, 3)]
    for harder, ability, everyone in [*settings, (-0.8, 0, True), (0.55, 0, True), (0.8, 0, True)]:
        with view.quietly():
            view.controls["harder"].value, view.controls["ability"].value = harder, ability
            view.controls["everyone"].value = everyone
        assert view.error is None
        assert view.said.value.count(" right on form A") == 1


@pytest.mark.parametrize("harder", [-0.8, 0.0, 0.2, 0.8])
def test_cuts_and_chances_are_the_packages(view, harder):
    with view.quietly():
        view.controls["harder"].value, view.controls["ability"].value = harder, 0.4
        view.controls["everyone"].value = False
    model = model_of(view.exam, view.labels, Assumptions(retake_shift=harder))
    cut = equated_cut(model.scale.report(irt_true_score_equating(model.retake_form, model.form).clip(0, model.form.size)),
                      model.scale.standard)  # fmt: skip
    assert f"{model.scale.raw_cut} right on form A and {cut} on form B" in view.said.value
    a = pass_probability(model.form, 0.4, model.scale.raw_cut).item()
    b = pass_probability(model.retake_form, 0.4, cut).item()
    assert f"{percent(a)} pass on A and {percent(b)} on B" in view.said.value.replace("\xa0", " ")
    assert abs(a - b) < 0.14  # one question apart at most


def test_a_harder_form_has_a_lower_cut_and_the_drawing_follows(view):
    drawn = []
    for harder in (-0.5, 0.0, 0.5):
        view.controls["harder"].value = harder
        drawn.append(view._cuts[1][0].get_xdata()[0] + 0.5)
        assert drawn[-1] == view.forms()[1].cut
        np.testing.assert_array_equal(view._curve.get_ydata(), view.model().retake_scores)
    assert drawn[0] > drawn[1] > drawn[2]


def test_the_result_has_both_figures_with_words_and_numbers(view):
    markup = view.result().markup
    assert markup.count("<img alt=") == 2
    assert markup.count("<table") == 2
    assert "None of it is published" in markup


def test_labels_come_from_the_report():
    report = ScoreReport("MLA-C02", *REPORTS["MLA-C02"])
    assert FormExplorer(report).labels == labels_of(report) == ("Needs Improvement", "Meets Competencies")
