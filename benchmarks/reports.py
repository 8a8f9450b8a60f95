"""A million reports at once beside a loop over single ones: prioritize and diagnose.

Run: make bench, or .venv/bin/python benchmarks/reports.py. Everything is measured in one process; the ratio matters.
"""

import resource
import time
from datetime import date

import numpy as np
import pandas as pd

from mls_kit import ScoreReport, diagnose, prioritize

MANY, SINGLE = 1_000_000, 500
TODAY = date(2026, 11, 22)


def frame_of(count: int) -> pd.DataFrame:
    """Return random MLS-C01 reports as a frame."""
    chance = np.random.default_rng(1)
    labels = np.array(["Needs Improvement", "Competent", "Strong"], dtype=object)
    ratings = {f"rating_{n}": labels[chance.integers(0, 3, count)] for n in range(1, 5)}
    days = pd.Timestamp("2026-03-01") - pd.to_timedelta(chance.integers(0, 300, count), unit="D")
    return pd.DataFrame({"exam": "MLS-C01", "scaled_score": chance.integers(100, 750, count), "taken_on": days, **ratings})


def seconds(function, rounds: int = 3) -> float:
    """Return the median of a few rounds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        function()
        times.append(time.perf_counter() - begun)
    return sorted(times)[rounds // 2]


def main() -> None:
    frame = frame_of(MANY)
    few = [
        ScoreReport("MLS-C01", row.scaled_score, [row.rating_1, row.rating_2, row.rating_3, row.rating_4])
        for row in frame.head(SINGLE).itertuples()
    ]
    for name, work in (("prioritize", prioritize), ("diagnose", lambda reports: diagnose(reports, today=TODAY))):
        whole = seconds(lambda work=work: work(frame))
        loop = seconds(lambda work=work: [work(report) for report in few])
        ratio = (loop / SINGLE) / (whole / MANY)
        print(f"{name:10}  {MANY:,} in a frame: {whole:.2f} s   one by one: {1e6 * loop / SINGLE:.0f} µs each   {ratio:,.0f} x")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the whole run: {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
