"""BandExplorer: no setting breaks it, and what it says is what the package computes."""

import numpy as np
import pytest

from mls_kit import ScoreReport
from mls_kit.explain.model_figure import percent
from mls_kit.score_model.forms import raw_score_distribution
from mls_kit.score_model.scaling import conditional_sem, pass_probability
from mls_kit.widgets import BandExplorer

REPORTS = {
    "MLS-C01": (690, ["Strong", "Competent", "Needs Improvement", "Needs Improvement"]),
    "MLA-C02": (705, ["NI", "Meets", "Meets", "NI"]),
    "SY0-701": (700, ["Competent"] * 5),
    "CCAR-F": (655, [58, 72, 81, 66, 49]),
}


@pytest.fixture(scope="module", params=REPORTS)
def view(request):
    return BandExplorer(ScoreReport(request.param, *REPORTS[request.param]))


@pytest.fixture(autouse=True)
def start_again(view):
    with view.quietly():
        view.controls["width"].value, view.controls["questions"].value = 1.0, view.base.form.size


def test_nothing_in_range_breaks_it(view):
    score, width, questions = (view.controls[name] for name in ("score", "width", "questions"))
    for n in (questions.low, 111, questions.high):
        questions.value = n
        for s in np.linspace(score.low, score.high, 5).round():
            score.value = int(s)
            assert view.error is None
    for w in np.arange(width.low, width.high + 0.1, 1.25):
        width.value = w
        assert view.error is None


def test_band_and_chances_are_the_packages(view):
    model, standard = view.base, view.base.scale.standard
    for score in (standard - 90, standard, standard + 40):
        view.controls["score"].value = score
        at = view.sittings()
        csem = conditional_sem(model.form, at.ability, model.scale).item()
        shares = raw_score_distribution(model.form.probability(at.ability))
        scores = model.scale.report(np.arange(model.form.size + 1))
        assert abs(shares @ scores - score) < 0.05
        inside = shares[np.abs(scores - score) <= csem].sum()
        said = view.said.value.replace("\xa0", " ")
        assert f"is <b>{csem:.0f} points</b>" in said
        assert f"between <b>{score - csem:.0f} and {score + csem:.0f} in {percent(inside)}</b>" in said
        assert f"in <b>{percent(pass_probability(model.form, at.ability, model.scale).item())}</b>" in said
        np.testing.assert_allclose(view._band.get_xdata(), [score - csem, score + csem], atol=0.1)


def test_a_longer_exam_is_surer_and_a_wider_band_holds_more(view):
    view.controls["score"].value = view.base.scale.standard
    before, (_, _, inside) = view.sittings().csem, view.sittings().band(1)
    view.controls["questions"].value = 2 * view.base.form.size
    assert view.sittings().csem == pytest.approx(before / np.sqrt(2), rel=0.06)
    assert view.sittings().band(2)[2] > inside


def test_a_score_that_no_ability_averages_is_said_to_be_one(view):
    view.controls["score"].value = view.controls["score"].low
    assert "No ability has so low a mean" in view.said.value
    view.controls["score"].value = view.base.scale.standard
    assert "No ability" not in view.said.value


def test_the_result_has_figures_with_words_and_numbers(view):
    view.controls["score"].value = view.base.scale.standard - 50
    markup = view.result().markup
    assert markup.count("<img alt=") == 2
    assert markup.count("<table") == 2
    assert f"behind {view.base.scale.standard - 50}" in markup
