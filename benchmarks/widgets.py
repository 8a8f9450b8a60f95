"""Measure how fast a view follows a key, in a real browser, beside plain ``interact`` with a fresh inline figure.

Run from the project's root: ``python benchmarks/widgets.py``, with names of views for some of them only. Needs Chromium.
For every view that draws a picture: 50 values typed into a box, each timed from the press of Enter, as the page dates
it, to the new picture's arrival, and to the frame in which it is painted; the view first, then the plain way, in one run.
After them the same for the views of a page without a kernel, whose controls are moved by keyboard.

The plain way is what a learner would write: a number box, ``interact``, and a function that asks the package for the
view's answer anew and draws the same marks on a matplotlib figure displayed inline, at matplotlib's own settings.
"""

from __future__ import annotations

import os
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
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from mls_kit import ScoreReport, widgets  # noqa: E402
from mls_kit.course import site  # noqa: E402
from mls_kit.html import policy  # noqa: E402

MOVES = 50
SCREEN = {"width": 1366, "height": 768}  # a laptop's; a taller page takes longer to draw, whatever is in it
AIMS = {"median": 40, "p95": 70, "ratio": 4}  # milliseconds to arrival on two quiet cores; times as fast as the plain way
CALENDAR_RATIO, PAGE_PAINT = 3, 16
# view: its number box, first value, step
PICTURES = {
    "RatingExplorer": ("proportion", 40, 2),
    "ReportDecoder": ("scaled_score", 440, 7),
    "FormExplorer": ("ability", -2, 0.2),
    "BandExplorer": ("score", 400, 13),
    "PriorityMixer": ("hours_per_week", 5, 1),
    "WhatIf": ("hours", 10, 7),
    "PlanCalendar": ("hours", 5, 1),
    "PracticeLogView": ("right", 10, 1),
}
ALIVE = ["RatingExplorer", "BandExplorer", "FormExplorer", "WhatIf"]  # with a slider; the mixer's page has options only
REPORT = "MLS-C01", 690, "Strong, Competent, NI, NI"
SET_UP = f"""
%matplotlib inline
import re
import ipywidgets
import matplotlib.pyplot as plt
from bs4 import BeautifulSoup
from mls_kit import ScoreReport, build_plan, widgets
report = ScoreReport(*{REPORT})

def draw(plots):
    rows = plots[0].name is not None
    figure, axes = plt.subplots(1 if rows else len(plots), figsize=(9, 4), squeeze=False)
    for place, plot in enumerate(plots):
        ax, y0 = (axes[0, 0], 2.6 * place) if rows else (axes[place, 0], 0)
        soup = BeautifulSoup(plot.markup, "html.parser")
        number = lambda mark, name: float(re.sub("[%em]+", "", mark[name]))
        bars = soup.find_all("rect")
        if bars:
            x, y, w, h = ([number(bar, name) for bar in bars] for name in ("x", "y", "width", "height"))
            ax.bar(x, h, w, [y0 + each for each in y], align="edge", edgecolor="k", hatch="//")
        for line in soup.find_all("line"):
            ax.plot([number(line, "x1"), number(line, "x2")], [y0 + number(line, "y1"), y0 + number(line, "y2")], "k")
        for dot in soup.find_all("circle"):
            ax.plot(number(dot, "cx"), y0 + number(dot, "cy"), "ko")
        for text in soup.find_all("text"):
            ax.text(number(text, "x"), y0 + number(text, "y"), text.get_text())
        for path in soup.find_all("path"):
            points = [float(one) for one in path["d"][1:].split()]
            ax.plot(points[::2], points[1::2])
        if rows:
            ax.text(-30, y0 + 1.3, plot.name), ax.text(102, y0 + 1.3, plot.said)
    for ax in axes.flat:
        ax.invert_yaxis()
    plt.show()

def draw_days(plan):
    figure, ax = plt.subplots(figsize=(9, 4))
    first = min(session.day for session in plan.sessions)
    for place, session in enumerate(plan.sessions):
        week, day = divmod((session.day - first).days, 7)
        ax.bar(week, 0.8, 0.4, bottom=day, color=f"C{{hash(session.domain) % 8}}", edgecolor="k")
    ax.set_yticks(range(7), "Mon Tue Wed Thu Fri Sat Sun".split())
    plt.show()
"""
# the moment a picture is there, and the first moment after the frame that shows it; both in milliseconds of the page
WATCH = """node => { window.arrived = []; window.painted = []; if (window.watcher) window.watcher.disconnect();
  if (!window.pressed) document.addEventListener('keydown', event => { window.pressed = event.timeStamp; }, true);
  const seen = () => { window.arrived.push(performance.now());
    requestAnimationFrame(() => { const next = new MessageChannel();
      next.port1.onmessage = () => window.painted.push(performance.now()); next.port2.postMessage(0); }); };
  const follow = image => image.complete ? seen() : image.addEventListener('load', seen);
  const found = added => { if (added.nodeName === 'IMG') follow(added);
    else if (added.matches && added.matches('.mls-picture, .mls')) seen();
    else if (added.querySelectorAll) { added.querySelectorAll('img').forEach(follow);
      if (added.querySelector('.mls-picture, .mls')) seen(); } };
  window.watcher = new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(found)));
  window.watcher.observe(node, {childList: true, subtree: true}); }"""


