"""Measure the door: how long its tables take, how large the file is, and how fast it answers a change in a real browser.

Run from the project's root: ``python benchmarks/door.py``, with codes of exams for some of them only. Needs Chromium.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from mls_kit.course.door import write_door  # noqa: E402

CHANGES = """() => {
  const score = document.getElementById("score"), times = [];
  for (let place = 0; place < 200; place++) {
    score.value = 500 + (37 * place) % 220;
    const start = performance.now();
    show();
    document.body.offsetHeight;  // laid out too
    times.push(performance.now() - start);
  }
  return times;
}"""


def main() -> None:
    """Print every measurement."""
    with tempfile.TemporaryDirectory() as folder:
        start, file = time.perf_counter(), Path(folder) / "door.html"
        write_door(file, exams=sys.argv[1:])
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        cpu = sum(used.ru_utime + used.ru_stime for used in (own, children))
        print(f"tables: {time.perf_counter() - start:.0f} s on two cores, {cpu:.0f} s of work (aim: 180 s)")
        for each in sorted(Path(folder).iterdir()):
            print(f"{each.name}: {each.stat().st_size / 1000:.0f} KB (aim: 400)")
        with sync_playwright() as started:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            page = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]).new_page()
            begin = time.perf_counter()
            page.goto(file.as_uri())
            page.wait_for_selector("#split:not([hidden])")
            print(f"opened: {1000 * (time.perf_counter() - begin):.0f} ms")
            times = sorted(page.evaluate(CHANGES))
            print(f"a change: median {statistics.median(times):.1f} ms, 95 %: {times[int(0.95 * len(times))]:.1f} ms (aim: 5)")


if __name__ == "__main__":
    main()
