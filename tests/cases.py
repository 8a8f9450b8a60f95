"""What several tests share: places, a fixed day, and reports to try."""

import os
import re
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from mls_kit import ScoreReport, list_exams
from mls_kit.exam.catalog import find_exam

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
