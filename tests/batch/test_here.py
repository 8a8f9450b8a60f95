"""One plan in a fork of this process; without a safe fork, or where it is killed, papermill's own engine makes it."""

import os
import sys
import threading

import pytest

from mls_kit.batch import here
from mls_kit.export import PlanFailed
from mls_kit.report import PlanRequest

REQUEST = PlanRequest("SAA-C03", 650, "NI, MC, MC, NI")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is no fork")


@pytest.fixture(autouse=True)
def _own_engine(monkeypatch):
    monkeypatch.setattr(here, "render", lambda request, engine=None: f"{request.exam} by {engine or 'papermill'}")
    monkeypatch.setattr(here, "_engine", lambda: "fork")
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # those of the test's own process do not matter


def test_a_fork_makes_the_plan():
    assert here.render_here(REQUEST) == "SAA-C03 by fork"


def test_with_a_second_thread_nothing_is_forked(monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert here.render_here(REQUEST) == "SAA-C03 by papermill"


def test_where_the_fork_is_killed_papermill_makes_the_plan(monkeypatch):
    monkeypatch.setattr(here, "_render_in_child", lambda *_: os._exit(9))
    assert here.render_here(REQUEST) == "SAA-C03 by papermill"


def test_where_the_engine_does_not_fit_papermill_makes_the_plan_and_it_is_said(monkeypatch, caplog):
    monkeypatch.setattr(here, "_engine", lambda: 1 / 0)
    assert here.render_here(REQUEST) == "SAA-C03 by papermill"
    assert caplog.text.count("more slowly: ZeroDivisionError") == 1


def test_an_error_of_the_notebook_arrives_and_is_not_tried_again(monkeypatch):
    def fail(_request, engine=None):
        raise PlanFailed("NameError: x" if engine else "tried again")

    monkeypatch.setattr(here, "render", fail)
    with pytest.raises(PlanFailed, match="NameError: x"):
        here.render_here(REQUEST)


def test_a_fork_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(here, "SECONDS", 0.1)
    monkeypatch.setattr(here, "_render_in_child", lambda *_: threading.Event().wait())
    with pytest.raises(PlanFailed, match="longer than"):
        here.render_here(REQUEST)
