"""The home page and How am I doing? in a real Chromium: axe, narrow and dark; the whole way by keyboard in JupyterLab."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import barriers, run_all

from mls_kit.export import after_plan
from mls_kit.practice import read_done
from mls_kit.practice.done import done_file
from mls_kit.report import PlanRequest, clear_my_report, save_my_report

pytestmark = pytest.mark.browser
MINE = PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", str(date.today() - timedelta(days=30)), hours_per_week=9,
                   today=str(date.today() - timedelta(days=14)))  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_home_page_and_it_fits_a_phone(browser, tmp_path, scheme):
    save_my_report(MINE)
    (home,) = after_plan(MINE, [tmp_path / "my_plan.html"])
    # axe is a script, which the page itself forbids
    page = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 390, "height": 800}).new_page()
    page.goto(home.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_sessions_are_ticked_and_saved_by_keyboard_in_lab(page, lab, tmp_path):
    save_my_report(MINE)
    after_plan(MINE, [tmp_path / "my_plan.html"])
    try:
        page.set_default_timeout(60_000)
        run_all(page, lab, "doing.ipynb")
        view = page.locator(".mls-kit-view")
        view.get_by_role("button", name="How am I doing?").focus()
        page.keyboard.press("Enter")
        view.locator("input[type=checkbox]").first.wait_for()
        assert barriers(page) == []
        view.locator("input[type=checkbox]").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Control+a")
        page.keyboard.type("35")
        save = view.get_by_role("button", name="Save my ticks")
        for _ in range(99):
            page.keyboard.press("Tab")
            if save.evaluate("button => button === document.activeElement"):
                break
        page.keyboard.press("Enter")
        view.get_by_text("Saved: 1 change").wait_for()
        assert [tick.minutes for tick in read_done().of("SAA-C03")] == [35]
    finally:
        clear_my_report()
        done_file().unlink(missing_ok=True)
