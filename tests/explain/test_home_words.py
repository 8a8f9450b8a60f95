"""The home page: every statement comes from a file on this computer, and no broken file takes the others along."""

from datetime import timedelta

import pytest
from cases import TODAY

from mls_kit.explain import home
from mls_kit.export import after_plan, write_home
from mls_kit.plan import requested_plan
from mls_kit.practice import Answered, PracticeEntry, Tick, append, note_done, read_log, readiness
from mls_kit.practice.done import done_file
from mls_kit.practice.log import log_file
from mls_kit.report import PlanRequest, save_my_report
from mls_kit.report.my_plan import my_plan_file

MINE = PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", str(TODAY - timedelta(days=30)), hours_per_week=9,
                   today=str(TODAY - timedelta(days=10)))  # fmt: skip


@pytest.fixture
def lived(tmp_path):
    """Keep a report, a plan made ten days ago, ticks, a log and two lessons; return the plan."""
    save_my_report(MINE)
    (tmp_path / "my_plan.html").touch()
    after_plan(MINE, [tmp_path / "my_plan.ipynb", tmp_path / "my_plan.html"])
    plan = requested_plan(MINE)
    past = [session for session in plan.sessions if session.day < TODAY and session.kind != "buffer"]
    note_done([Tick(exam="SAA-C03", day=s.day, start=s.start, kind=s.kind, minutes=s.minutes) for s in past])
    note_done([Answered(lesson="00"), Answered(lesson="01")])
    append(PracticeEntry(TODAY - timedelta(days=3), "SAA-C03", "own set", "mixed", 44, 50, minutes=75))
    return plan


def test_with_nothing_kept_it_says_how_to_begin_in_two_lines(tmp_path, home):
    text = str(home_at(tmp_path)).splitlines()[1:]
    assert len(text) == 2
    assert "score report" in text[0]
    assert "this lesson" in text[1]
    assert not home.exists()


def home_at(folder, today=TODAY):
    return home(folder, today)


def test_every_statement_is_read_from_the_files(lived, tmp_path):
    text = str(home_at(tmp_path))
    following = next(session for session in lived.sessions if session.day >= TODAY)
    checkpoint = next(s for s in lived.sessions if s.day >= TODAY and s.kind == "checkpoint")
    monday = TODAY - timedelta(days=TODAY.weekday())
    week = [s for s in lived.sessions if monday <= s.day < monday + timedelta(days=7) and s.kind != "buffer"]
    done = [session for session in week if session.day < TODAY]
    ticked = sum(session.minutes for session in lived.sessions if session.day < TODAY and session.kind != "buffer") / 60
    chance = readiness(MINE.report, read_log()[0], TODAY).chance(MINE.report, ticked)
    for said in (
        f"{(lived.exam_day - TODAY).days} days until SAA-C03",
        f"{following.day:%a} {following.day.day} {following.day:%b}, {following.start}",
        f"{len(done)} of {len(week)} sessions ticked",
        f"Next checkpoint  {checkpoint.day:%a} {checkpoint.day.day}",
        f"{100 * chance.before:.0f} % (", f"{100 * chance.after:.0f} % (", f"from 50 practice questions and {ticked:.1f} hours",
        "2 of 8 done", "Which domain first, and how much time for each?",
    ):  # fmt: skip
        assert said in text, said
    assert 'href="my_plan.html"' in home_at(tmp_path).markup
    assert "02 How does a raw score become a scaled score? (next)" in text
    page = (tmp_path / "home.html").read_text()
    assert "<script" not in page
    assert str(home_at(tmp_path / "elsewhere")) == text


def test_a_broken_file_is_named_and_the_others_are_shown(lived, tmp_path):
    done_file().write_bytes(b"\xff\x00 no line\n" * 3)
    log_file().write_bytes(b"nonsense\n1\n")
    text = str(home_at(tmp_path))
    assert f"{(lived.exam_day - TODAY).days} days until SAA-C03" in text
    assert "0 of 8 done" in text
    my_plan_file().write_text("request: [")
    text = str(home_at(tmp_path))
    assert "my_plan.yaml" in text
    assert "now make your plan" in text


def test_a_plan_for_another_report_and_a_home_page_of_ones_own_stay_as_they_are(tmp_path):
    save_my_report(MINE)
    assert after_plan(PlanRequest("AIF-C01", 640, "NI, MC, MC, NI, MC"), [tmp_path / "their_plan.html"]) == []
    (tmp_path / "home.html").write_text("<h1>My garden</h1>")
    assert write_home(tmp_path) is None
    assert (tmp_path / "home.html").read_text() == "<h1>My garden</h1>"
