"""Templates escape what they are handed, ask for what they need, and take rules and facts from data."""

import jinja2
import pytest
from cases import ROOT, TODAY

from mls_kit import ScoreReport, diagnose
from mls_kit.explain import FACTS, exam_answer, report_words as words
from mls_kit.html import Block, render

PARTS = "explain/_parts.html.j2"
HOSTILE = "<script>alert('x')</script> & \"more\""


def test_text_is_escaped_and_blocks_are_taken_as_they_are():
    note = render(PARTS, "note", title=HOSTILE, body=Block("<p>yes</p>")).markup
    assert "<script>" not in note
    assert "&lt;script&gt;" in note
    assert "<p>yes</p>" in note


def test_a_value_that_was_not_given_is_an_error_and_no_gap_in_a_sentence():
    with pytest.raises(jinja2.UndefinedError):
        render(PARTS, "note", title="Before you start")


def test_numbers_of_a_table_stand_on_the_right_and_amounts_are_not_broken():
    values = {"caption": "Shares", "heads": ["domain", "share"], "rows": [["2 hours", 40], [Block("<b>2</b>"), 0.123456]]}
    markup = render(PARTS, "table_of", **values, numbers=["share"]).markup
    assert '<th scope="col" style="text-align:right">share</th>' in markup
    assert '<td style="text-align:left;vertical-align:top;white-space:nowrap">2 hours</td>' in markup
    assert '<td style="text-align:right;vertical-align:top;white-space:nowrap">0.1235</td>' in markup
    assert '<td style="text-align:left;vertical-align:top"><b>2</b></td>' in markup


def test_how_common_it_is_to_fit_no_pattern_is_counted(tmp_path, monkeypatch):
    report = ScoreReport("MLS-C01", 730, "S, C, C, S")
    assert "29 of the 81 possible reports fit no pattern" in words.matches(report, diagnose(report))
    text = (ROOT / "data/method.yaml").read_text()
    every = "when: [{domains: all, which: every, rating: [Competent, Meets Competencies]}]"
    assert every in text
    (tmp_path / "mine.yaml").write_text(text.replace(every, every.replace("Competent, ", "")))
    monkeypatch.setenv("MLS_KIT_METHOD", str(tmp_path / "mine.yaml"))
    assert "30 of the 81 possible reports fit no pattern" in words.matches(report, diagnose(report))


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("code", ["MLS-C01", "CCAR-F", "SY0-701"])
def test_every_question_is_answered_for_every_exam_with_marks(name, code):
    ratings = {"CCAR-F": [50] * 5, "SY0-701": "NI, C, C, C, S"}.get(code, "S, C, NI, NI")
    markup = exam_answer(name, ScoreReport(code, 600, ratings), TODAY).markup
    assert markup.startswith("<li>")
    assert markup.count("<li>") == markup.count("</li>")
    assert "</span>" in markup or "we don't know" in markup
