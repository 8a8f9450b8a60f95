"""What several tests share: places, a fixed day, and reports to try."""

import os
import re
from datetime import date
from pathlib import Path

import pandas as pd
from click.testing import CliRunner
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mls_kit import list_exams
from mls_kit.cli import main
from mls_kit.exam.catalog import find_exam
from mls_kit.exam.rules import load_method
from mls_kit.explain import plan_page
from mls_kit.export import page
from mls_kit.plan import requested_plan
from mls_kit.report import PlanRequest

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)  # no test depends on the day it is run

STEADY = os.environ.get("MLS_KIT_PROFILE") == "steady"  # make test-all tries more

THREE = ["Needs Improvement", "Competent", "Strong"]
PLANNED = [code for code in list_exams() if find_exam(code).domains]  # of an announced exam, the domains may not be known yet


def words_for(code):
    """What a report of an exam may say of a domain, worst first."""
    name = next(iter(find_exam(code).report.rating_vocabularies.value or []), "")
    return {"": ["Not rated"], "percent": [40, 65, 85]}.get(name) or load_method().vocabularies[name].labels


def request_for(code, away=-10, ratings=None, **more):
    """A request for a plan from a report so far from the standard; failed or passed, where no score tells."""
    exam, words = find_exam(code), words_for(code)
    ratings = ratings or [words[place % len(words)] for place in range(len(exam.domains))]
    score = exam.passing + away if exam.has_standard else 600 if exam.reports_score else None
    return PlanRequest(code, score, ratings, result="" if exam.has_standard else "fail" if away < 0 else "pass", **more)


def report_for(code, away=-10, ratings=None, **more):
    return request_for(code, away, ratings, **more).report


def practice_log(*rows, **plain):
    """Return rows as ``read_log`` gives them; what a row leaves out is a plain set's, or as in ``plain``."""
    usual = {"date": TODAY, "exam": "MLS-C01", "provider": "own set", "domain": "mixed", "right": 42, "out_of": 50,
             "timed": True, "fresh": True, "minutes": 90.0, "predicted": float("nan"), "causes": "", "set_id": "", "seen": "",
             "logged": ""}  # fmt: skip
    frame = pd.DataFrame([usual | plain | row for row in rows], columns=list(usual))
    return frame.assign(date=pd.to_datetime(frame["date"])).astype({"timed": bool, "fresh": bool, "minutes": float})


@st.composite
def any_report(draw):
    code = draw(st.sampled_from(PLANNED))
    words, count = words_for(code), len(find_exam(code).domains)
    return report_for(code, ratings=draw(st.lists(st.sampled_from(words), min_size=count, max_size=count)))


def without_moment(content):
    """Return a calendar without the moment at which it was written."""
    return re.sub(rb"(DTSTAMP|CREATED|LAST-MODIFIED):\S+", b"", content)


def every_shape():
    """Four requests for plans of each exam, by name: one close, one far with few hours, one with many hours, one pass."""
    shapes = {}
    for code in PLANNED:
        exam, labels = find_exam(code), words_for(code)
        low, count = exam.score_range[0], len(exam.domains)
        mixed = [labels[place % len(labels)] for place in range(count)]
        known = {"today": str(TODAY), "taken_on": "2026-11-10"}
        before = {"scaled_score": exam.passing - 80} if exam.has_standard else {"scaled_score": 500, "result": "fail"}
        before = {**before, "ratings": mixed, "taken_on": "2026-09-01"}
        if not exam.reports_score:
            del before["scaled_score"]
        shapes |= {
            f"{code} close": request_for(
                code, -10, [55, 62, 71, 80, 88][:count] if code == "CCAR-F" else mixed, hours_per_week=9,
                days_off="Sun", learner_name="Fay", retake_exam="MLA-C02" if code in ("MLS-C01", "MLA-C01") else "", **known,
            ),
            f"{code} far": request_for(code, (low - exam.passing) // 2, labels[:1] * count, hours_per_week=3, **known),
            f"{code} much": request_for(
                code, -50, mixed[::-1], hours_per_week=40, learner_name=("Wolfeschlegelstein " * 12)[:200].strip(),
                attempt=2, earlier=str([before]), **known,
            ),
            f"{code} passed": request_for(code, 20, labels[-1:] * count, **known),
        }  # fmt: skip
    return shapes


def page_of(request):
    """Return the page of a plan without running its notebook: that both are alike is tested once."""
    plan = requested_plan(request)
    parts = [plan_page.first_page(plan), plan_page.weeks(plan), plan_page.ready(plan), plan_page.report(plan),
             plan_page.rules(plan), plan_page.how_we_know(plan, request.details)]  # fmt: skip
    cells = [new_code_cell(outputs=[new_output("execute_result", {"text/html": part._repr_html_()})]) for part in parts]
    return page(new_notebook(cells=cells), plan_page.title(plan), plan_page.foot(plan))


def run(*arguments, **more):
    """Call ``mls-kit`` with these arguments."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], **more)
