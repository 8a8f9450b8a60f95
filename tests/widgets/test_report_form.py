"""The report form: what is typed becomes a valid report or named mistakes, for every exam, and is kept only on request."""

from datetime import UTC, datetime

import pytest
from cases import PLANNED
from report_pdfs import heading, in_words, pdf, rated, report

from mls_kit.exam.catalog import find_exam
from mls_kit.exam.rules import load_method
from mls_kit.html import Block
from mls_kit.problems import InputError
from mls_kit.report.my_report import is_mine, my_report, my_report_file, my_request, save_my_report
from mls_kit.report.request import PlanRequest
from mls_kit.widgets import ReportForm, report_form


@pytest.fixture
def _quick(monkeypatch):
    """Leave the picture out: drawing it for every combination would take a minute."""
    monkeypatch.setattr(report_form, "report_card", lambda report: Block(f"<figure>{report.scaled_score}</figure>"))


def fill(form, code, vocabulary):
    form.controls["exam"].value = code
    if "shows" in form.controls:
        form.controls["shows"].value = vocabulary
    with form.quietly():
        if "result" in form.controls:
            form.controls["result"].value = "fail"
        for place, domain in enumerate(find_exam(code).domains if vocabulary else ()):
            control = form.controls[domain.name]
            words = vocabulary != "percent"
            control.value = [v for v in control.options.values() if v][place % 2] if words else 40 + 10 * place


CASES = [(code, name) for code in PLANNED for name in find_exam(code).report.rating_vocabularies.value or [""]]


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(("code", "vocabulary"), CASES)
def test_every_exam_and_kind_of_rating_can_be_entered_kept_and_read_back(code, vocabulary):
    form, exam = ReportForm(), find_exam(code)
    fill(form, code, vocabulary)
    assert form.error is None
    assert form.problems == ()
    names = [domain.name for domain in exam.domains] if vocabulary else []
    assert [name for name in form.controls if name in {d.name for d in exam.domains}] == names
    assert ("scaled_score" in form.controls, "result" in form.controls) == (exam.reports_score, not exam.has_standard)
    low, high = exam.score_range
    for score in (exam.passing - 1, low, exam.passing, high) if exam.has_standard else ():
        form.controls["scaled_score"].value = score
        assert (form.error, form.problems) == (None, ())
        assert f"<figure>{score}</figure>" in form.picture.value
        assert ("passed" in form.said.value) == (score >= exam.passing)
    form.controls["taken_on"].value = "2026-01-15"
    form.keep_button.click()
    report = my_report()
    score = form.controls["scaled_score"].value if exam.reports_score else None
    assert (report.exam, report.scaled_score, report.passed, str(report.taken_on)) == (code, score, exam.has_standard, "2026-01-15")
    if not vocabulary:
        assert not report.is_rated
    elif vocabulary == "percent":
        assert list(report.percents.values()) == [40 + 10 * place for place in range(len(exam.domains))]
    else:
        labels = load_method().vocabularies[vocabulary].labels
        assert list(report.ratings.values()) == [labels[place % 2] for place in range(len(exam.domains))]
    again = ReportForm()  # opens with what is kept
    assert again.values() == form.values()
    assert "This is saved" in again.said.value


def test_it_opens_with_the_example_and_keeps_nothing_by_itself():
    form = ReportForm()
    assert form.request.report.ratings == my_report().ratings
    assert "invented" in form.status.value
    assert "MLS-C01: scaled score 690" in form.picture.value
    form.controls["scaled_score"].value = 700
    assert "MLS-C01: scaled score 700" in form.picture.value
    assert "Not saved yet" in form.said.value
    assert not is_mine()


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("code", PLANNED)
def test_it_opens_with_an_exams_example_until_a_report_is_kept(code):
    form = ReportForm(example=code.lower().replace("-", " "))
    assert (form.error, form.problems) == (None, ())
    assert (form.request.report.ratings, form.request.report.percents) == (
        my_report(example=code).ratings,
        my_report(example=code).percents,
    )
    # its day and hours are not seen as an example's, and must not be kept as the learner's
    assert (form.request.taken_on, form.request.hours_per_week, form.request.days_off) == ("", None, "")
    assert "invented" in form.status.value
    save_my_report(PlanRequest("SAA-C03", 655, "NI, MC, MC, NI"))
    assert ReportForm(example=code).controls["scaled_score"].value == 655
    my_report_file().write_text("exam: [")
    damaged = ReportForm(example=code)
    assert "cannot be read" in damaged.status.value
    assert damaged.controls["exam"].value == code


