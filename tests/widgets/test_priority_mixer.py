"""The mixer shows what the package computes, for any exam, rating, weight and number of hours."""

from html import escape
from itertools import product

import pytest
from cases import THREE
from pictures import ends, rows_of

from mls_kit import ScoreReport, prioritize
from mls_kit.method.priorities import rank_domains
from mls_kit.problems import InputError
from mls_kit.widgets import PriorityMixer

REPORTS = [
    ("MLS-C01", 690, "Strong, Competent, NI, NI"),
    ("SAA-C03", 650, "NI, Meets, Meets, NI"),
    ("AIF-C01", 650, "NI, Meets, Meets, Meets, Meets"),
    ("AIP-C01", 800, ["Meets Competencies"] * 5),
    ("SY0-701", 700, "S, C, C, NI, S"),
    ("CCAR-F", 640, [62, 70, 55, 48, 90]),
]


@pytest.mark.parametrize(("code", "score", "ratings"), REPORTS)
def test_it_starts_with_the_reports_own_priorities(code, score, ratings):
    report = ScoreReport(code, score, ratings)
    view = PriorityMixer(report)
    assert view.error is None
    assert view.ranked.drop(columns="hours").equals(prioritize(report))
    assert all(escape(name) in view.said.value for name in report.ratings)
    text = str(view.result())
    assert "weighted gap" in text
    assert "Rule: " in text
    assert 'aria-label="Picture: share of the study time' in view.result().markup


def test_every_rating_of_an_exam_with_three_labels():
    view = PriorityMixer(ScoreReport("MLS-C01", 690, THREE[:1] * 4))
    for ratings in list(product(THREE, repeat=4))[::4]:
        with view.quietly():
            for name, label in zip(view.names, ratings, strict=True):
                view.controls[name].value = label
        assert view.error is None
        expected = prioritize(ScoreReport("MLS-C01", 690, list(ratings)))
        assert view.ranked["share"].to_dict() == expected["share"].to_dict()
        for place, (name, (svg, said)) in enumerate(list(rows_of(view).items())[:-1], 1):
            assert ends(svg, f"d{place}") == [(0, pytest.approx(expected.loc[name, "share"] / 100, abs=1e-4))]
            assert said.startswith(expected.loc[name, "tier"])
        single = ratings.count("Needs Improvement") == 1
        assert ("exactly one domain" in view.said.value) == single


def test_weights_count_only_when_they_are_asked_for():
    report = ScoreReport("SAA-C03", 650, "NI, Meets, Meets, NI")
    view = PriorityMixer(report)
    last = view.names[-1]
    view.controls[f"weight {last}"].value = 90
    assert view.ranked["weight"].to_dict() == prioritize(report)["weight"].to_dict()
    assert view.controls[f"weight {last}"].layout.display == "none"
    view.controls["change_weights"].value = True
    assert view.error is None
    assert view.ranked.index[0] == last
    assert view.ranked["weight"].sum() == pytest.approx(100)
    assert "nobody published them" in view.said.value
    view.controls["change_weights"].value = False
    assert view.ranked["weight"].to_dict() == prioritize(report)["weight"].to_dict()


@pytest.mark.parametrize(("hours", "weeks"), [(1, 1), (13, 7), (60, 52)])
def test_the_hours_of_all_domains_are_the_hours_there_are(hours, weeks):
    view = PriorityMixer(ScoreReport("SY0-701", 700, "S, C, C, NI, S"))
    with view.quietly():
        view.controls["hours_per_week"].value, view.controls["weeks"].value = hours, weeks
    assert view.error is None
    assert view.ranked["hours"].sum() == pytest.approx(hours * weeks)
    assert f"{hours} hours a week over {weeks} weeks" in str(view.result())


def test_the_package_refuses_ratings_and_weights_that_do_not_fit():
    exam = ScoreReport("MLS-C01", 690, THREE[:1] * 4).facts
    with pytest.raises(InputError, match="one a domain"):
        rank_domains(exam, THREE)
    with pytest.raises(InputError, match="Did you mean Competent"):
        rank_domains(exam, ["Competnt"] * 4)
    for weights in ([1, 1, 1], [1, 1, 1, 0], [1, 1, 1, float("nan")]):
        with pytest.raises(InputError, match="above 0"):
            rank_domains(exam, THREE[:1] * 4, weights)


def test_the_weights_unit_does_not_matter():
    exam = ScoreReport("MLS-C01", 690, THREE[:1] * 4).facts
    ratings = ["Needs Improvement", "Competent", "Strong", "Competent"]
    one, ten = (rank_domains(exam, ratings, [k * w for w in (5, 6, 9, 5)]) for k in (1, 10))
    assert one.equals(ten)
    assert one["share"].to_dict() == rank_domains(exam, ratings)["share"].to_dict()  # these are the published weights
