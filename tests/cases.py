"""What several tests share: places, a fixed day, and reports to try."""

import os
import re
from datetime import date
from pathlib import Path

from click.testing import CliRunner
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mls_kit import ScoreReport, list_exams
from mls_kit.cli import main
from mls_kit.exam.catalog import find_exam
from mls_kit.explain import plan_page
from mls_kit.export import page
from mls_kit.plan import requested_plan
from mls_kit.report import PlanRequest

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)  # no test depends on the day it is run

STEADY = os.environ.get("MLS_KIT_PROFILE") == "steady"  # make test-all tries more

THREE = ["Needs Improvement", "Competent", "Strong"]
ORDER = ["Needs Improvement", "Competent", "Meets Competencies", "Strong"]


def words_for(code):
    names = find_exam(code).report.rating_vocabularies.value
    return ["Needs Improvement", "Meets Competencies"] if names[0] == "aws" else THREE


@st.composite
def any_report(draw):
    code = draw(st.sampled_from(list_exams()))
    exam = find_exam(code)
    ratings = draw(st.lists(st.sampled_from(words_for(code)), min_size=len(exam.domains), max_size=len(exam.domains)))
    return ScoreReport(code, exam.passing - 10, ratings)


def without_moment(content):
    """Return a calendar without the moment at which it was written."""
    return re.sub(rb"(DTSTAMP|CREATED|LAST-MODIFIED):\S+", b"", content)


def every_shape():
    """Four requests for plans of each exam, by name: one close, one far with few hours, one with many hours, one pass."""
    shapes = {}
    for code in list_exams():
        exam, labels = find_exam(code), words_for(code)
        (low, _), passing, count = exam.score_range, exam.passing, len(exam.domains)
        mixed = [labels[place % len(labels)] for place in range(count)]
        known = {"today": str(TODAY), "taken_on": "2026-11-10"}
        shapes |= {
            f"{code} close": PlanRequest(
                code, passing - 10, [55, 62, 71, 80, 88][:count] if code == "CCAR-F" else mixed, hours_per_week=9,
                days_off="Sun", learner_name="Fay", retake_exam="MLA-C02" if code in ("MLS-C01", "MLA-C01") else "", **known,
            ),
            f"{code} far": PlanRequest(code, low + (passing - low) // 2, labels[:1] * count, hours_per_week=3, **known),
            f"{code} much": PlanRequest(
                code, passing - 50, mixed[::-1], hours_per_week=40, learner_name=("Wolfeschlegelstein " * 12)[:200].strip(),
                attempt=2, earlier=f"[{{scaled_score: {passing - 80}, ratings: {mixed}, taken_on: 2026-09-01}}]", **known,
            ),
            f"{code} passed": PlanRequest(code, passing + 20, labels[-1:] * count, **known),
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
