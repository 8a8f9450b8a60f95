"""The annotated report: every part is there for every exam, in the picture's words and in the table alike."""

import pytest
from cases import PLANNED, report_for

from mls_kit import ScoreReport
from mls_kit.explain.report_sheet import anatomy, parts_of_report


@pytest.mark.parametrize("code", PLANNED)
def test_the_drawing_the_words_and_the_table_say_the_same(code):
    report = report_for(code)
    chart = anatomy(report)
    here = chart.table["on this report"]
    score = report.scaled_score or "not reported"
    assert here.tolist()[:3] == ["not passed", str(score), str(report.facts.passing) if report.facts.has_standard else "not known"]
    assert all(text in chart.words for text in here[:5])
    drawn = " ".join(text.get_text().replace("\n", " ") for text in chart.figure.axes[0].texts)
    for domain in report.facts.domains:
        assert domain.name in drawn
        assert f"{domain.weight:g} %" in drawn
    assert "FAIL" in drawn
    assert "drawn by the kit" in drawn
    text = str(parts_of_report(report))
    assert all(part in text for part in chart.table["part"])


def test_no_text_leaves_the_paper():
    for code in PLANNED:
        figure = anatomy(report_for(code)).figure
        canvas = figure.canvas
        canvas.draw()
        width, height = canvas.get_width_height()
        for text in figure.axes[0].texts:
            box = text.get_window_extent()
            assert 0 <= box.x0 <= box.x1 <= width, (code, text.get_text())
            assert 0 <= box.y0 <= box.y1 <= height, (code, text.get_text())


def test_a_pass_says_so_and_percentages_stand_in_one_column():
    assert anatomy(report_for("SAA-C03", 0)).table.loc[1, "on this report"] == "passed"
    chart = anatomy(ScoreReport("CCAR-F", 655, [58, 72, 81, 66, 49]))
    assert chart.table.loc[5, "on this report"] == "58 %, 72 %, 81 %, 66 %, 49 %"
    assert "percent right in a section" not in chart.words
    assert "% of scored" not in " ".join(text.get_text() for text in chart.figure.axes[0].texts)


def test_three_labels_are_the_articles_and_two_are_second_hand():
    kinds = {code: anatomy(report_for(code)).table.loc[5, "who says so"] for code in ("MLS-C01", "MLA-C02")}
    assert kinds == {"MLS-C01": "article", "MLA-C02": "second-hand"}
