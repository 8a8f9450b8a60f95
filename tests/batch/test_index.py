"""The index of a batch in a real browser: what to decide comes first; it finds, sorts and filters, asks nothing, names nobody."""

import csv
import json
import re

import pytest
from cases import TODAY
from lab import barriers

from mls_kit import read_cohort
from mls_kit.batch.index import overview
from mls_kit.batch.jobs import Batch, Outcome, mistakes_of
from mls_kit.batch.roster import Roster
from mls_kit.batch.told import Told

HOSTILE = '</script><script>document.title="pwned"</script><img src=x onerror=alert(1)>'
TOLD = (
    Told("SAA-C03", "Design Secure Architectures", 9, 60, 7, "", "2027-02-06", (0.5, 0.3, 0.7), (0.75, 0.4, 0.9)),
    Told("AIF-C01", "Fundamentals of GenAI", 1, to_do="hours", why="1 hour a week is not enough."),
    Told("SAA-C03", to_do="passed"),
)


def make(folder, people):
    """A cohort of people (id, name, team, exam, score) with plans, and a row with a mistake and a hostile id."""
    path = folder / "c.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "Team", "Mail", "exam", "score", "ratings"])
        for name, *rest in people:
            ratings = "NI, MC, MC, NI" + (", NI" if rest[2] == "AIF-C01" else "")
            writer.writerow([name, *rest[:2], f"{name}@example.com", *rest[2:], ratings])
        writer.writerow([HOSTILE[:90], "", "Ash", "", "SAA-C03", "6000", "NI, MC, MC, NI"])
    cohort = read_cohort(path, today=TODAY)
    made = [Outcome(row, report.learner_id, "plan", f"{report.learner_id}.ipynb", "", 1.0, TOLD[n % 3])
            for n, (row, report, *_) in enumerate(cohort.entries)]  # fmt: skip
    return Roster(cohort), Batch(TODAY, [*made, *mistakes_of(cohort)], made=len(made))


@pytest.fixture
def three(tmp_path):
    return make(tmp_path, [("L1", "Ada One", "Ash", "SAA-C03", 690), ("L2", "Bo Two", "Oak", "AIF-C01", 600),
                           ("L3", "Cy Three", "Ash", "SAA-C03", 800), ("L4", "Di Four", "Oak", "SAA-C03", 650)])  # fmt: skip


@pytest.fixture
def opened(three, tmp_path, page):
    sizes = {f"L{n}{ending}": 1 for n in range(1, 5) for ending in (".ipynb", ".html")}
    (tmp_path / "index.html").write_text(overview(*three, sizes))
    page.told = []
    page.on("pageerror", lambda error: page.told.append(str(error)))
    page.on("console", lambda message: page.told.append(message.text))
    page.on("request", lambda request: page.told.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((tmp_path / "index.html").as_uri())
    return page


def ids(page):
    return page.locator("#rows th b").all_text_contents()


@pytest.mark.browser
def test_the_index_finds_sorts_and_filters_and_asks_nothing(opened):
    page = opened
    assert page.locator("h1").inner_text() == "1 of 4 people needs a decision from you."
    assert ids(page) == ["L2", "L1", "L4", "L3"]  # a decision, by day, passed
    page.get_by_label("Search by id").fill("l3")
    assert ids(page) == ["L3"]
    page.get_by_label("Search by id").fill("")
    page.get_by_role("button", name="Score").press("Enter")
    assert ids(page) == ["L2", "L4", "L1", "L3"]
    page.get_by_role("button", name="Score").press("Enter")
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Score")
    page.get_by_label("Team").select_option("Ash")
    assert ids(page) == ["L3", "L1"]
    page.get_by_label("Passed").check()
    assert ids(page) == ["L3"]
    assert page.get_by_role("link", name="Page of L3").get_attribute("href") == "L3.html"
    assert page.told == []


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_hostile_ids_are_text_and_barriers_are_none(opened, scheme, width):
    page = opened
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.title() == "Study plans for 4 people"
    assert "6000" in page.locator(".fix").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert barriers(page, "body") == []
    assert page.told == []


def test_without_a_script_the_first_rows_say_the_same(three, tmp_path):
    text = overview(*three, {"L1.html": 1})
    first = re.search(r'<tr[^>]*>\s*<th scope="row"><b data-t="who">L1</b>.*?</tr>', text, re.S)[0]
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", first))
    for words in ("690 −30", "Design Secure Architectures", "9 h a week, 60 h in all", "Sat 6 Feb 2027", "50 → 75 %"):
        assert words in shown
    assert 'href="L1.html"' in first


def test_names_and_addresses_are_nowhere_unless_asked_for(three):
    assert not re.search("Ada One|Di Four|@example.com", overview(*three, {}))
    assert "Ada One" in overview(*three, {}, names=True)


@pytest.mark.whole
def test_the_index_of_a_hundred_thousand_rows_stays_one_page(three):
    roster, _ = three
    many = Batch(TODAY, [Outcome(n, f"L{n}", "plan", f"L{n}.ipynb", "", 1.0, TOLD[0]) for n in range(100_000)])
    text = overview(roster, many, {f"L{n}.ipynb": 1 for n in range(100_000)})
    assert len(json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])["rows"]) == 100_000
    assert len(text) < 12_000_000
