"""The view of a practice set: every control, every way through a set, and nothing given away beforehand."""

import html
import itertools
import json
import re

import ipywidgets
import pytest

from mls_kit import ScoreReport
from mls_kit.practice.log import read_log
from mls_kit.practice.questions import load_bank
from mls_kit.practice.sets import KINDS, practice_set
from mls_kit.widgets import PracticeQuiz
from mls_kit.widgets.controls import Options


def quiz(exam="MLS-C01", **options):
    times = itertools.count(0, 45)
    return PracticeQuiz(exam, **{"seed": 7, "seen": [], "clock": lambda: next(times), **options})


def text_of(view):
    def walk(widget):
        if widget.layout.display == "none":
            return
        if isinstance(widget, ipywidgets.HTML):
            yield re.sub(r"<style>.*?</style>|<[^>]+>", " ", widget.value, flags=re.S)
        for child in getattr(widget, "children", ()):
            yield from walk(child)

    import html

    return html.unescape(re.sub(r"\s+", " ", " ".join(walk(view))))


def everything(view):
    """All that a page could know: the state of every widget of the view, hidden ones too."""
    found = []

    def walk(widget):
        found.append(json.dumps(widget.get_state(), default=str))
        found.append(json.dumps(widget.layout.get_state(), default=str))
        for child in getattr(widget, "children", ()):
            walk(child)

    walk(view)
    return html.unescape("".join(found))


def start(view, predicted=70, **values):
    for name, value in values.items():
        view.controls[name].value = value
    view.controls["predicted"].value = str(predicted)
    view.action.click()


def answer(view, right=True):
    question = view.run.question
    places = question.right if right else [min(set(range(len(question.options))) - question.right)]
    view._options.children[0].value = tuple(places) if len(question.right) > 1 else min(places)
    view.action.click()


@pytest.mark.parametrize("exam", ["MLS-C01", "MLA-C02", "SY0-701", "AIF-C01"])
def test_every_value_of_every_control_gives_words_and_no_error(exam):
    view = quiz(exam)
    for name, control in view.controls.items():
        if isinstance(control, Options):
            values = control.options.values()
        elif isinstance(control, ipywidgets.Text):
            values = ["", "80", "80 %", "a lot", "101", "-1"]
        else:
            values = [control.low, control.high, control.value]
        for value in list(values)[:6]:
            control.value = value
            assert view.error is None, (name, value)
            assert len(text_of(view)) > 60
    view.controls["exam"].value = "MLA-C02"
    for kind in KINDS:
        view.controls["kind"].value = kind
        fixed = kind in ("diagnostic", "full")
        made = practice_set("MLA-C02", kind, None if fixed else view.controls["number"].value,
                            domain=view.controls["domain"].value, seed=7)  # fmt: skip
        assert view.made == made
        assert made.words in text_of(view)


def test_an_exam_without_questions_says_which_have_some_and_starts_nothing():
    view = quiz("SY0-701")
    assert "questions from another provider" in text_of(view)
    start(view)
    assert view.run is None
    view.controls["exam"].value = "MLS-C01"
    assert len(view.made.questions) == 20
    assert next(iter(view.controls["domain"].options)) == "Data Engineering"


def test_a_report_is_taken_too():
    view = PracticeQuiz(ScoreReport("MLA-C02", 690, "NI, MC, MC, NI"), seen=[])
    assert view.controls["exam"].value == "MLA-C02"


@pytest.mark.parametrize("said", ["", "many", "101", "-5"])
def test_nothing_starts_without_a_prediction(said):
    view = quiz()
    view.controls["predicted"].value = said
    view.action.click()
    assert view.run is None
    assert "First enter the percentage" in text_of(view)
    view.controls["predicted"].value = " 72.5 % "
    view.action.click()
    assert view.run.predicted == 72.5


@pytest.mark.parametrize("explain", ["each", "end"])
def test_no_answer_and_no_reason_is_in_any_widget_before_it_is_given(explain):
    view = quiz()
    start(view, explain=explain, number=10)
    reasons = {question.id: [option.why for option in question.options] for question in load_bank("MLS-C01").questions}
    given = set()
    for _ in range(10):
        state = everything(view)
        for one, whys in reasons.items():
            assert one in given or not any(why in state for why in whys)
        assert "✓" not in state
        question = view.run.question
        answer(view, right=len(given) % 2 == 0)
        given.add(question.id)
        if explain == "each":
            assert all(why in everything(view) for why in reasons[question.id] if '"' not in why)
            view.action.click()


