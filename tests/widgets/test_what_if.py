"""The what-if shows what the score model computes; its quick bands agree with the slow ones."""

from html import escape

import pytest
from candidates import after_score
from cases import STEADY
from pictures import ends, rows_of

from mls_kit import ScoreReport
from mls_kit.method.outlook import labels_of, model_of, stated_grid
from mls_kit.method.what_if import SPLITS
from mls_kit.score_model import Evidence, PreparedGrid, raise_ratings
from mls_kit.widgets import WhatIf

REPORTS = {
    "three labels": ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI"),
    "two labels": ScoreReport("SAA-C03", 690, "NI, Meets, Meets, NI"),
    "five domains": ScoreReport("AIF-C01", 650, "NI, NI, Meets, Meets, NI"),
    "percentages": ScoreReport("CCAR-F", 650, [62, 70, 55, 48, 80]),
}
pytestmark = pytest.mark.steady
KINDS = REPORTS if STEADY else ["three labels", "percentages"]


@pytest.fixture(scope="module", params=[REPORTS[kind] for kind in KINDS], ids=KINDS)
def view(request):
    return WhatIf(request.param)


def test_no_value_of_any_control_is_an_error(view):
    for split in SPLITS:
        view.controls["split"].value = split
        for hours in (0, 1, 37, 200):
            view.controls["hours"].value = hours
            assert view.error is None
            assert "can also be outside the band" in view.said.value
    for name in ["", *view.names]:
        view.controls["raised"].value = name
        assert view.error is None
        assert (name == "") != (escape(name or "no name") in view.said.value.split("percentage points")[-1])


def test_it_agrees_with_the_model_asked_directly(view):
    report = view.report
    exam, ratings = model_of(report.facts, labels_of(report)), list(report.ratings.values())
    retake, grid = (
        after_score(exam, report.scaled_score, ratings),
        PreparedGrid(exam, report.scaled_score, ratings, stated_grid()),
    )
    plans = [view.ahead.hours(63, split) for split in SPLITS]
    chances, bands = retake.chances(plans), grid.bands([*plans, None])
    assert chances.max() == chances[SPLITS.index("best")]
    for split, chance, band in zip(SPLITS, chances, bands, strict=False):
        shown = view.ahead.after(63, split)
        assert (shown.chance, shown.band[:4]) == (pytest.approx(chance), pytest.approx(band[:4]))
    assert (view.ahead.now.chance, view.ahead.now.band[:4]) == (retake.chance(), pytest.approx(bands[-1][:4]))
    for raised in raise_ratings(retake):
        same, prospect = view.ahead.raised(view.names[raised.domain])
        assert (same, prospect.chance) == (raised, raised.chance)
        assert prospect.band.minimum - 1e-9 <= prospect.chance <= prospect.band.maximum + 1e-9


def test_what_is_drawn_is_what_is_computed(view):
    with view.quietly():
        view.controls["hours"].value, view.controls["split"].value = 45, "equal"
        view.controls["raised"].value = view.names[0]
    after, (_, up) = view.ahead.after(45, "equal"), view.ahead.raised(view.names[0])
    rows = [svg for svg, _said in rows_of(view).values()][:3]
    for svg, prospect in zip(rows, (view.ahead.now, after, up), strict=True):
        band, near = prospect.band, {"abs": 2e-4}
        assert ends(svg, "dot")[0][0] == pytest.approx(prospect.chance, **near)
        assert ends(svg, "band") == [pytest.approx((band.low, band.high), **near)]
        assert ends(svg, "line")[0] == pytest.approx((band.minimum, band.maximum), **near)
    markup = view.result().markup
    assert 'aria-label="Picture: chance of passing the retake' in markup
    assert markup.count("<table") == 2
    assert "one domain raised" in markup


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (ScoreReport("SAA-C03", 800, "MC, MC, MC, MC"), "You passed"),
        (ScoreReport("MLS-C01", 700, "S, S, S, S"), "cannot go together"),
        (ScoreReport("MLS-C01", 700, "S, C, MC, NI"), "can't use this report"),
    ],
)
def test_a_report_without_prospects_is_told_so(report, said):
    view = WhatIf(report)
    assert view.error is None
    assert said in view.said.value
    assert said in str(view.result())


def test_a_raised_rating_is_a_shift_of_ability_at_every_point():
    report = REPORTS["three labels"]
    model, ratings = model_of(report.facts, ("Needs Improvement", "Competent", "Strong")), [2, 1, 0, 0]
    (band,) = PreparedGrid(model, 690, ratings, stated_grid()).bands_raised([0.0, 0.0, 0.5, 0.0])[2:3]
    exams = [model.under(**change) for change in stated_grid().points()]
    possible = [exam for exam in exams if Evidence.from_score(exam, 690, ratings).possible]
    chances = [after_score(exam, 690, ratings).chances_raised([[0.0, 0.0, 0.5, 0.0]])[0] for exam in possible]
    assert (band.minimum, band.maximum) == pytest.approx((min(chances), max(chances)), abs=5e-3)
