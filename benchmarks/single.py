"""One plan: ``mls-kit plan`` with its page, beside papermill's own command for the same notebook without a page.

Run: .venv/bin/python benchmarks/single.py [--rounds 5]

Both start from nothing, in turns; the notebooks they make are compared. Medians, and the median ratio of paired rounds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import nbformat
from compare import differences

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "notebooks/personal_plan.ipynb"
VALUES = {"exam": "SAA-C03", "scaled_score": "690", "ratings": "NI, MC, MC, NI", "taken_on": "2026-11-01", "attempt": "1"}
MOST = 0.5  # of papermill's time


def commands(folder: Path) -> dict[str, list[str]]:
    """Return both commands for the same values."""
    given = [part for name, value in VALUES.items() for part in ("-p", name, value)] + ["-p", "today", "2026-11-22"]
    options = [part for name, value in VALUES.items() for part in (f"--{name.replace('_', '-')}", value)]
    plan = ["mls_kit.cli.main", "plan", *options, "--today", "2026-11-22", "--force", "-o", str(folder / "ours.ipynb")]
    papermill = ["papermill", str(TEMPLATE), str(folder / "theirs.ipynb"), *given, "--no-progress-bar"]
    return {"mls-kit plan": [sys.executable, "-m", *plan], "papermill": [sys.executable, "-m", *papermill]}


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command; return seconds of wall and of processor, its children's too."""
    before, begun = os.times(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    after = os.times()
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - begun, used


def main() -> None:
    """Measure in turns, and fail where the plan takes too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        folder, found = Path(home), {}
        for _ in range(rounds):
            for name, command in commands(folder).items():
                found.setdefault(name, []).append(measure(command))
        apart = differences(nbformat.read(folder / "ours.ipynb", 4), nbformat.read(folder / "theirs.ipynb", 4))
    for name, seconds in found.items():
        wall, used = (median(kind) for kind in zip(*seconds, strict=True))
        print(f"{name:14} {wall:6.2f} s of wall   {used:6.2f} s of processor")
    pairs = list(zip(*found.values(), strict=True))
    wall, used = (median(ours[kind] / theirs[kind] for ours, theirs in pairs) for kind in (0, 1))
    print(f"mls-kit plan / papermill, {rounds} paired rounds: {wall:.2f} in wall, {used:.2f} in processor; at most {MOST}")
    print(f"the notebooks are equal: {'; '.join(apart) or 'yes'}")
    sys.exit(wall > MOST or bool(apart))


if __name__ == "__main__":
    main()
