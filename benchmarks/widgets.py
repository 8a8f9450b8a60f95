"""Measure how fast a view follows a key, in a real browser, beside plain ``interact`` with a fresh inline figure.

Run from the project's root: ``python benchmarks/widgets.py``, with names of views for some of them only. Needs Chromium.
For every view that draws a picture: 50 values typed into a box, each timed from the press of Enter, as the page dates
it, to the new picture's arrival; the view first, then the plain way, in one run.

The plain way is what a learner would write: a number box, ``interact``, and a function that works out the static figure
``view.result()`` shows and displays it inline, at matplotlib's own settings. Where a view's picture has two panels that
are two figures in print, both are drawn. The plain way computes what the figure needs anew at every move, as the view's
own ``result()`` does; views may keep what does not change, and for ``WhatIf`` that is most of it.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import nbformat  # noqa: E402
from lab import lab_server, run_all  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from mls_kit import ScoreReport, widgets  # noqa: E402

MOVES = 50
SCREEN = {"width": 1366, "height": 768}  # a laptop's; a taller page takes longer to draw, whatever is in it
AIMS = {"ratio": 3, "median": 60, "p95": 100}  # times as fast; milliseconds on two quiet cores
# view: its number box (control, first value, step) and plain figures of the same package functions for `value`
PICTURES = {
    "RatingExplorer": ("proportion", 40, 2, "[domain_charts.rating_chances(18, model.bands, value / 100)]"),
    "ReportDecoder": ("scaled_score", 440, 7, "[domain_charts.domain_ridges(known(value), names)]"),
    "FormExplorer": (
        "ability",
        -2,
        0.2,
        "[scaling_charts.score_distributions(model, value), scaling_charts.conversion_curves(model)]",
    ),
    "BandExplorer": ("score", 400, 13, "[scaling_charts.sitting_scores(model, value, 1.0)]"),
    "PriorityMixer": ("hours_per_week", 5, 1, "[charts.share_bars(with_hours(rank_domains(exam, ratings), value, 8))]"),
    "WhatIf": ("hours", 10, 7, "[chance_charts.plan_chances(ahead(value), names)]"),
    "PlanCalendar": ("hours", 5, 1, "[plan_page.calendar(build_plan(report, hours_per_week=value))]"),
    "PracticeLogView": ("right", 10, 1, "[practice_charts.readiness_picture(log.with_entry(entry(value)))]"),
}
REPORT = "MLS-C01", 690, "Strong, Competent, NI, NI"
SET_UP = f"""
%matplotlib inline
from dataclasses import replace
import ipywidgets
from IPython.display import display
from mls_kit import ScoreReport, build_plan, widgets
from mls_kit.explain import chance_figures as chance_charts
from mls_kit.explain import report_figures as charts
from mls_kit.explain import domain_figures as domain_charts
from mls_kit.explain import plan_page, practice_figures as practice_charts
from mls_kit.explain import scaling_figures as scaling_charts
from mls_kit.score_model.outlook import build_outlook
from mls_kit.method.outlook import labels_of, model_of, outlook_of
from mls_kit.method.priorities import rank_domains, with_hours
from mls_kit.method.what_if import article_shares
report = ScoreReport(*{REPORT})
exam, names, ratings = report.facts, list(report.ratings), list(report.ratings.values())
model = model_of(exam, labels_of(report))
known = lambda score: build_outlook(model, score, ratings, hours=0, splits={{}}, grid=None)
ahead = lambda hours: outlook_of(report, hours, {{"article": article_shares(report)}})
log = widgets.PracticeLogView(report)
entry = lambda right: replace(log.entry(), right=int(right))
"""
WATCH = """node => { window.arrived = []; if (window.watcher) window.watcher.disconnect();
  if (!window.pressed) document.addEventListener('keydown', event => { window.pressed = event.timeStamp; }, true);
  const seen = () => window.arrived.push(performance.now());
  const follow = image => image.addEventListener('load', seen);
  node.querySelectorAll('img').forEach(follow);
  window.watcher = new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(added => {
    if (added.nodeName === 'IMG') follow(added);
    else if (added.querySelectorAll) added.querySelectorAll('img').forEach(follow); })));
  window.watcher.observe(node, {childList: true, subtree: true}); }"""


def write_notebook(folder: Path, names: Sequence[str]) -> None:
    """Write a notebook with each view and its plain counterpart."""
    cells = [nbformat.v4.new_code_cell(SET_UP)]
    for name in names:
        _control, start, _step, figures = PICTURES[name]
        cells.append(nbformat.v4.new_code_cell(f"view = widgets.{name}(report)\nview"))
        plain = (
            f"@ipywidgets.interact(value=ipywidgets.FloatText({start}, description='plain'))\n"
            f"def plain(value):\n    for chart in {figures}:\n        display(chart.figure)"
        )
        cells.append(nbformat.v4.new_code_cell(plain))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, folder / "speed.ipynb")


def time_moves(page: Page, place: int, label: str, start: float, step: float) -> list[float]:
    """Type values into a number box of an output; return milliseconds from the last key to the new picture."""
    output = page.locator(".jp-CodeCell").nth(place).locator(".jp-Cell-outputArea")
    output.scroll_into_view_if_needed()
    box = output.get_by_label(label, exact=True)
    box.wait_for()
    output.locator("img").first.wait_for()
    pictures = output.locator("img").count()
    output.locator("img").first.scroll_into_view_if_needed()
    output.evaluate(WATCH)
    times = []
    for move in range(1, MOVES + 4):
        box.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(f"{start + step * (move * 7 % 23):g}")  # never the same value twice in a row
        page.evaluate("window.arrived.length = 0")
        page.keyboard.press("Enter")
        page.wait_for_function(f"window.arrived.length >= {pictures}", timeout=20_000, polling=10)
        took = page.evaluate(f"window.arrived[{pictures - 1}] - window.pressed")
        page.wait_for_timeout(100)  # each move by itself: nothing of the last one is still under way
        if move > 3:
            times.append(took)
    return times


def measure(page: Page, place: int, name: str) -> dict[str, float]:
    """Time a view and its plain counterpart, print a line, and return what the aims are about."""
    control, start, step, _figures = PICTURES[name]
    label = getattr(widgets, name)(ScoreReport(*REPORT)).controls[control].label
    found = []
    for at, box in ((1 + 2 * place, label), (2 + 2 * place, "plain")):
        times = time_moves(page, at, box, start, step)
        found.append((statistics.median(times), statistics.quantiles(times, n=20)[-1]))
    (m, p), (pm, pp) = found
    print(f"{name:<18}{m:>9.0f}{p:>9.0f}   {pm:>12.0f}{pp:>9.0f}   {pm / m:.1f}", flush=True)
    return {"ratio": pm / m, "median": m, "p95": p}


def main() -> None:
    """Print median and 95th percentile of each view, the ratio to the plain way, and which aims were missed."""
    names = sys.argv[1:] or list(PICTURES)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as play:
        folder = Path(made)
        write_notebook(folder, names)
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        page = browser.new_page(viewport={"width": 1366, "height": 12_000})  # tall, so that Lab draws every cell
        with lab_server(folder, folder / "server", MLS_KIT_HOME=str(folder)) as address:
            run_all(page, address, "speed.ipynb")
            page.set_viewport_size(SCREEN)
            print(f"{'view':<18}{'median':>9}{'p95':>9}   {'plain median':>12}{'p95':>9}   ratio (ms, key to picture)")
            found = {name: measure(page, place, name) for place, name in enumerate(names)}
        browser.close()
    for aim, wanted in AIMS.items():
        missed = [name for name, of in found.items() if (of[aim] < wanted if aim == "ratio" else of[aim] > wanted)]
        print(f"{aim} {'at least' if aim == 'ratio' else 'at most'} {wanted}: missed by {', '.join(missed) or 'none'}")


if __name__ == "__main__":
    main()
