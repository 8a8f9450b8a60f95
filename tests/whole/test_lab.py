"""Every notebook in a real JupyterLab in a real Chromium; every view moved by keyboard, and compared with the package."""

import pytest
from cases import ROOT
from lab import ALL_RAN, assert_runs, choose, press, run_all

from mls_kit.exam.catalog import find_exam
from mls_kit.widgets import ReportForm

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_in_jupyterlab_its_views_follow_the_keyboard_and_nothing_fails(page, lab, name):
    assert_runs(page, lab, name)


def test_a_report_entered_in_the_first_lesson_shows_in_the_fifth_after_a_restart(page, lab, lab_home):
    page.set_viewport_size({"width": 1280, "height": 12000})
    page.set_default_timeout(30_000)
    run_all(page, lab, "again_00_start_here.ipynb")
    form = page.locator(".mls-kit-view", has_text="My score report")
    codes = [option.split()[0] for option in ReportForm().controls["exam"].options]
    choose(page, form, "Exam", codes.index("SAA-C03"))
    section = "Design Secure Architectures (30 %)"
    form.get_by_text(section, exact=True).wait_for()
    press(page, form.get_by_label("Scaled score", exact=True), "655")
    day = form.get_by_label("Day of the exam", exact=True)
    press(page, day, "2026-11-02")
    for domain in find_exam("SAA-C03").domains:
        choose(page, form, f"{domain.name} ({domain.weight:g} %)", 1)
    form.get_by_text("Everything fits: SAA-C03, 655").wait_for()
    form.get_by_role("button", name="Save my report").focus()
    page.keyboard.press("Space")
    kept = lab_home / "my_report.yaml"
    for _ in range(100):
        if kept.exists():
            break
        page.wait_for_timeout(100)
    assert "655" in kept.read_text()
    try:
        run_all(page, lab, "again_05_weighted_priorities.ipynb")
        page.click('.lm-MenuBar-itemLabel:text("Kernel")')
        page.click('.lm-Menu-itemLabel:text("Restart Kernel and Run All")')
        page.click('.jp-Dialog-button:has-text("Restart")')
        page.wait_for_timeout(1000)
        page.wait_for_function(ALL_RAN, timeout=180_000)
        said = page.locator(".jp-Notebook").inner_text()
        assert "your numbers: SAA-C03, scaled score 655" in said
        assert "Design Secure Architectures" in said
    finally:
        kept.unlink()