def write_notebook(folder: Path, names: Sequence[str]) -> None:
    """Write a notebook with each view and its plain counterpart."""
    cells = [nbformat.v4.new_code_cell(SET_UP)]
    for name in names:
        control, start, step = PICTURES[name]
        cells.append(nbformat.v4.new_code_cell(f"view = widgets.{name}(report)\nview"))
        kind = "int" if isinstance(start, int) and isinstance(step, int) else "float"
        show = f"    plots, said = other.answer(**(other.values() | {{'{control}': {kind}(value)}}))\n    draw(plots)"
        if name == "PlanCalendar":
            show = "    draw_days(build_plan(report.without_target(), hours_per_week=value))"
        box = f"ipywidgets.FloatText({start}, description='plain')"
        plain = f"def plain_of(other):\n  def plain(value):\n{show}\n  return plain\n"
        plain += f"_ = ipywidgets.interact(plain_of(widgets.{name}(report)), value={box})"
        cells.append(nbformat.v4.new_code_cell(plain))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, folder / "speed.ipynb")


def time_moves(page: Page, place: int, label: str, start: float, step: float) -> list[tuple[float, float]]:
    """Type values into a number box of an output; return milliseconds from the last key to arrival and to paint."""
    output = page.locator(".jp-CodeCell").nth(place).locator(".jp-Cell-outputArea")
    output.scroll_into_view_if_needed()
    box = output.get_by_label(label, exact=True)
    box.wait_for()
    shown = output.locator("img, .mls-picture, .mls").first
    shown.wait_for()
    shown.scroll_into_view_if_needed()
    output.evaluate(WATCH)
    times = []
    for move in range(1, MOVES + 4):
        box.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(f"{start + step * (move * 7 % 23):g}")  # never the same value twice in a row
        page.evaluate("window.arrived.length = window.painted.length = 0")
        page.keyboard.press("Enter")
        page.wait_for_function("window.painted.length", timeout=20_000, polling=10)
        took = page.evaluate("[window.arrived[0] - window.pressed, window.painted[0] - window.pressed]")
        page.wait_for_timeout(100)  # each move by itself: nothing of the last one is still under way
        if move > 3:
            times.append(tuple(took))
    return times


def measure(page: Page, place: int, name: str) -> dict[str, float]:
    """Time a view and its plain counterpart, print a line, and return what the aims are about."""
    control, start, step = PICTURES[name]
    label = getattr(widgets, name)(ScoreReport(*REPORT)).controls[control].label
    found = []
    for at, box in ((1 + 2 * place, label), (2 + 2 * place, "plain")):
        arrived, painted = zip(*time_moves(page, at, box, start, step), strict=True)
        found.append((statistics.median(arrived), statistics.quantiles(arrived, n=20)[-1], statistics.median(painted)))
    (m, p, paint), (pm, pp, ppaint) = found
    print(f"{name:<18}{m:>9.0f}{p:>9.0f}{paint:>9.0f}   {pm:>12.0f}{pp:>9.0f}{ppaint:>9.0f}   {pm / m:.1f}", flush=True)
    return {"ratio": pm / m, "median": m, "p95": p}


def measure_page(browser: Browser, folder: Path, name: str) -> float:
    """Return the median of milliseconds from a key to the painted picture in a page without a kernel."""
    os.environ[widgets.PAGES] = "1"
    script = site._SCRIPT.read_text(encoding="utf-8")
    markup = getattr(widgets, name)(ScoreReport(*REPORT)).result().markup
    file = folder / f"{name}.html"
    file.write_text(f"<!doctype html>{policy([script])}<meta charset=utf-8>{markup}<script>{script}</script>", encoding="utf-8")
    page = browser.new_page(viewport=SCREEN, bypass_csp=True)  # for the waiting below; the script itself needs no more
    page.goto(file.as_uri())
    page.locator(".controls").wait_for()
    page.locator(".mls-live").evaluate(WATCH)
    page.locator("[type=range]").first.focus()
    times = []
    for move in range(MOVES):
        page.evaluate("window.painted.length = 0")
        page.keyboard.press("ArrowRight" if move // 3 % 2 else "ArrowLeft")
        page.wait_for_function("window.painted.length", polling=10)
        times.append(page.evaluate("window.painted[0] - window.pressed"))
    page.close()
    return statistics.median(times)


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
            print(f"load {os.getloadavg()[0]:.1f}; ms from key to arrival, and to paint")
            print(f"{'view':<18}{'median':>9}{'p95':>9}{'paint':>9}   {'plain median':>12}{'p95':>9}{'paint':>9}   ratio")
            found = {name: measure(page, place, name) for place, name in enumerate(names)}
        pages = {name: measure_page(browser, folder, name) for name in names if name in ALIVE}
        print("in a page, ms to paint:", ", ".join(f"{name} {time:.0f}" for name, time in pages.items()))
        browser.close()
    for aim, wanted in AIMS.items():
        least = {name: CALENDAR_RATIO if name == "PlanCalendar" and aim == "ratio" else wanted for name in found}
        missed = [name for name, of in found.items() if (of[aim] < least[name] if aim == "ratio" else of[aim] > wanted)]
        print(f"{aim} {'at least' if aim == 'ratio' else 'at most'} {wanted}: missed by {', '.join(missed) or 'none'}")
    print(f"paint in a page at most {PAGE_PAINT}: missed by {', '.join(n for n, t in pages.items() if t > PAGE_PAINT) or 'none'}")


if __name__ == "__main__":
    main()
