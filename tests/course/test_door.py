"""The door: a page that reads a report in a browser and says what the kit says. All exams: ``whole/test_door.py``."""

from datetime import date, timedelta

import pytest
from cases import TODAY
from click.testing import CliRunner
from doors import PLAIN, opened, plain, shown_by_kit, spaced, typed
from lab import WINDOWS, barriers
from pypdfium2 import PdfDocument

from mls_kit.cli import main
from mls_kit.cohort import collect_reports, read_cohort
from mls_kit.course.door import write_door
from mls_kit.report import PlanRequest, ScoreReport, read_request_file

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The door for one exam, with bands only close to the standard: the others take their time."""
    file = tmp_path_factory.mktemp("door") / "door.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mls_kit.course.door._BANDS_FROM", 0.9)
        write_door(file, TODAY, ["SAA-C03"])
    return file


@pytest.mark.parametrize(
    ("score", "ratings", "days_ago", "hours"),
    [(690, (0, 1, 1, 0), 7, 9), (719, (1, 0, 1, 1), 60, 40), (523, (0, 0, 1, 0), 3, 60), (100, (0, 0, 0, 0), None, 1),
     (700, (1, 1, 1, 1), 20, 10), (720, (0, 1, 0, 1), 1, 5)],
)  # fmt: skip
def test_the_page_says_what_the_kit_says(page, made, score, ratings, days_ago, hours):
    taken = None if days_ago is None else TODAY - timedelta(days=days_ago)
    labels = ["Needs Improvement", "Meets Competencies"]
    report = ScoreReport("SAA-C03", score, [labels[code] for code in ratings], taken_on=taken, hours_per_week=hours)
    asked = typed("SAA-C03", score, ratings, taken, hours, TODAY)
    (found,) = opened(page, made).evaluate(PLAIN, [asked])
    expected, prospects = shown_by_kit(report, TODAY)
    assert plain(found) == {name: spaced(value) for name, value in expected.items()}
    for prospect, band in zip(prospects, found["bands"], strict=True):
        if band and prospect:
            assert band == pytest.approx(prospect.band[:2], abs=0.015)


def test_nothing_leaves_the_page_and_a_kept_file_comes_back_as_the_same_report(page, context, made, tmp_path):
    context.set_offline(True)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    opened(page, made)
    page.fill("#score", "651")
    page.locator("[name=rating2]").first.check(force=True)
    page.fill("#taken", "2026-11-02")
    page.fill("#hours", "12")
    page.get_by_role("radio", name="The article").check(force=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    download.value.save_as(tmp_path / "my-report.yaml")
    request = PlanRequest.from_text(read_request_file(tmp_path / "my-report.yaml"))
    report = request.report
    assert (report.exam, report.scaled_score, report.taken_on, report.hours_per_week) == ("SAA-C03", 651, date(2026, 11, 2), 12)
    assert report.weak_domains == ["Design Secure Architectures", "Design High-Performing Architectures",
                                   "Design Cost-Optimized Architectures"]  # fmt: skip
    assert request.aim == "article"
    collect_reports(tmp_path).write(tmp_path / "reports.csv")  # for a batch; lesson 00 reads the file in the same way
    (collected,) = read_cohort(tmp_path / "reports.csv").reports
    assert (collected.scaled_score, collected.ratings, collected.taken_on) == (651, report.ratings, report.taken_on)
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert said == []


def test_mistakes_are_named_and_the_page_works_by_keyboard(page, made):
    opened(page, made).fill("#score", "1001")
    assert "from 100 to 1000" in page.locator("#missing").inner_text()
    assert page.locator("#score").get_attribute("aria-invalid") == "true"
    page.fill("#score", "690")
    assert page.locator("#missing").inner_text() == ""
    page.get_by_role("radio", name="Steady").focus()
    page.keyboard.press("ArrowUp")
    assert page.locator("tr.chosen").inner_text().startswith("Soonest")
    assert page.evaluate("document.activeElement.value") == "soonest"


@pytest.mark.parametrize(("width", "theme"), WINDOWS)
def test_it_fits_its_window_and_axe_finds_nothing_serious(browser, made, width, theme):
    page = browser.new_context(bypass_csp=True, color_scheme=theme, viewport={"width": width, "height": 800}).new_page()
    opened(page, made)
    for score in ("690", "750", "100"):
        page.fill("#score", score)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page, "body") == []


def test_it_says_when_its_facts_are_old(page, made):
    page.clock.set_fixed_time(f"{TODAY + timedelta(days=122)}T12:00:00")
    assert "may have changed" in opened(page, made).locator("#trouble").inner_text()


def test_it_prints_on_one_sheet(page, made, tmp_path):
    opened(page, made)
    page.pdf(path=tmp_path / "door.pdf", format="A4", prefer_css_page_size=True)
    assert len(PdfDocument(tmp_path / "door.pdf")) == 1


def test_it_says_what_to_do_without_scripts(browser, made):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(made.as_uri())
    assert "mls-kit plan" in page.locator("noscript").inner_text()
    assert not page.locator("#form").is_visible()


@pytest.mark.parametrize("name", ["door.html", "door-SY0-701.html"])
def test_the_command_writes_no_file_over_another(tmp_path, name):
    (tmp_path / name).write_text("mine")
    refused = CliRunner().invoke(main, ["door", "-o", str(tmp_path / "door.html")])
    assert refused.exit_code == 2
    assert f"{name} would be overwritten" in refused.output
    assert "--force" in refused.output
    assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]
