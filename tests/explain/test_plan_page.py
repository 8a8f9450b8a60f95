"""The plan as a page: short, whole and escaped for every sort of report; one color, letter and mark for one meaning."""

import itertools
import re

import pytest
from bs4 import BeautifulSoup
from cases import ROOT, STEADY, TODAY, every_shape, page_of
from hypothesis import given, strategies as st

from mls_kit import ScoreReport, build_plan
from mls_kit.explain import DOMAIN_LOOKS, plan_page
from mls_kit.explain.plan_page import domain_letters, signs
from mls_kit.html import safe
from mls_kit.method import compare_reports, known_repeaters, stated_sources
from mls_kit.report import PlanRequest
from mls_kit.score_model import Assumptions

PARTS = [plan_page.first_page, plan_page.weeks, plan_page.ready, plan_page.report, plan_page.rules, plan_page.how_we_know]
SHAPES = every_shape()
HOSTILE = "<script>alert('x')</script> & \"more\" }}</style>"


def plan_for(code="MLS-C01", score=690, ratings="S, C, NI, NI", earlier=(), retake_exam="", **more):
    report = ScoreReport(code, score, ratings, **({"hours_per_week": 9} | more))
    return build_plan(report, earlier=earlier, today=TODAY, retake_exam=retake_exam)


def said(part, *plan, **more):
    """What a part of the page says, with single spaces."""
    return " ".join(str(part(plan_for(*plan, **more))).split())


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for w, p in
               zip((0.2126, 0.7152, 0.0722), parts, strict=True))  # fmt: skip


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_and_colors_stand_out_on_paper_light_and_dark():
    found = re.findall(r"--(\w+): ?light-dark\((#\w{6}), (#\w{6})\)", plan_page.style().markup)
    colors = {name: (light, dark) for name, light, dark in found}
    for theme in (0, 1):
        for words, papers in (("ink", "paper tint choice"), ("soft", "paper tint choice")):
            for paper in papers.split():
                assert contrast(colors[words][theme], colors[paper][theme]) >= 4.5, (words, paper, theme)
        for name in ("mid", *(f"d{number}" for number in range(1, 9))):
            assert contrast(colors[name][theme], colors["paper"][theme]) >= 3, name
    assert len(plan_page.plan_style().markup.encode()) < 20_000


def test_every_domain_has_a_color_a_hatch_and_a_pattern_of_its_own():
    for one, other in itertools.combinations(DOMAIN_LOOKS, 2):
        assert not set(one) & set(other)


@pytest.mark.parametrize("names", [["MLIO"] * 30, ["設計", "設定"], ["", "x"]])
def test_letters_are_never_shared(names):
    assert len(set(domain_letters(names))) == len(names)


