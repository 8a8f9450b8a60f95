import io
import re

import numpy as np
import pytest
from cases import ROOT, TODAY
from hypothesis import given, strategies as st
from PIL import Image

from mls_kit import ScoreReport, build_plan
from mls_kit.exam.rules import load_method
from mls_kit.explain import plan_words, report_figures as charts, report_words as words
from mls_kit.explain.figure import rating_look, tier_look
from mls_kit.html import Block, badge, safe

SECTIONS = [
    plan_words.opening, words.limits, words.verdict, words.priorities, words.patterns, words.retake, plan_words.weeks,
    plan_words.next_sessions, plan_words.goals, plan_words.sessions, plan_words.sources,
]  # fmt: skip
KINDS = ("published", "article", "model", "contradicted")


def plan_for(code="MLS-C01", score=690, ratings="S, C, NI, NI", **more):
    report = ScoreReport(code, score, ratings, **({"taken_on": "2026-03-14", "hours_per_week": 9} | more))
    return build_plan(report, today=TODAY)


PLANS = {
    "retired": plan_for(),
    "open": plan_for("SAA-C03", 690, "NI, MC, MC, NI", taken_on="2026-11-01"),
    "percent": plan_for("CCAR-F", 650, [50, 61, 79, 80, 100], taken_on="2026-11-01"),
    "passed": plan_for("AIF-C01", 700, ["MC"] * 5, taken_on="2026-11-01"),
    "undated": plan_for("SY0-701", 700, "NI, C, C, C, S", taken_on=None),
    "carried": build_plan(ScoreReport("MLS-C01", 726, "C, C, NI, S"), today=TODAY, retake_exam="MLA-C02"),
    "no days": build_plan(
        ScoreReport("SAA-C03", 690, "NI, MC, MC, NI", days_off="Mon, Tue, Wed, Thu, Fri, Sat"), today=TODAY,
        target_date="2026-11-25", days_off="Sun, Mon, Tue, Wed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_section_is_whole_for_every_sort_of_plan(section, name):
    block = section(PLANS[name])
    text = str(block)
    assert text
    assert not re.search(r"\bNone\b(?! of| before)|\bnan\b|NaT|\{|Fact\(|<bound", text), text
    for tag in ("p", "ul", "li", "table", "tr", "td", "div", "b"):
        assert len(re.findall(rf"<{tag}[ >]", block.markup)) == block.markup.count(f"</{tag}>"), tag


@pytest.mark.parametrize("section", [words.limits, words.verdict, words.priorities, words.patterns, words.retake])
def test_sections_say_of_which_kind_their_statements_are(section):
    assert any(f">{kind}</span>" in section(PLANS["retired"]).markup for kind in KINDS)


def test_a_retired_exam_says_so_at_the_top_and_leads_on():
    text = str(plan_words.opening(PLANS["retired"]))
    assert text.index("can no longer be sat") < text.index("The plan runs")
    assert "MLA-C02" in text
    assert "Where your MLS-C01 ratings point in MLA-C02" in str(words.retake(PLANS["retired"]))


def test_a_carried_plan_shows_the_learners_own_score_and_no_invented_one():
    shown = (
        " ".join(str(section(PLANS["carried"])) for section in SECTIONS)
        + charts.report_card(PLANS["carried"].report).words
    )
    assert "726 is 24 points below the passing standard 750" in shown
    assert "carried over" in shown
    assert "620 points" not in shown  # what the lowest score of the scale would be short of


def test_a_pass_is_congratulated_and_nothing_is_divided():
    assert "Congratulations" in str(plan_words.opening(PLANS["passed"]))
    assert isinstance(charts.priorities(PLANS["passed"]), Block)
    assert "No retake is needed" in str(words.retake(PLANS["passed"]))


def test_contradicted_statements_are_shown_with_their_evidence():
    close = plan_for(score=730)
    assert "720 to 749 does not pass" in str(words.verdict(close))
    later = plan_for("SAA-C03", 690, "NI, MC, MC, NI", taken_on="2026-11-01", attempt=2)
    block = words.retake(later)
    assert "The article says to wait 30 days, that is 2026-12-01" in str(block)
    assert "contradicted" in str(block)
    assert "Sunday, 2026-11-15" in str(block)


def test_hours_that_do_not_fit_stand_at_the_top():
    plan = build_plan(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), today=TODAY, target_date="2026-12-10")
    assert "The article asks for at least" in str(plan_words.opening(plan))


def test_old_facts_are_named_as_old():
    plan = build_plan(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI"), today="2027-06-01")
    assert "facts are over 120 days old" in str(plan_words.sources(plan))
    assert "Old" not in str(plan_words.sources(PLANS["open"]))


@given(st.text(max_size=200))
def test_any_name_is_shown_as_text(name):
    report = ScoreReport("SAA-C03", 690, "NI, MC, MC, NI", learner_name=name[:150])
    markup = plan_words.opening(build_plan(report, today=TODAY, target_date="2026-11-29")).markup
    assert markup.count("<") == markup.count(">")
    if report.learner_name:
        assert safe(report.learner_name) in markup


def test_badges_differ_in_word_and_in_frame_not_only_in_color():
    frames = {re.search(r"border:2px (\w+) (#\w+)", badge(kind)).groups() for kind in KINDS}
    assert len(frames) == len(KINDS)


@pytest.mark.parametrize("name", PLANS)
def test_every_chart_has_words_and_a_picture(name):
    plan = PLANS[name]
    for chart in (charts.report_card(plan.report), charts.priorities(plan), charts.calendar(plan)):
        if isinstance(chart, charts.Chart):
            assert chart.png().startswith(b"\x89PNG")
            assert f'alt="{chart.words[:20]}' in chart._repr_html_()


@pytest.mark.parametrize("name", PLANS)
def test_no_label_of_a_chart_is_cut_off(name):
    plan = PLANS[name]
    for chart in (charts.report_card(plan.report), charts.priorities(plan), charts.calendar(plan)):
        if isinstance(chart, charts.Chart):
            picture = np.asarray(Image.open(io.BytesIO(chart.png())).convert("L"))
            inked = picture < 200
            assert inked.sum() > 1000
            assert not any(side.any() for side in (inked[0], inked[-1], inked[:, 0], inked[:, -1])), chart.words


def test_every_rating_and_tier_has_a_look_of_its_own():
    tiers = [tier.name for tier in load_method().priority.tiers]
    for looks in ([rating_look(label) for label in load_method().labels], [tier_look(tier) for tier in tiers]):
        assert len({hatch for _, hatch in looks}) == len({color for color, _ in looks}) == len(looks)


def test_the_prose_of_the_kit_avoids_words_the_field_does_not_use():
    for path in [*ROOT.glob("mls_kit/*.py"), *ROOT.glob("notebooks/*.ipynb"), ROOT / "README.md"]:
        assert not re.search(r"\b(bombed|grading curve|curved score)\b", path.read_text()), path


def test_a_carried_plan_speaks_of_its_own_timeline():
    plan = build_plan(ScoreReport("MLS-C01", 690, "S, C, NI, NI"), today=TODAY, retake_exam="MLA-C02")
    assert plan.timeline.tier in str(words.patterns(plan))
    assert f"at least {plan.fit.needed_least:g} hours" in str(plan_words.weeks(plan))


def test_percentages_are_not_called_weights():
    text = str(words.limits(PLANS["percent"]))
    assert "not your results" not in text
    assert "by the article's bands: Strong from 80 %, Competent from 60 %" in text


def test_an_edition_that_ends_is_told_with_its_language_and_what_stays_open():
    plan = plan_for("CLF-C02", 650, "NI, NI, MC, MC", taken_on="2026-11-10", language="Deutsch")
    text = str(plan_words.opening(plan))
    assert "CLF-C02 ends in German on 2026-12-31" in text
    assert "Still open then, as far as known: English" in text


def test_where_no_retake_is_possible_no_date_is_given_for_it():
    beta = plan_for("MLA-C02", 690, "NI, MC, MC, MC", taken_on="2026-10-05")
    assert "Earliest retake: none at the beta" in str(words.retake(beta))
    late = plan_for("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-03-25")
    assert "Earliest retake: none: by the rule 2026-04-08" in str(words.retake(late))


def test_words_follow_the_method_file(tmp_path, monkeypatch):
    text = (ROOT / "data/method.yaml").read_text().replace("share: 60, others: 40", "share: 70, others: 30")
    (tmp_path / "mine.yaml").write_text(text.replace("diagnostic_questions: 20", "diagnostic_questions: 30"))
    monkeypatch.setenv("MLS_KIT_METHOD", str(tmp_path / "mine.yaml"))
    said = str(words.priorities(plan_for(ratings="S, C, NI, C")))
    assert "70 % of the time for it, 30 %" in said
    assert "a set of 30 questions" in said


def test_what_was_read_only_through_others_is_marked_so():
    exam = PLANS["retired"].report.facts
    assert exam.is_second_hand(exam.life_cycle.status)
    assert not exam.is_second_hand(exam.passing_standard)
