"""How am I doing? Ticks are saved once and can be taken back, they count, and nothing that is broken loses the plan."""

from datetime import timedelta

import pytest
from cases import TODAY

from mls_kit.export import after_plan
from mls_kit.plan import requested_plan
from mls_kit.practice import read_done
from mls_kit.practice.done import done_file
from mls_kit.report import PlanRequest, save_my_report
from mls_kit.report.my_plan import my_plan_file
from mls_kit.widgets import HowAmIDoing, Quiz

MINE = PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", str(TODAY - timedelta(days=30)), hours_per_week=9,
                   today=str(TODAY - timedelta(days=14)))  # fmt: skip


@pytest.fixture
def view(tmp_path):
    """The view of somebody who made a plan two weeks ago, with their page in a folder; pressed once."""
    save_my_report(MINE)
    after_plan(MINE, [tmp_path / "my_plan.html"])
    view = HowAmIDoing(lambda: TODAY)
    assert view.rows == []
    view.ask.click()
    return view


def test_it_offers_the_sessions_of_these_days_with_their_minutes(view):
    week = [s for s in requested_plan(MINE).sessions if TODAY - timedelta(days=6) <= s.day <= TODAY]
    assert [(session, box.value, minutes.value) for session, box, minutes in view.rows] == [(s, False, s.minutes) for s in week]
    assert view.save_button.layout.display is None


def test_what_is_ticked_is_saved_once_counts_and_can_be_taken_back(view, tmp_path):
    before = view.mine.found.pace
    for _, box, _ in view.rows:
        box.value = True
    first = view.rows[0][2].value = view.rows[0][2].value + 5
    view.save_button.click()
    ticked = sum(minutes.value for _, _, minutes in view.rows)
    assert f"{ticked / 60:.1f} hours" in view.told.value
    assert view.mine.found.pace.done > before.done
    assert (len(read_done().ticks), view.rows[0][2].value, view.rows[0][1].value) == (len(view.rows), first, True)
    assert f"{len([s for s, *_ in view.rows if s.kind != 'buffer'])} of " in (tmp_path / "home.html").read_text()
    size = done_file().stat().st_size
    view.save_button.click()
    assert "Nothing has changed" in view.told.value
    assert done_file().stat().st_size == size
    view.rows[0][1].value = False
    view.save_button.click()
    assert len(read_done().ticks) == len(view.rows) - 1
    assert view.result().markup == view.said.value


def test_broken_ticks_are_counted_and_a_broken_plan_is_said(view):
    done_file().write_bytes(b"\xff{\n")
    view.ask.click()
    assert "1 line of your ticks could not be read" in view.said.value
    assert view.rows
    my_plan_file().write_text("request: [")
    view.ask.click()
    assert 'role="alert"' in view.said.value
    assert view.rows == []


def test_ticks_that_cannot_be_saved_are_said(view):
    done_file().mkdir()
    view.rows[0][1].value = True
    view.save_button.click()
    assert "could not be saved" in view.told.value


def test_without_a_plan_it_says_how_to_begin():
    assert "You have no plan of your own yet" in str(HowAmIDoing(lambda: TODAY).result())


def test_a_lesson_is_done_when_every_question_of_its_quiz_is_answered():
    quiz = Quiz("04")
    for place, options in enumerate(quiz.controls.values()):
        assert read_done().lessons == frozenset()
        options.value = next(iter(options.options.values())) if not options.several else (0,)
        quiz.buttons[place].click()
    assert read_done().lessons == {"04"}
