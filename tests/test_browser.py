"""A lesson in JupyterLab and a plan's page, each in a real Chromium. All lessons are in ``whole/test_lab.py``."""

import pytest
from cases import TODAY
from lab import assert_runs

from mls_kit.export.notebook import render
from mls_kit.export.page import page as page_of
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
    made = render(request)
    (home / "plan.html").write_text(page_of(made.notebook, made.title))
    return home / "plan.html"


def test_a_page_opens_offline_without_a_request_or_an_error(page, context, plan_page):
    context.set_offline(True)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(plan_page.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.title() == "Plan for SAA-C03"
    assert "<img src=x onerror" in page.locator("h2").first.inner_text()
    for picture in page.locator("img").all():
        assert picture.evaluate("image => image.naturalWidth") > 600


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_fits_its_window(page, plan_page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(plan_page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
