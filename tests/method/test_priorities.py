import numpy as np
import pytest
from cases import any_report
from hypothesis import given, strategies as st

from mls_kit import ScoreReport, prioritize, reports_frame
from mls_kit.exam.rules import load_method
from mls_kit.method.priorities import share_rule
from mls_kit.problems import InputError


def test_the_worked_example_gives_exactly_40_30_20_10():
    ratings = {"Modeling": "NI", "EDA": "Competent", "Data Engineering": "Strong", "MLIO": "NI"}
    table = prioritize(ScoreReport("MLS-C01", 690, ratings))
    assert table.index.tolist() == [
        "Modeling", "Machine Learning Implementation and Operations", "Exploratory Data Analysis", "Data Engineering",
    ]  # fmt: skip
    assert table["share"].tolist() == [40.0, 30.0, 20.0, 10.0]
    assert table.columns.tolist() == ["weight", "rating", "weighted_gap", "tier", "share"]


@pytest.mark.parametrize(
    ("domain", "label", "tier"),
    [
        ("Modeling", "NI", "Highest"),
        ("Data Engineering", "NI", "High"),
        ("Exploratory Data Analysis", "C", "Medium"),
        ("Data Engineering", "S", "Maintenance"),
        ("Exploratory Data Analysis", "NI", "Highest"),
        ("Modeling", "C", "High"),
    ],
)
def test_tiers_reproduce_the_articles_examples(domain, label, tier):
    ratings = dict.fromkeys([1, 2, 3, 4], "Strong") | {
        {"Data Engineering": 1, "Exploratory Data Analysis": 2, "Modeling": 3}[domain]: label
    }
    assert prioritize(ScoreReport("MLS-C01", 690, ratings)).loc[domain, "tier"] == tier


def test_exactly_one_weak_domain_gets_60_percent():
    report = ScoreReport("MLS-C01", 690, "NI, C, C, S")
    table = prioritize(report)
    assert table.loc["Data Engineering", "share"] == 60
    assert table["share"].sum() == pytest.approx(100)
    assert share_rule(report) == "single weak domain"
    # the other 40 follow their tier points: Medium 20, High 30, Maintenance 10
    assert table.loc["Modeling", "share"] == pytest.approx(40 * 30 / 60)


def assert_heavier_and_worse_never_gets_less(table):
    rank = [-next(each.gap for each in load_method().ratings if each.label == label) for label in table["rating"]]
    for (_, a), ra in zip(table.iterrows(), rank, strict=True):
        for (_, b), rb in zip(table.iterrows(), rank, strict=True):
            if a["weight"] >= b["weight"] and ra <= rb:
                assert a["share"] >= b["share"] - 1e-9


@given(any_report())
def test_heavier_and_worse_never_gets_less_in_any_exam(report):
    table = prioritize(report)
    assert table["share"].sum() == pytest.approx(100, abs=1e-9)
    assert_heavier_and_worse_never_gets_less(table)


@given(st.lists(any_report(), min_size=1, max_size=12))
def test_a_frame_gives_what_single_reports_give(reports):
    frame = prioritize(reports_frame(reports))
    for row, report in enumerate(reports):
        single = prioritize(report)
        together = frame.loc[row]
        assert set(together.index) == set(single.index)
        for domain in single.index:
            assert together.loc[domain].tolist() == single.loc[domain].tolist()


def test_a_frame_keeps_its_labels_and_its_order():
    reports = [ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"), ScoreReport("MLS-C01", 690, "S, C, NI, NI")] * 2
    frame = reports_frame(reports).set_axis(["d", "a", "c", "b"])
    table = prioritize(frame)
    assert list(dict.fromkeys(table.index.get_level_values(0))) == ["d", "a", "c", "b"]


def test_a_frame_may_name_its_columns_by_domain():
    frame = reports_frame([ScoreReport("MLS-C01", 690, "S, C, NI, NI")])
    named = frame.rename(columns={"rating_3": "Modeling", "rating_1": "data engineering"})
    assert np.array_equal(prioritize(named)["share"], prioritize(frame)["share"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="rating_3"), "rating_3"),
        (lambda f: f.drop(columns="exam"), "exam"),
        (lambda f: f.assign(rating_2="Superb"), "row 0, rating_2: 'Superb'"),
        (lambda f: f.assign(rating_2=None), "row 0, rating_2: empty"),
        (lambda f: f.assign(exam="ABC"), "ABC"),
    ],
)
def test_a_frame_with_a_mistake_names_the_place(change, message):
    frame = reports_frame([ScoreReport("MLS-C01", 690, "S, C, NI, NI")])
    with pytest.raises(InputError, match=message):
        prioritize(change(frame))
