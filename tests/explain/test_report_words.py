"""What lessons say of a report, and the looks of ratings, tiers and marks."""

import re

import pytest
from bs4 import BeautifulSoup
from cases import ROOT, TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.exam.rules import load_method
from mls_kit.explain import report_figures as charts, report_words as words
from mls_kit.explain.figure import rating_look
from mls_kit.html import badge

KINDS = ("published", "second-hand", "article", "model", "contradicted")


def plan_for(code="MLS-C01", score=690, ratings="S, C, NI, NI", **more):
    report = ScoreReport(code, score, ratings, **({"taken_on": "2026-03-14", "hours_per_week": 9} | more))
    return build_plan(report, today=TODAY)


PLANS = {
    "retired": plan_for(),
    "percent": plan_for("CCAR-F", 650, [50, 61, 79, 80, 100], taken_on="2026-11-01"),
    "passed": plan_for("AIF-C01", 700, ["MC"] * 5, taken_on="2026-11-01"),
    "undated": plan_for("SY0-701", 700, "NI, C, C, C, S", taken_on=None),
}


def test_badges_differ_in_word_and_in_frame_not_only_in_color():
    frames = {re.search(r"border:(\dpx \w+)", badge(kind))[1] for kind in KINDS}
    assert len(frames) == len(KINDS)


@pytest.mark.parametrize("name", PLANS)
def test_the_card_of_a_report_says_its_score_and_every_rating(name):
    report = PLANS[name].report
    said = BeautifulSoup(charts.report_card(report)._repr_html_(), "html.parser").select_one("div").get_text(" ")
    assert f"your score {report.scaled_score}" in said.replace("\xa0", " ")
    assert all(f"{domain.weight:g} %: {report.ratings[domain.name]}" in said for domain in report.facts.domains)


def test_every_rating_has_a_look_of_its_own():
    looks = [rating_look(each.label) for each in load_method().ratings if not each.like and each.label != "Not rated"]
    assert len({hatch for _, hatch in looks}) == len({color for color, _ in looks}) == len(looks)


def test_the_prose_of_the_kit_avoids_words_the_field_does_not_use():
    for path in [*ROOT.glob("mls_kit/*.py"), *ROOT.glob("notebooks/*.ipynb"), ROOT / "README.md"]:
        assert not re.search(r"\b(bombed|grading curve|curved score)\b", path.read_text()), path


def test_a_retake_has_its_day_the_article_s_and_what_follows():
    assert "You don't need a retake" in str(words.retake(PLANS["passed"]))
    assert "What your MLS-C01 ratings suggest for MLA-C02" in str(words.retake(PLANS["retired"]))
    later = str(words.retake(plan_for("SAA-C03", 690, "NI, MC, MC, NI", taken_on="2026-11-01", attempt=2)))
    assert "The article tells you to wait 30 days, until 2026-12-01" in later
    assert "Sunday, 2026-11-15" in later
    beta = plan_for("MLA-C02", 690, "NI, MC, MC, MC", taken_on="2026-10-05")
    assert "Earliest retake: none at the beta" in str(words.retake(beta))
    late = plan_for("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-03-25")
    assert "Earliest retake: none: the rule allows 2026-04-08" in str(words.retake(late))


def test_what_was_read_only_through_others_is_marked_so():
    exam = PLANS["retired"].report.facts
    assert exam.is_second_hand(exam.life_cycle.status)
    assert not exam.is_second_hand(exam.passing_standard)
