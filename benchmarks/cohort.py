"""Measure a whole cohort: 100,000 reports checked, then from the file to the page; a million rows in which one name is wrong.

Run from the project's root: ``python benchmarks/cohort.py [LEARNERS]``. Seconds of wall and of processor, one process.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mls_kit import read_cohort  # noqa: E402
from mls_kit.cohort.check import Findings  # noqa: E402
from mls_kit.cohort.view import view_cohort  # noqa: E402
from mls_kit.explain import cohort_words  # noqa: E402

LEARNERS, WRONG, MOST_SECONDS, MOST_MB = 100_000, 1_000_000, 30, 300
CHECK_SECONDS = 10  # of processor, for 100,000 reports
TODAY = date(2026, 11, 22)
SAMPLES = ("sample.csv", "sample_large.csv")


class Clock:
    """Prints how long each step took."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        self.total = 0.0

    def tell(self, what: str) -> None:
        """Print the time since the last step."""
        wall, cpu = time.perf_counter(), time.process_time()
        print(f"  {what:42} {wall - self.wall:6.1f} s   processor {cpu - self.cpu:6.1f} s")
        self.total += wall - self.wall
        self.wall, self.cpu = time.perf_counter(), time.process_time()


def write_big(path: Path, learners: int) -> None:
    """Write the samples' reports over and over, every learner with an id, a score and hours of their own."""
    found: list[dict[str, str]] = []
    for name in SAMPLES:
        with (ROOT / "data" / "cohorts" / name).open(encoding="utf-8") as file:
            found += [row for row in csv.DictReader(file) if row["attempt"] == "1"]
    columns = list(found[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        for number in range(learners):
            row = found[number % len(found)]
            score = int(row["scaled_score"])
            moved = score - number % 40 if score < 700 else score
            writer.writerow(row | {"learner_id": f"X{number}", "scaled_score": max(moved, 300), "hours_per_week": 1 + number % 30})


def check(path: Path) -> None:
    """Print what ``mls-kit check`` takes, in a process of its own."""
    command = [sys.executable, "-c", "from mls_kit.cli import main; main()", "check", str(path)]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, megabytes = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    verdict = "within" if megabytes <= MOST_MB and seconds <= CHECK_SECONDS else "OVER"
    limits = f"{CHECK_SECONDS} s, {MOST_MB} MB"
    print(f"  mls-kit check: {seconds:.1f} s of processor, peak {megabytes:.0f} MB: {verdict} {limits}")


def main() -> None:
    """Print every measurement."""
    learners = int(sys.argv[1]) if len(sys.argv) > 1 else LEARNERS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.csv"
        write_big(path, learners)
        print(f"{learners:,} reports, {path.stat().st_size / 1e6:.0f} MB of CSV")
        check(path)
        clock = Clock()
        cohort = read_cohort(path, TODAY)
        assert len(cohort.reports) == learners
        clock.tell("read and check every row")
        view = view_cohort(cohort, TODAY)
        clock.tell("priorities, diagnosis, score model, groups")
        size = len(cohort_words.page(view))
        clock.tell(f"the page ({size / 1e6:.1f} MB)")
        verdict = "within" if clock.total <= MOST_SECONDS else "OVER"
        print(f"  in all {clock.total:.1f} s: {verdict} {MOST_SECONDS} s")
        del cohort, view
        path = Path(folder) / "wrong.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("learner_id,exam,scaled_score,ratings\n")
            file.writelines(f'X{n},SAA-C3,650,"NI, MC, MC, NI"\n' for n in range(WRONG * learners // LEARNERS))
        print(f"{WRONG * learners // LEARNERS:,} rows that name an exam nobody has")
        clock = Clock()
        cohort = read_cohort(path, TODAY)
        clock.tell("read, every mistake named")
        size = len(Findings.of(str(path), cohort).write("csv"))
        clock.tell(f"written as CSV ({size / 1e6:.0f} MB)")
    print(f"peak memory of the whole run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
