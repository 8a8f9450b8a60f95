"""A lesson in JupyterLab and a plan's page, each in a real Chromium. All lessons are in ``whole/test_lab.py``."""

import pandas as pd
import pytest
from cases import TODAY
from lab import WINDOWS, assert_runs, barriers
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mls_kit.course import site
from mls_kit.exam import find_exam
from mls_kit.explain import rule_rates
from mls_kit.export.forms import write_forms
from mls_kit.export.notebook import render
from mls_kit.html import show
from mls_kit.plan.requested import requested_plan
from mls_kit.report.request import PlanRequest

pytestmark = pytest.mark.browser


def test_a_lesson_runs_in_jupyterlab_and_its_views_follow_the_keyboard(page, lab):
    assert_runs(page, lab, "05_weighted_priorities.ipynb")


@pytest.fixture(scope="module")
def plan_page(tmp_path_factory):
    """Make the page of a plan whose learner has a name that tries to be markup."""
    home = tmp_path_factory.mktemp("page")
    request = PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", "2026-11-01", hours_per_week=9, today=str(TODAY),
                          learner_name="<img src=x onerror=\"document.title='run'\"> $x$")  # fmt: skip
    write_forms(requested_plan(request), home / "plan.ipynb", ["html", "ics"], "UTC", lambda: render(request))
    return home / "plan.html"


def test_a_page_opens_offline_without_a_request_or_an_error(page, context, plan_page):
    context.set_offline(True)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(plan_page.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.title().startswith("<img src=x onerror")
    assert "<img src=x onerror" in page.locator("header p").first.inner_text()
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(("width", "theme"), WINDOWS)
def test_a_page_fits_its_window_and_axe_finds_nothing_serious(browser, plan_page, width, theme):
    page = browser.new_context(bypass_csp=True, color_scheme=theme, viewport={"width": width, "height": 800}).new_page()
    page.goto(plan_page.as_uri())
    for folded in page.locator("summary").all():
        folded.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page, "body") == []


def test_a_wide_table_and_a_figure_of_a_lesson_are_scrolled_by_keyboard_on_a_phone(browser, tmp_path):
    wide = show(pd.DataFrame([range(20)], pd.Index(["x"], name="a"), [f"heading {n}" for n in range(20)]), "20 numbers")
    outputs = [new_output("display_data", {"text/html": each._repr_html_()}) for each in (wide, rule_rates(find_exam("MLS-C01")))]
    (tmp_path / "lesson.html").write_text(site._html(new_notebook(cells=[new_code_cell(outputs=outputs)]), "A lesson"))
    page = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 800}).new_page()
    page.goto((tmp_path / "lesson.html").as_uri())
    page.locator("nav a").focus()
    for _ in outputs:
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(page, "body") == []


def test_the_first_screen_of_a_laptop_is_enough_to_act_on(page, plan_page):
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(plan_page.as_uri())
    for part in ("h1", "#stand", "#days", "table.days", "#week", ".week li:last-child"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 768, part
    assert page.get_by_role("link", name="Calendar file").get_attribute("href") == "plan.ics"
