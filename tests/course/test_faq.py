"""The questions and myths: complete, valid, findable by their words, and answered for every exam."""

from datetime import date
from itertools import pairwise

import nbformat
import pytest
import yaml
from cases import PLANNED, ROOT, TODAY, report_for

from mls_kit import ScoreReport
from mls_kit.course.faq import Faq, answer, load_faq, myths
from mls_kit.problems import InputError

NUMBERS = range(1, len(load_faq().questions) + 1)
LEARNERS_AND_ARTICLE = 20 + 5


def reports():
    for code in PLANNED:
        yield report_for(code, -12, taken_on="2026-03-14", attempt=2, today=str(TODAY))
        yield report_for(code, 0, today=str(TODAY))


@pytest.mark.parametrize("report", list(reports()), ids=lambda report: f"{report.exam}-{report.passed}")
def test_every_question_is_answered_for_every_exam(report):
    for number in NUMBERS:
        text = str(answer(number, report, TODAY))
        assert len(text.splitlines()) >= 2
        assert "None" not in text
        assert "{" not in text


def test_all_questions_and_myths_are_there_and_name_lessons_that_are():
    assert len(NUMBERS) == LEARNERS_AND_ARTICLE
    assert [myth.rule for myth in load_faq().myths] == ["A3", "A10", "A11", "A13", "A14", "A16"]
    assert str(myths()).count("contradicted") == 6
    assert {question.lesson for question in load_faq().questions} <= {path.stem for path in ROOT.glob("notebooks/*.ipynb")}


def test_every_question_is_a_heading_of_the_notebook_with_its_own_answer_below():
    cells = nbformat.read(ROOT / "notebooks" / "faq.ipynb", 4).cells
    asked = {}
    for cell, after in pairwise(cells):
        headings = [line[4:] for line in cell.source.splitlines() if line.startswith("### ")]
        asked |= dict.fromkeys(headings, after.source)
    assert asked == {q.question: f"kit.course.answer({q.id}, report)" for q in load_faq().questions}


def test_days_come_from_the_exam_and_the_articles_day_is_marked():
    report = ScoreReport("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-03-01", attempt=2, today=TODAY)
    text = str(answer(2, report, date(2026, 3, 2)))
    assert "2026-03-15" in text
    assert "The article tells you to wait 30 days. contradicted" in text
    assert "the last day to take it was 2026-03-31" in str(answer(18, report, TODAY))


def test_what_is_not_known_is_said_and_not_called_published():
    report = ScoreReport("SY0-701", 700, "S, C, C, NI, S")
    line = str(answer(15, report, TODAY)).splitlines()[0]
    assert "we don't know" in line
    assert "published" not in line


@pytest.mark.parametrize("number", [0, 26, -1])
def test_a_question_that_does_not_exist_is_refused(number):
    with pytest.raises(InputError, match="from 1 to 25"):
        answer(number, ScoreReport("MLS-C01", 690, "S, C, NI, NI"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw["questions"].pop(3), "without a gap"),
        (lambda raw: raw["questions"][0].update(facts=["nonsense"]), "nonsense"),
        (lambda raw: raw["myths"][0].update(source="nowhere"), "nowhere"),
        (lambda raw: raw["questions"][1].update(facts=[], says=[]), "no answer"),
        (lambda raw: raw["questions"][3]["says"][0].update(source=None), "without a source"),
    ],
)
def test_a_mistake_in_the_file_is_found(change, message):
    raw = yaml.safe_load((ROOT / "data" / "faq.yaml").read_text())
    change(raw)
    with pytest.raises(ValueError, match=message):
        Faq.model_validate(raw)
