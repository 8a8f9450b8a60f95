"""Measure how fast a view follows a key, in a real browser, beside plain ``interact`` with a fresh inline figure.

Run from the project's root: ``python benchmarks/widgets.py``. Needs Chromium. For five views that draw a picture (not
yet ``WhatIf``, ``PlanCalendar``, ``PracticeLogView``): 50 values typed into a box, each timed from the Enter key to the
new picture's arrival in the page; a view, then the plain way, in one run. The plain way draws the view's own static
figure (``view.result``'s chart) anew each time.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import nbformat  # noqa: E402
from lab import lab_server, run_all  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from mls_kit import ScoreReport, widgets  # noqa: E402

MOVES = 50
# view: its number box (control, first value, step) and a plain figure of the same package functions for `value`
PICTURES = {
    "RatingExplorer": ("proportion", 40, 2, "domain_charts.rating_chances(18, three.bands, value / 100)"),
    "ReportDecoder": ("scaled_score", 440, 7, "ridges(value)"),
    "FormExplorer": ("ability", -2, 0.2, "scaling_charts.score_distributions(model, value)"),
    "BandExplorer": ("score", 400, 13, "score_band(value)"),
    "PriorityMixer": ("hours_per_week", 5, 1, "shares(value)"),
}
SET_UP = """
%matplotlib inline
import ipywidgets
from IPython.display import Image, display
from mls_kit import ScoreReport, build_plan, chance_charts, charts, domain_charts, scaling_charts
from mls_kit.outlook import build_outlook, labels_of, model_of, outlook_of
from mls_kit import widgets
report = ScoreReport("MLS-C01", 690, "C, C, NI, NI")
plan = build_plan(report)
model = three = model_of(report.facts, labels_of(report))
ratings = list(report.ratings.values())
known = lambda score: build_outlook(model, score, ratings, hours=0, splits={}, grid=None)
ridges = lambda score: domain_charts.domain_ridges(known(score))
def titled(chart, value):
    chart.figure.text(0.99, 0.99, f"{value:g}", ha="right", va="top")  # an equal picture would never arrive in the page
    return chart
score_band = lambda score: titled(scaling_charts.precision_band(model), score)
shares = lambda hours: titled(charts.priorities(plan), hours)
chances = lambda hours: chance_charts.plan_chances(outlook_of(report, hours, {}, bands=False))
"""
WATCH = """node => { window.arrived = []; if (window.watcher) window.watcher.disconnect();
  const seen = () => window.arrived.push(performance.now());
  const follow = image => image.addEventListener('load', seen);
  node.querySelectorAll('img').forEach(follow);
  window.watcher = new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(added => {
    if (added.nodeName === 'IMG') follow(added);
    else if (added.querySelectorAll) added.querySelectorAll('img').forEach(follow); })));
  window.watcher.observe(node, {childList: true, subtree: true}); }"""


def write_notebook(folder: Path) -> list[str]:
    """Write a notebook with each view and its plain counterpart; return the names of the views that are there."""
    names = [n for n in PICTURES if (ROOT / "mls_kit" / "widgets" / f"{widgets._MODULES[n]}.py").exists()]
    cells = [nbformat.v4.new_code_cell(SET_UP)]
    for name in names:
        _control, start, _step, figure = PICTURES[name]
        cells.append(nbformat.v4.new_code_cell(f"view = widgets.{name}(report)\nview"))
        plain = (
            f"@ipywidgets.interact(value=ipywidgets.FloatText({start}, description='plain'))\n"
            f"def plain(value):\n    display(Image(({figure}).png()))"
        )
        cells.append(nbformat.v4.new_code_cell(plain))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, folder / "speed.ipynb")
    return names


def time_moves(page: Page, place: int, label: str, start: float, step: float) -> list[float]:
    """Type values into a number box of an output; return milliseconds from the last key to the new picture."""
    output = page.locator(".jp-CodeCell").nth(place).locator(".jp-Cell-outputArea")
    output.scroll_into_view_if_needed()
    box = output.get_by_label(label, exact=True)
    box.wait_for()
    output.evaluate(WATCH)
    times = []
    for move in range(1, MOVES + 4):
        box.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(f"{start + step * (move * 7 % 23):g}")  # never the same value twice in a row
        page.evaluate("window.arrived.length = 0")
        begin = page.evaluate("performance.now()")
        page.keyboard.press("Enter")
        page.wait_for_function("window.arrived.length > 0", timeout=10_000, polling=5)
        took = page.evaluate("window.arrived[0]") - begin
        page.wait_for_timeout(60)  # each move by itself: nothing of the last one is still under way
        if move > 3:
            times.append(took)
    return times


def main() -> None:
    """Print median and 95th percentile of each view, and the ratio to the plain way."""
    with tempfile.TemporaryDirectory() as made, sync_playwright() as play:
        folder = Path(made)
        names = write_notebook(folder)
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        page = browser.new_page(viewport={"width": 1366, "height": 6000})
        with lab_server(folder, folder / "server", MLS_KIT_HOME=str(folder)) as address:
            run_all(page, address, "speed.ipynb")
            report = ScoreReport("MLS-C01", 690, "C, C, NI, NI")
            print(
                f"{'view':<18}{'median':>9}{'p95':>9}   {'plain median':>12}{'p95':>9}   ratio (ms, key press to picture)"
            )
            for place, name in enumerate(names):
                control, start, step, _figure = PICTURES[name]
                label = getattr(widgets, name)(report).controls[control].label
                ours = time_moves(page, 1 + 2 * place, label, start, step)
                plain = time_moves(page, 2 + 2 * place, "plain", start, step)
                m, p = statistics.median(ours), statistics.quantiles(ours, n=20)[-1]
                pm, pp = statistics.median(plain), statistics.quantiles(plain, n=20)[-1]
                print(f"{name:<18}{m:>9.0f}{p:>9.0f}   {pm:>12.0f}{pp:>9.0f}   {pm / m:.1f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
