"""From `make lab` to a plan of one's own, as somebody does who has never used Jupyter: every click and key is counted."""

import shutil

import pytest
from cases import ROOT
from lab import IDLE, barriers, choose, lab_server, press

from mls_kit.exam.catalog import find_exam
from mls_kit.widgets import ReportForm

pytestmark = pytest.mark.browser
MOST = 12


class Hand:
    """Clicks and presses keys as a person does, and counts each."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def click(self, locator):
        self.count += 1
        locator.click()

    def key(self, locator, name):
        self.count += 1
        locator.focus()
        self.page.keyboard.press(name)


def opened_by_make_lab():
    """The address that `make lab` opens, as the Makefile says it."""
    (line,) = [line for line in (ROOT / "Makefile").read_text().splitlines() if "jupyter lab" in line]
    return line.split("--LabApp.default_url=")[1].strip()


@pytest.fixture
def first_visit(tmp_path, page):
    """Lesson 00 as `make lab` opens it, for somebody who keeps nothing yet; yield the folders of notebooks and of the home."""
    notebooks, home = tmp_path / "notebooks", tmp_path / "home"
    shutil.copytree(ROOT / "notebooks", notebooks, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "my plan"))
    page.set_viewport_size({"width": 1366, "height": 768})
    page.set_default_timeout(120_000)
    with lab_server(notebooks, tmp_path / "server", MLS_KIT_HOME=str(home)) as address:
        page.goto(address + opened_by_make_lab())
        page.wait_for_function(IDLE)
        yield notebooks, home


def type_report(page, form):
    """Enter a report: the exam, the score, the ratings and the hours; what this takes is not counted."""
    codes = [option.split()[0] for option in ReportForm().controls["exam"].options]
    choose(page, form, "Exam", codes.index("SAA-C03"))
    domains = find_exam("SAA-C03").domains
    form.get_by_text(f"{domains[0].name} ({domains[0].weight:g} %)", exact=True).wait_for()
    press(page, form.get_by_label("Scaled score", exact=True), "655")
    for domain in domains:
        choose(page, form, f"{domain.name} ({domain.weight:g} %)", 1)
    press(page, form.get_by_label("Hours a week (0: not known yet)", exact=True), "8")
    form.get_by_text("Everything fits: SAA-C03, 655").wait_for()
    page.wait_for_timeout(2000)  # ipykernel 7.4 may handle a click before a value that was sent just before it


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_from_make_lab_to_a_plan_of_ones_own_in_at_most_twelve_clicks_or_keys(page, context, first_visit, way):
    notebooks, home = first_visit
    hand = Hand(page)
    act = hand.click if way == "mouse" else lambda target: hand.key(target, "Enter")
    act(page.get_by_role("button", name="▶ Start"))
    page.get_by_role("heading", name="Start with your score report").wait_for()
    page.wait_for_function(IDLE)
    page.wait_for_timeout(1000)  # the page comes back to its top, as it says
    act(page.get_by_role("link", name="your report", exact=True))
    form = page.locator(".mls-kit-view", has_text="My score report")
    type_report(page, form)
    act(form.get_by_role("button", name="Save my report"))
    form.get_by_text("Only someone who uses your account can read it").wait_for()
    act(page.get_by_role("link", name="Make your plan", exact=True))
    maker = page.locator(".mls-kit-view", has_text="Make my plan")
    maker.get_by_text("This is for your report: SAA-C03, scaled score 655").wait_for()
    act(maker.get_by_role("button", name="Make my plan"))
    link = maker.get_by_role("link", name="Open the plan")
    link.wait_for()
    with context.expect_page() as opened:
        act(link)
    plan = opened.value
    plan.get_by_text("SAA-C03").first.wait_for()
    print(f"{hand.count} clicks or keys with the {way}")
    assert hand.count <= MOST
    made = notebooks / "my plan" / "my_plan.html"
    assert plan.title().startswith("Plan for SAA-C03")
    assert "you need 65 more points" in made.read_text()
    assert made.stat().st_mode & 0o077 == 0
    assert "hours_per_week: 8" in (home / "my_report.yaml").read_text()
    assert barriers(page) == []