@pytest.mark.steady
@pytest.mark.parametrize("name", list(SHAPES)[:: 1 if STEADY else 5])
def test_a_page_is_short_and_whole_and_each_picture_has_its_table(name):
    html = page_of(SHAPES[name])
    assert len(html.encode()) <= 150_000
    assert not re.search(r"\bNone\b(?! announced| before| at|: by)|\bnan\b|NaT|<bound|Undefined", html)
    page = BeautifulSoup(html, "html.parser")
    for tag in ("p", "ul", "li", "table", "tr", "td", "div", "b", "section", "details", "svg", "span"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(set(ids)) == len(ids)
    for link in page.select('a[href^="#"]'):
        assert link["href"][1:] in ids, link
    for section in page.select("section"):
        marks = [mark.text for mark in section.select(".head .mark")]
        assert len(marks) == len(set(marks)) <= 2
        assert section["aria-labelledby"] in ids
    for picture in page.select("svg[role=img]"):
        assert len(picture["aria-label"]) > 40
        assert picture.find_next_sibling("details").find("table")
    for hidden in page.select("style, details, head"):
        hidden.decompose()
    assert len(re.findall(r"\w+(?:[’'.,:–-]\w+)*", page.get_text(" "))) <= 2200


@given(st.text(max_size=150))
def test_any_name_is_shown_as_text(name):
    plan = build_plan(ScoreReport("SAA-C03", 820, ["MC"] * 4, learner_name=name, learner_id=name[:90]), today=TODAY)
    markup = plan_page.first_page(plan).markup.replace("<!--files-->", "")
    assert markup.count("<") == markup.count(">")
    assert not plan.report.learner_name or safe(plan.report.learner_name) in markup


def test_hostile_words_stay_words_in_page_title_and_foot():
    request = PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", learner_name=HOSTILE, learner_id="<b>7", today=str(TODAY))
    html = page_of(request)
    assert "<script" not in html
    assert "(<bdi>&lt;b&gt;7</bdi>)" in html
    assert html.count("</style>") == 1
    assert BeautifulSoup(html, "html.parser").title.text.startswith(f"{HOSTILE}’s plan for SAA-C03: exam on ")


def test_marks_and_blocks_have_one_look_on_the_whole_page():
    plan = plan_for("SAA-C03", 690, "NI, MC, MC, NI")
    assert [sign.sign for sign in signs(plan).values()] == ["S", "R", "P", "C"]
    for part in PARTS[:2]:
        blocks = set(re.findall(r'<i class="b (\w+)"><b>(.)</b></i>', part(plan).markup))
        assert len({letter for _, letter in blocks}) == len({look for look, _ in blocks}) == len(blocks) > 3


def test_the_dots_the_band_and_the_chances_are_the_model_s():
    plan = plan_for("SAA-C03", 690, "NI, MC, MC, NI")
    page = BeautifulSoup(plan_page.first_page(plan).markup, "html.parser")
    assert len(page.select("circle.passes")) == round(20 * plan.prospects.now.chance)
    assert len(page.select("circle.fails, circle.passes")) == 20
    for aim in plan.aims:
        band = aim.prospect.band
        if aim.day:
            assert f"{100 * aim.prospect.chance:.0f} %" in page.text
            assert f"{100 * band.low:.0f} to {100 * band.high:.0f}" in page.text
    assert f"your chance of passing is {100 * next(a for a in plan.aims if a.name == plan.aim).prospect.chance:.0f} %" in str(
        plan_page.weeks(plan)
    )


def test_hours_of_all_rows_are_the_plan_s():
    plan = plan_for("SAA-C03", 690, "NI, MC, MC, NI")
    rows = BeautifulSoup(plan_page.first_page(plan).markup, "html.parser").select(".hours tbody .whole b")
    shown = sum(float(row.text.split()[0]) for row in rows)
    assert shown == pytest.approx(sum(session.minutes for session in plan.sessions) / 60, abs=0.05 * len(rows))


SAA = {"code": "SAA-C03", "ratings": "NI, MC, MC, NI"}
CASES = {
    "ended": ("first_page", {}, ["690: you need 60 more points. MLS-C01 can no longer be taken.", "The next exam is MLA-C02"]),
    "passed": ("first_page", {"code": "AIF-C01", "score": 700, "ratings": ["MC"] * 5}, ["700: you passed. Now keep what you know"]),
    "carried": ("first_page", {"retake_exam": "MLA-C02"}, ["From your MLS-C01 report to MLA-C02: study", "score doesn’t count"]),
    "far": ("first_page", {"code": "CLF-C02", "score": 400, "ratings": ["NI"] * 4, "hours_per_week": 3},
            ["400: you need 300 more points. The exam is more than a year away", "Not within a year", "less than once"]),
    "percent": ("first_page", {"code": "CCAR-F", "score": 650, "ratings": [50, 61, 79, 80, 100]}, ["50 % right"]),
    "language": ("first_page", SAA | {"code": "CLF-C02", "score": 650, "language": "Deutsch"}, ["retired in German"]),
    "beta": ("rules", {"code": "MLA-C02", "ratings": "NI, MC, MC, MC", "taken_on": "2026-10-05"},
             ["Not possible at the beta: one attempt each"]),
    "too late": ("rules", {"taken_on": "2026-03-25"},
                 ["Not possible: the rule allows 8 April 2026, but the last day was 31 March",
                  "What your ratings suggest for MLA-C02"]),
    "wait": ("rules", SAA | {"taken_on": "2026-11-01"}, ["again from Sunday 15 November", "As often as you like.", "150 USD"]),
    "no retake": ("rules", {"score": 800}, ["You can't take the same exam again for two years"]),
    "claims": ("report", {"score": 730}, ["“720 usually passes.” No. You pass with 750", "“One weak domain makes you fail.” No."]),
    "second try": ("report", SAA | {"attempt": 2}, ["“You wait 30 days.” No. It’s 14 days."]),
    "noise": ("report", {}, ["rated Needs Improvement 15 times in 100", "Infrastructure without modeling", "“Significant”: 8 to"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_says_what_has_to_be_said(name):
    part, report, wanted = CASES[name]
    text = said(getattr(plan_page, part), **report)
    for words in wanted:
        assert words in text, text
    assert "620 points" not in text  # of the lowest score, which stands for none


def test_earlier_attempts_are_compared_and_noise_is_called_noise():
    first, second = (ScoreReport("SAA-C03", score, "NI, NI, MC, MC", taken_on=day) for score, day in
                     ((708, "2026-10-05"), (680, "2026-10-19")))  # fmt: skip
    text = said(plan_page.report, "SAA-C03", 698, "NI, NI, MC, MC", [first, second], taken_on="2026-11-02", attempt=3)
    assert "708 to 680." in text
    assert f"different in {100 * compare_reports(first, second).chance:.0f} % of retakes" in text
    assert text.count("Luck alone can do that, and so can real progress.") == 2
    known = said(plan_page.how_we_know, "SAA-C03", 698, "NI, NI, MC, MC", [first, second], taken_on="2026-11-02", attempt=3)
    assert "That is too few to show whether the model is right." in known
    assert "Did anything change?" not in said(plan_page.report)


def test_how_we_know_names_every_assumption_with_its_source_and_old_facts_as_old():
    plan = plan_for("SAA-C03", 690, "NI, MC, MC, NI")
    text = " ".join(str(plan_page.how_we_know(plan)).split())
    assert set(stated_sources()) == {name for name, _, _ in Assumptions().describe()}
    for words in ("Raymond, Neustel", "McManus", "NCSBN", known_repeaters()["said"], "Every session", "you can gain from study"):
        assert words in text
    now, studied = text.split("How each assumption changes ")[1:]
    assert "hours that bring" not in now  # nothing that study brings moves the chance of today
    assert "hours that bring" in studied.split("How ")[0]
    assert "Old: check it." not in text
    old = build_plan(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI"), today="2027-06-01")
    assert "facts are old: check them" in " ".join(str(plan_page.how_we_know(old)).split())
    assert 'class="how"' in plan_page.how_we_know(plan).markup
    assert 'class="how printed" id="how" open' in plan_page.how_we_know(plan, details=True).markup


def test_an_impossible_report_has_no_chance_and_says_so():
    text = said(plan_page.first_page, score=700, ratings=["Strong"] * 4)
    assert "We can’t compute your chance of passing: your score and ratings don’t fit together" in text
    assert "Each dot" not in text
    text = said(plan_page.first_page, "SAA-C03", score=690, ratings=["NI", "C", "C", "NI"])
    assert "Most reports for SAA-C03 say Needs Improvement or Meets Competencies, not Competent." in text


def test_words_follow_the_method_file(tmp_path, monkeypatch):
    text = (ROOT / "data/method.yaml").read_text().replace("floor_percent: 65", "floor_percent: 55")
    (tmp_path / "mine.yaml").write_text(text.replace("passes_from: 720", "passes_from: 735"))
    monkeypatch.setenv("MLS_KIT_METHOD", str(tmp_path / "mine.yaml"))
    assert "no domain is below 55 %" in said(plan_page.ready)
    assert "“735 usually passes.”" in said(plan_page.report)


def test_a_plan_without_a_day_for_study_says_so_and_shows_no_empty_section():
    plan = build_plan(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI", days_off="Mon, Tue, Wed, Thu, Fri, Sat"), today=TODAY,
                      target_date="2026-11-25", days_off="Sun, Mon, Tue, Wed")  # fmt: skip
    assert not plan.sessions
    markup = "".join(part(plan).markup for part in PARTS)
    for section in ("week", "hours", "fortnight", "weeks"):
        assert f'aria-labelledby="{section}"' not in markup
    assert 'href="#fortnight"' not in markup
