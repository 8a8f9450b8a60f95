"""Measure what the cells of a plan cost: CPU seconds of each, and of all, as a child of the batch has them.

Run from the project's root: ``python benchmarks/cells.py``. The code of the cells runs in this process, warmed as the batch
warms its own; what Jupyter and papermill add is not in it.
"""

from __future__ import annotations

import gc
import os
import statistics

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the batch sets it

from batch import run_cells, warm_ups

from mls_kit.batch.here import warm_up

PLANS, AIM = 50, 0.3  # plans of all the exams that the batch's benchmark has; CPU seconds a plan


def main() -> None:
    """Print the median of each cell, the dearest first, and of whole plans."""
    for report in warm_ups():
        warm_up(report)
    gc.collect()
    gc.freeze()  # as the warm parent does before it forks
    plans = [run_cells(number) for number in range(PLANS)]
    each = [(statistics.median(seconds), line) for line, seconds in _by_cell(plans)]
    for seconds, line in sorted(each, reverse=True)[:12]:
        print(f"{1000 * seconds:7.1f} ms  {line}")
    whole = sorted(sum(seconds for _, seconds in plan) for plan in plans)
    middle, high = statistics.median(whole), whole[int(0.95 * len(whole))]
    print(f"a plan: {middle:.3f} s of CPU, in 95 of 100 at most {high:.3f}; below {AIM}: {'yes' if middle < AIM else 'no'}")


def _by_cell(plans: list[list[tuple[str, float]]]) -> list[tuple[str, list[float]]]:
    cells = zip(*plans, strict=True)
    return [(plans[0][place][0], [seconds for _, seconds in cell]) for place, cell in enumerate(cells)]


if __name__ == "__main__":
    main()
