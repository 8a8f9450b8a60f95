"""Measure the practice log: 100,000 lines to a verdict, and eight programs appending at once.

Run from the project's root: ``python benchmarks/practice.py``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mls_kit import ScoreReport  # noqa: E402
from mls_kit.practice.entry import COLUMNS, cells_of  # noqa: E402
from mls_kit.practice.log import example_log, read_log  # noqa: E402
from mls_kit.practice.readiness import readiness  # noqa: E402

LINES, PROGRAMS, EACH = 100_000, 8, 50
TODAY = date.today()
APPEND = """
import sys
from mls_kit.practice import PracticeEntry, append
for n in range(int(sys.argv[3])):
    append(PracticeEntry("2026-11-01", "MLS-C01", f"program {sys.argv[2]}", "mixed", n, 100), sys.argv[1])
"""


def big_log(path: Path, report: ScoreReport) -> None:
    """Write a long log: the example over and over, every set with an id of its own."""
    rows = [cells_of(row) for row in example_log(report, TODAY).to_dict("records")]
    lines = [",".join(COLUMNS)]
    for n in range(LINES):
        row = rows[n % len(rows)] | {"set_id": f"{rows[n % len(rows)]['set_id']}-{n // len(rows)}", "seen": f"q{n} q{n + 1}"}
        lines.append(",".join(row[name] for name in COLUMNS))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print every measurement."""
    report = ScoreReport("MLS-C01", 690, "S, C, NI, NI")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        big_log(path, report)
        best, best_cpu = 1e9, 1e9
        for _ in range(5):
            start, cpu = time.perf_counter(), time.process_time()
            frame, problems = read_log(path)
            found = readiness(report, frame, TODAY)
            best, best_cpu = min(best, time.perf_counter() - start), min(best_cpu, time.process_time() - cpu)
            assert len(frame) == LINES
            assert not problems
            assert len(found.sets)
        verdict = "within" if best <= 1 else "OVER"
        print(f"{LINES:,} lines to a verdict: {best:.2f} s ({best_cpu:.2f} s of processor), {verdict} 1 s")
        shared, start = Path(folder) / "shared.csv", time.perf_counter()
        programs = [
            subprocess.Popen([sys.executable, "-c", APPEND, str(shared), str(n), str(EACH)], cwd=ROOT) for n in range(PROGRAMS)
        ]
        assert not any(program.wait() for program in programs)
        took, count = time.perf_counter() - start, len(read_log(shared)[0])
        print(f"{PROGRAMS} programs, {EACH} lines each: {count} of {PROGRAMS * EACH} there, in {took:.1f} s with starting up")


if __name__ == "__main__":
    main()