def test_reasons_after_each_question_and_a_cause_for_each_error():
    done = []
    view = quiz(on_finished=done.append)
    start(view, predicted=80, number=5, explain="each")
    assert "Question 1 of 5. You have about 10 of 10 minutes" in text_of(view)
    assert view._panel.layout.display == "none"
    for place in range(5):
        first = view.run.question
        answer(view, right=place != 2)
        text = text_of(view)
        assert all(option.why in text for option in first.options)
        assert ("Right." in text) == (place != 2)
        assert (view._cause.layout.display != "none") == (place == 2)
        if place == 2:
            view._cause.value = "misread"
            assert view._cause.label == "Why was it wrong?"
        assert view.action.description == "Next"
        view.action.click()
    (result,) = done
    assert result is view.finished
    assert (result.right, result.out_of, result.predicted, result.timed) == (4, 5, 80, False)
    assert list(result.causes.values()) == ["misread"]
    assert result.minutes == pytest.approx(5 * 45 / 60, abs=0.06)
    text = text_of(view)
    assert "4 of 5 right, 80 %. You expected 80 %. Your result is about the same." in text
    assert "I misread the question or an option" in text
    assert all(option.why in text for option in result.wrong[0].options)
    assert result.practice_set.documents[2].title in text
    assert str(view.result()).startswith("4 of 5 right")
    assert "<caption" in view.result().markup


def test_reasons_at_the_end_come_with_the_score_and_only_for_the_wrong_ones():
    done = []
    view = quiz(on_finished=done.append)
    start(view, number=10, explain="end")
    for place in range(10):
        assert f"Question {place + 1} of 10" in text_of(view)
        answer(view, right=place not in (1, 4))
    assert "8 of 10 right" in text_of(view)
    assert "After this one: 1 more" in text_of(view)
    assert not done
    view._cause.value = "did not know"
    view.action.click()
    assert view._cause.value is None
    view.action.click()
    assert done[0].timed
    assert list(done[0].causes.values()) == ["did not know"]


def test_an_answer_may_be_left_empty_but_not_by_mistake():
    view = quiz()
    start(view, number=5)
    view.action.click()
    assert view.run.phase == "asking"
    assert "Choose an option first" in text_of(view)
    view.empty.click()
    assert view.run.phase == "explaining"
    assert view.run.chosen == frozenset()
    assert "Not yet." in text_of(view)


def test_a_set_may_be_stopped_and_a_new_one_repeats_nothing():
    view = quiz()
    start(view, number=5)
    view.halt.click()
    assert view.run is None
    start(view, number=5)
    met = []
    for _ in range(2):
        met.append(view.run.question.id)
        answer(view)
        view.action.click()
    view.halt.click()
    assert view.finished.out_of == 2
    assert view.action.description == "New set"
    view.action.click()
    assert view.run is None
    assert view._panel.layout.display is None
    view.controls["number"].value = 60
    assert not set(met) & {question.id for question in view.made.questions}


def test_time_that_is_over_is_said():
    view = quiz(clock=iter(range(0, 10**6, 1000)).__next__)
    start(view, number=5, explain="end")
    answer(view)
    assert "minutes are over" in text_of(view)


def test_the_first_button_and_its_neighbors_stay_the_same_widgets():
    """What has the keyboard's focus is never taken out of the page: children are changed inside one box alone."""
    view = quiz()
    before = view.children
    start(view, number=5)
    answer(view)
    view.action.click()
    assert view.children == before


def test_the_result_before_a_set_says_what_it_would_be():
    text = str(quiz().result())
    assert "20 questions." in text
    assert "Modeling  7" in text
    view = quiz()
    start(view)
    assert "in the middle of a set" in str(view.result())


def test_the_result_can_be_kept_in_the_log():
    view = quiz(seen=None)
    start(view, number=5, explain="end")
    for _ in range(5):
        answer(view)
    view.keep.click()
    assert view.keep.disabled
    assert "Saved in your practice log" in text_of(view)
    frame, problems = read_log()
    assert problems == []
    assert frame["out_of"].sum() == 5
    again = quiz(seen=None)
    asked = {question.id for question in view.finished.practice_set.questions}
    assert not asked & {question.id for question in again.made.questions}


def test_a_log_that_cannot_be_read_does_not_stop_practice(monkeypatch):
    from mls_kit import InputError, practice
    from mls_kit.problems import Problem

    def broken(exam):
        raise InputError("practice_log.csv", [Problem("file", "x", "a readable file")])

    monkeypatch.setattr(practice, "seen_questions", broken)
    view = quiz(seen=None)
    assert view.error is None
    assert "log can't be read" in text_of(view)
    assert len(view.made.questions) == 20