def test_an_example_that_was_not_invented_is_refused_also_where_a_report_is_kept():
    with pytest.raises(InputError, match=r"Did you mean SY0-701"):
        ReportForm(example="SY0-710")
    save_my_report(PlanRequest("SAA-C03", 655, "NI, MC, MC, NI"))
    with pytest.raises(InputError, match=r"Did you mean SY0-701"):
        ReportForm(example="SY0-710")


def test_another_exam_asks_for_its_own_sections_and_coming_back_loses_nothing():
    form = ReportForm()
    form.controls["scaled_score"].value = 711
    form.controls["exam"].value = "AIF-C01"
    assert [problem.value for problem in form.problems] == ["nothing"] * 5
    assert "not chosen yet" in form.said.value
    assert "Modeling" not in form.controls
    form.keep_button.click()
    assert "Not saved" in form.status.value
    assert not is_mine()
    assert "not chosen yet" in str(form.result())
    old = form.controls["language"]
    form.controls["exam"].value = "MLS-C01"
    assert form.controls["Modeling"].value == "Needs Improvement"
    assert form.controls["scaled_score"].value == 711
    assert form.problems == ()
    before = form.said.value
    old.value = "German"  # a field that is gone has no say any more
    assert form.said.value == before


def test_percentages_that_nobody_has_typed_are_not_kept():
    form = ReportForm()
    form.controls["exam"].value = "CCAR-F"
    assert "0 % everywhere" in form.said.value
    form.keep_button.click()
    assert "Not saved" in form.status.value
    form.controls["Tool Design & MCP Integration"].value = 40
    assert form.status.value == ""  # it spoke of the values before
    assert form.problems == ()


def test_mistakes_are_named_all_at_once_by_the_names_of_the_fields():
    form = ReportForm()
    form.controls["taken_on"].value = "03/04/2026"
    form.controls["earlier"].value = "680, 2026-02-01, S, C, NI, C\n9999, 2026-02-20, S, C, NI, C"
    assert "Day of the exam:" in form.said.value
    assert "2026-03-04 or 2026-04-03" in form.said.value
    assert "earlier attempt 2, scaled score:" in form.said.value
    form.controls["shows"].value = "aws"  # what was typed is still there
    assert form.controls["earlier"].value.startswith("680, 2026-02-01")
    assert "9999" in form.controls["earlier"].value


@pytest.mark.usefixtures("_quick")
def test_earlier_attempts_are_kept_and_come_back_as_lines():
    form = ReportForm()
    form.controls["earlier"].value = "680, 2026-02-01, S, C, NI, C"
    form.keep_button.click()
    assert [(r.scaled_score, r.ratings["Modeling"]) for r in my_request().earlier_reports] == [(680, "Needs Improvement")]
    assert ReportForm().controls["earlier"].value.startswith("680, 2026-02-01, Strong")


