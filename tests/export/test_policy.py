"""Every page the kit writes begins with the same policy: nothing is loaded, and no base or form leads elsewhere."""

import re

import pytest
from bs4 import BeautifulSoup
from cases import ROOT, TODAY
from nbformat.v4 import new_notebook

from mls_kit import read_cohort
from mls_kit.batch.jobs import Settings
from mls_kit.batch.run import run_batch
from mls_kit.cohort.view import view_cohort
from mls_kit.course import site
from mls_kit.course.slides import Slide, deck
from mls_kit.explain import cohort_words
from mls_kit.explain.home_words import home_page
from mls_kit.export import page
from mls_kit.html import policy
from mls_kit.practice import practice_set, write_sheet

PLAIN = {"default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'"}
SAMPLE = ROOT / "data/cohorts/sample.csv"


def index(folder):
    run_batch(read_cohort(SAMPLE, today=TODAY), folder, TODAY, Settings(forms=("csv",), only=("L001",)))
    return (folder / "index.html").read_text()


PAGES = {
    "plan": lambda _: page(new_notebook(), "A plan"),
    "site": lambda _: site._html(new_notebook(), "A lesson"),
    "slides": lambda _: deck([Slide("A slide")], "Slides"),
    "index": index,
    "view": lambda _: cohort_words.page(view_cohort(read_cohort(SAMPLE, today=TODAY), TODAY)),
    "home": lambda folder: home_page(folder, TODAY),
    "sheet": lambda folder: write_sheet(practice_set("MLS-C01", questions=5), folder)[0].read_text(),
    "key": lambda folder: write_sheet(practice_set("MLS-C01", questions=5), folder)[1].read_text(),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_the_policy_and_no_more_rules_than_it_needs(name, tmp_path):
    (found,) = BeautifulSoup(PAGES[name](tmp_path), "html.parser").select('meta[http-equiv="Content-Security-Policy"]')
    rules = set(found["content"].split("; "))
    assert rules >= PLAIN
    more = {rule.split()[0] for rule in rules - PLAIN}
    assert more == {"index": {"script-src"}, "slides": {"script-src", "frame-src"}}.get(name, set())


def test_every_template_that_begins_a_page_takes_the_policy_from_one_place():
    begun = [path for path in (ROOT / "mls_kit").rglob("*.j2") if re.search(r"(?i)<head>", path.read_text())]
    assert len(begun) >= 6
    assert [path.name for path in begun if not re.search(r"\{\{ (resources\.)?policy", path.read_text())] == []
    assert "script-src" not in policy()
