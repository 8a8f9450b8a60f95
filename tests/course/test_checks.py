"""Self-checks and quizzes of the lessons: right answers pass, frequent mistakes are named."""

import pytest
from cases import TODAY

from mls_kit import ScoreReport, diagnose
from mls_kit.course.checks import Decision, check, exercises, predicted, revealed
from mls_kit.course.expected_answers import ANSWERS
from mls_kit.html import Block
from mls_kit.method.outlook import labels_of, model_of
from mls_kit.practice.questions import load_quiz
from mls_kit.score_model.sittings import lengthened, sittings_behind

REPORTS = [
    ScoreReport("MLS-C01", 690, ["Strong", "Competent", "Needs Improvement", "Needs Improvement"]),
    ScoreReport("MLA-C02", 705, ["NI", "Meets", "Meets", "NI"]),
    ScoreReport("SY0-701", 700, ["Competent"] * 5),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.exam)
def test_answers_of_the_reports_own_exam(report):
    model = model_of(report.facts, labels_of(report))
    cut, standard = int(model.scale.raw_cut), report.facts.passing
    score_b = model.retake_scores[cut - 1]
    assert score_b >= standard
    assert check("2.1", score_b, report).passed
    assert "form A" in check("2.1", model.scale.report(cut - 1), report).words
    harder = next(n / 20 for n in range(17) if model.under(retake_shift=n / 20).retake_cut <= cut - 5)
    assert check("2.2", harder, report).passed
    assert "sign" in check("2.2", -harder, report).words
    csem = sittings_behind(model, standard).csem
    assert check("3.1", csem, report).passed
    assert "chance" in check("3.1", sittings_behind(model, standard).passing, report).words
    enough = next(n for n in range(10, 300, 10) if sittings_behind(lengthened(model, n), standard).csem <= csem * 2 / 3)
    assert check("3.2", enough, report).passed
    assert "square root" in check("3.2", -(-15 * model.form.size // 100) * 10, report).words


def test_every_mistake_has_its_words_and_leads_to_something_else_than_the_answer():
    values = {number: each for number, each in exercises().items() if not isinstance(each, Decision)}
    assert set(values) == set(ANSWERS)
    for number, words in values.items():
        expected, mistakes = ANSWERS[number](REPORTS[0])
        assert set(mistakes) == set(words.mistakes), number
        assert words.judge(expected, expected, mistakes).passed
        said = {"Not yet. " + text.format(answer=wrong) for wrong in mistakes.values() for text in words.mistakes.values()}
        wrong_ones = [wrong for wrong in mistakes.values() if wrong != expected]
        assert all(words.judge(wrong, expected, mistakes).words in said for wrong in wrong_ones), number


@pytest.mark.parametrize("report", [
    ScoreReport("MLS-C01", 690, "S, C, NI, NI"), ScoreReport("SAA-C03", 650, "NI, MC, MC, MC"),
    ScoreReport("MLS-C01", 720, ["C"] * 4), ScoreReport("CCAR-F", 655, [58, 72, 81, 66, 49]),
    ScoreReport("CLF-C02", 879, ["MC"] * 4),
], ids=lambda report: report.exam)  # fmt: skip
def test_the_hours_asked_in_lesson_06_are_those_of_the_timeline(report):
    least, suggested = diagnose(report, today=TODAY).timeline.hours_needed
    assert check("6.1", least, report).passed
    assert not check("6.1", least + 1, report).passed
    if suggested != least:
        assert "suggests" in check("6.1", suggested, report).words


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.exam)
def test_the_answers_about_ratings_shares_and_hours_are_those_of_the_exam(report):
    assert check("4.2", 130 if len(labels_of(report)) == 3 else 190, report).passed
    assert check("5.2", 60, report).passed
    assert check("6.2", 8, report).passed
    assert "four too few" in check("6.2", 7, report).words
    assert "four weeks" in check("6.2", 15, report).words


@pytest.mark.parametrize(
    ("number", "choice", "reason", "passed"),
    [
        ("2.3", "ignore it", "No owner publishes a raw cut, and every form has its own.", True),
        ("2.3", "trust it", "The site looks good and many people have used it before.", False),
        ("3.3", "keep the plan", "Because.", False),
        ("3.3", "keep the plan", "Twelve points are less than chance brings between two sittings.", True),
        ("6.3", "first day with enough hours", "the wait says nothing about how ready I am by then", True),
        ("6.3", "first possible day", "the wait says nothing about how ready I am by then", False),
        ("6.3", "first day with enough hours", "why not", False),
    ],
)
def test_a_choice_needs_a_reason(number, choice, reason, passed):
    assert check(number, (choice, reason)).passed == passed
    assert not check("3.1", ...).passed


@pytest.mark.parametrize("lesson", ["02", "03"])
def test_quizzes_have_one_right_option_and_a_reason_for_each(lesson):
    for question in load_quiz(lesson):
        assert len(question.right) == 1
        assert all(len(option.why) > 40 for option in question.options)


@pytest.mark.parametrize("guess", [..., None, "forty", float("nan")])
def test_the_answer_is_hidden_until_there_is_a_prediction(guess):
    assert "64" not in predicted(guess, 64).words
    assert revealed(guess, Block("64")).markup.startswith("<details")
    assert predicted(60, 64).passed
    assert "<details" not in revealed(60, Block("64")).markup