@pytest.mark.usefixtures("_quick")
def test_what_the_form_does_not_show_is_kept_for_the_same_exam_only():
    save_my_report(PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", days_off="Sun", study_time="19:30"))
    form = ReportForm()
    form.controls["scaled_score"].value = 695
    form.keep_button.click()
    assert (my_request().days_off, my_request().study_time) == ("Sun", "19:30")
    fill(form, "AIF-C01", "aws")
    form.keep_button.click()
    assert (my_request().exam, my_request().days_off) == ("AIF-C01", "")


@pytest.mark.usefixtures("_quick")
def test_clearing_takes_the_file_and_leaves_the_form():
    form = ReportForm()
    form.controls["scaled_score"].value = 701
    form.keep_button.click()
    form.clear_button.click()
    assert not is_mine()
    assert form.controls["scaled_score"].value == 701
    form.clear_button.click()
    assert "no report to clear" in form.status.value


@pytest.mark.usefixtures("_quick")
def test_a_damaged_file_is_named_and_can_be_replaced():
    ReportForm().keep_button.click()
    my_report_file().write_text("exam: [")
    form = ReportForm()
    assert "cannot be read" in form.status.value
    form.keep_button.click()
    assert my_report().exam == "MLS-C01"


@pytest.mark.usefixtures("_quick")
def test_a_folder_that_cannot_be_written_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLS_KIT_HOME", str(tmp_path / "file"))
    form = ReportForm()
    form.keep_button.click()
    assert "t write to" in form.status.value


@pytest.mark.parametrize("code", ["MLS-C01", "AIF-C01", "CCAR-F"])
def test_the_result_is_a_figure_with_words_and_a_table(code):
    form = ReportForm()
    fill(form, code, find_exam(code).report.rating_vocabularies.value[-1])
    text = form.result().markup
    assert f"{code}: scaled score" in text
    assert "<caption" in text
    for domain in find_exam(code).domains:
        assert domain.name.replace("&", "&amp;") in text


def upload(form, content, name="mine.pdf"):
    form.upload.button.value = ({"name": name, "type": "application/pdf", "size": len(content), "content": memoryview(content),
                                 "last_modified": datetime.now(UTC)},)  # fmt: skip


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(("code", "ratings"), [("SAA-C03", ("Needs Improvement", "Meets Competencies")), ("CCAR-F", (40, 75))])
def test_a_report_file_fills_in_the_form_and_says_where_each_thing_stands(code, ratings):
    form, expected = ReportForm(), rated(code, *ratings)
    form.controls["hours_per_week"].value = 7
    upload(form, report(code, 690, expected))
    values = form.values()
    assert (values["exam"], values["scaled_score"], values["taken_on"], values["hours_per_week"]) == (code, 690, "2026-10-14", 7)
    assert {name: values[name] for name in expected} == expected
    assert (form.error, form.problems, form.upload.button.value) == (None, (), ())
    for words in ('role="status"', "Read from mine.pdf", "Candidate Score", "<caption>", 'scope="row"'):
        assert words in form.upload.said.value
    assert "Tess" not in form.upload.said.value
    assert not is_mine()
    form.keep_button.click()
    assert my_report().scaled_score == 690


@pytest.mark.usefixtures("_quick")
def test_what_a_file_leaves_open_is_named_and_not_kept_until_it_is_typed():
    form, expected = ReportForm(), rated("CCAR-F", 40)
    first = next(iter(expected))
    upload(form, report("CCAR-F", "soon", expected | {first: 101}, passed=False))
    assert "We could not read these" in form.upload.said.value
    assert {problem.place for problem in form.problems} == {"scaled_score", f"ratings, {first}"}
    form.keep_button.click()
    assert "Not saved" in form.status.value
    form.controls["scaled_score"].value = 640
    form.controls[first].value = 55
    assert form.problems == ()
    form.keep_button.click()
    assert (my_report().scaled_score, my_report().percents[first]) == (640, 55)


@pytest.mark.usefixtures("_quick")
def test_a_file_that_is_no_report_leaves_the_form_as_it_was_and_one_of_several_exams_asks_which():
    form = ReportForm()
    before = form.values()
    upload(form, b"\x89PNG", "<b>.png")
    assert form.values() == before
    for words in ('role="alert"', "'a picture' is not a score report", "The form has not changed"):
        assert words in form.upload.said.value.replace("&#39;", "'")
    exam = find_exam("MLA-C02")
    lines = in_words(exam, rated("MLA-C02", "Needs Improvement"), exam.domains[:2])
    unclear = pdf([*heading(exam, 690, title="AWS Certified Machine Learning Engineer - Associate"), *lines])
    upload(form, unclear)
    assert "MLA-C01 or MLA-C02" in form.upload.said.value
    assert form.values() == before
    form.controls["exam"].value = "MLA-C02"
    upload(form, unclear)
    assert (form.values()["exam"], form.values()["scaled_score"]) == ("MLA-C02", 690)


def test_the_button_for_a_file_is_first_and_says_what_it_does():
    form = ReportForm()
    assert form.children[1] is form.upload.button
    assert form.upload.button.description == "Read my report file"
    assert (form.upload.button.accept, form.upload.button.multiple) == (".pdf,.yaml,.yml", False)
    assert "sent nowhere" in form.upload.button.tooltip
