"""The index of a batch in a real browser: it finds, sorts and filters by keyboard, asks nothing, and shows no name."""

import json
import re

import pytest
from cases import ROOT, TODAY
from lab import barriers

from mls_kit import read_cohort
from mls_kit.batch.jobs import Batch, Outcome, mistakes_of
from mls_kit.batch.roster import Roster
from mls_kit.batch.run import overview

HOSTILE = '</script><script>document.title="pwned"</script><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    lines = (ROOT / "data/cohorts/sample.csv").read_text().splitlines()
    names = lines[0].split(",")
    wrong = dict.fromkeys(names, "") | {"learner_id": HOSTILE[:90], "exam": "SAA-C03", "scaled_score": "6000"}
    path = tmp_path_factory.mktemp("index") / "c.csv"
    quoted = ['"' + wrong[name].replace('"', '""') + '"' for name in names]
    path.write_text("\n".join([*lines, ",".join(quoted)]))
    return read_cohort(path, today=TODAY)


@pytest.fixture
def batch(cohort):
    outcomes = [
        Outcome(row, report.learner_id, "plan", f"{report.learner_id}.ipynb", "", 1.0) for row, report in cohort.entries
    ]
    return Batch(TODAY, [*outcomes, *mistakes_of(cohort)], made=len(outcomes))


@pytest.fixture
def opened(cohort, batch, tmp_path, page):
    sizes = {f"{outcome.id}{ending}": 1 for outcome in batch.outcomes for ending in (".ipynb", ".html")}
    (tmp_path / "index.html").write_text(overview(Roster(cohort).known(), batch, sizes))
    page.told = []
    page.on("pageerror", lambda error: page.told.append(str(error)))
    page.on("console", lambda message: page.told.append(message.text))
    page.on("request", lambda request: page.told.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((tmp_path / "index.html").as_uri())
    return page


def first_cells(page):
    return page.locator("tbody tr td:nth-child(2)").all_text_contents()


@pytest.mark.browser
def test_the_index_finds_sorts_and_filters_and_asks_nothing(opened):
    page = opened
    assert page.locator("#said").inner_text() == "34 of 34 rows"
    page.get_by_label("Search by id").fill("l00")
    assert first_cells(page)[:3] == ["L001", "L002", "L003"]
    page.get_by_label("Search by id").fill("")
    page.get_by_role("button", name="scaled score").press("Enter")
    scores = [int(text) for text in page.locator("tbody tr td:nth-child(4)").all_text_contents() if text.isdigit()]
    assert scores == sorted(scores)
    page.get_by_role("button", name="scaled score").press("Enter")
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("scaled score")
    page.get_by_label("Exam").select_option("AIF-C01")
    assert set(page.locator("tbody tr td:nth-child(3)").all_text_contents()) == {"AIF-C01"}
    assert page.get_by_role("link", name="page of row").first.get_attribute("href").endswith(".html")
    assert page.told == []


@pytest.mark.browser
def test_hostile_ids_are_text_and_barriers_are_none(opened):
    page = opened
    assert page.title() == "Study plans of a cohort"
    page.get_by_label("What became of it").select_option("mistake")
    assert "<script>" in first_cells(page)[0]
    assert "6000" in page.locator("tbody").inner_text()
    assert barriers(page, "body") == []
    assert page.told == []


def test_names_are_shown_only_when_asked_for(cohort, batch):
    names = [report.learner_name for _, report in cohort.entries if report.learner_name]
    assert names
    assert not any(name in overview(Roster(cohort).known(), batch, {}) for name in names)
    assert all(name in overview(Roster(cohort).known(), batch, {}, names=True) for name in names)


def test_the_index_of_a_hundred_thousand_rows_stays_one_page(batch, cohort):
    many = Batch(TODAY, [Outcome(row, f"L{row}", "plan", f"L{row}.ipynb", "", 1.0) for row in range(100_000)])
    text = overview(Roster(cohort).known(), many, {})
    rows = json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])["rows"]
    assert len(rows) == 100_000
    assert len(text) < 10_000_000
