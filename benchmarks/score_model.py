"""Measure the score model, ratios side by side in one run.

Run from the project's root: ``python benchmarks/score_model.py``. Times are the best of a few
repeats with nothing kept from earlier calls, unless a line says otherwise.
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

# One thread: with more, whatever else runs on the machine decides the small products' times.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from mls_kit.method import stated_grid  # noqa: E402
from mls_kit.score_model import PreparedGrid, bands, forms, model  # noqa: E402
from mls_kit.score_model.joint import Evidence, infer_report  # noqa: E402
from mls_kit.score_model.lookup import JointTable, infer_cohort  # noqa: E402
from mls_kit.score_model.model import ScoreModel  # noqa: E402
from mls_kit.score_model.retake import Retake, best_split, split_hours  # noqa: E402

FOUR = ([20, 24, 36, 20], 50, (100, 750, 1000))
FIVE = ([20, 20, 20, 24, 16], 50, (100, 720, 1000))
SIX = ([20, 20, 18, 16, 14, 12], 65, (100, 700, 1000))
ARTICLE = [40, 30, 20, 10]
LEARNERS = 1_000_000


def forget() -> None:
    """Empty every cache, so that a repeat does the whole work again."""
    for cache in (forms._table, model._form, model._equivalents, bands.layers, bands._worlds):
        cache.cache_clear()


def best(work: Callable[[], Any], repeats: int = 5, *, cold: bool = True) -> float:
    """Return the shortest time of a few repeats in seconds."""
    times = []
    for _ in range(repeats):
        if cold:
            forget()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def show(what: str, seconds: float, limit: float) -> None:
    """Print one measurement beside its limit."""
    verdict = "within" if seconds <= limit else "OVER"
    print(f"{what:<66}{1000 * seconds:>11.2f} ms {verdict:>7} {1000 * limit:>7.0f} ms ({seconds / limit:6.1%})")


def build(facts: Any) -> JointTable:
    """Build an exam with everything a look-up needs."""
    table = JointTable(ScoreModel.from_exam_facts(*facts))
    _ = table.flat
    return table


def building() -> None:
    """Build whole exams, in time and memory."""
    show("four domains: model and full table", best(lambda: build(FOUR)), 0.3)
    forget()
    tracemalloc.start()
    build(FOUR)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"{'four domains: peak memory while building':<66}{peak:>11.2f} MiB  limit 64 MiB")
    show("six domains: model and full table", best(lambda: build(SIX), 3), 3.0)


def one_learner(facts: Any, reports: list[tuple[int, list[int]]]) -> None:
    """Work out what is said of one learner, in parts."""
    domains = len(facts[0])
    exam = ScoreModel.from_exam_facts(*facts)
    grid = stated_grid()
    splits = [*([ARTICLE] if domains == 4 else []), exam.shares.tolist(), [1.0] * domains]
    for score, ratings in reports:
        one_report(facts, exam, score, ratings, splits, grid)


def one_report(facts: Any, exam: ScoreModel, score: int, ratings: list[int], splits: Any, grid: Any) -> None:
    """Measure one report."""
    name = f"{len(ratings)} domains, {score}, {''.join('NCS'[r] for r in ratings)}"
    show(f"{name}: from exam facts to chance, one report", best(lambda: single(facts, score, ratings)), 3.0)
    plans = [None, *(split_hours(80, shares) for shares in splits)]
    show(f"{name}: chances and the best split", best(lambda: chances(exam, score, ratings, plans), 9), 0.05)
    banded = best(lambda: PreparedGrid(exam, score, ratings, grid).bands(plans), 3)
    show(f"{name}: their bands, {len(grid)} grid points", banded, 1.5)
    retake = Retake(infer_report(exam, Evidence.from_score(exam, score, ratings)))
    retake.chance()
    hours = iter(np.random.default_rng(0).uniform(0, 60, (20, len(ratings))))
    show(f"{name}: one what-if", best(lambda: retake.chance(next(hours)), 20, cold=False), 0.01)


def chances(exam: ScoreModel, score: int, ratings: list[int], plans: Any) -> Any:
    """Work out the chance of each plan, and the best split of the hours."""
    retake = Retake(infer_report(exam, Evidence.from_score(exam, score, ratings)))
    return retake.chances(plans), best_split(retake, 80)


def single(facts: Any, score: int, ratings: list[int]) -> float:
    """Infer one report without a table."""
    exam = ScoreModel.from_exam_facts(*facts)
    return Retake(infer_report(exam, Evidence.from_score(exam, score, ratings))).chance()


def million() -> None:
    """Infer a million learners by look-up, and a few of them one by one."""
    table = build(FOUR)
    exam, rng = table.model, np.random.default_rng(1)
    theta = np.sqrt(0.8) * rng.standard_normal((LEARNERS, 1)) + np.sqrt(0.2) * rng.standard_normal((LEARNERS, 4))
    right = np.stack(
        [rng.binomial(part.size, part.true_score(t) / part.size) for part, t in zip(exam.form.parts, theta.T, strict=True)], axis=1
    )
    scores = exam.scale.report(right.sum(axis=1))
    codes = np.stack([table.codes[d][right[:, d]] for d in range(4)], axis=1)
    fresh, start = JointTable(exam), time.perf_counter()
    infer_cohort(fresh, scores, codes)
    show("1,000,000 learners of one exam, the first time, with the table", time.perf_counter() - start, 1.0)
    together = best(lambda: infer_cohort(table, scores, codes), 3, cold=False)
    show("1,000,000 learners of one exam by look-up", together, 1.0)

    def loop() -> None:
        for score, ratings in zip(scores[:300], codes[:300].tolist(), strict=True):
            report = infer_report(exam, Evidence.from_score(exam, score, ratings))
            _ = report.mean_right, report.mean_proportion, report.mean_ability, Retake(report).chance()

    each = best(loop, 3, cold=False) / 300
    show("one learner in a loop over single learners (tables kept)", each, 0.01)
    ratio = each * LEARNERS / together
    print(f"{'look-up against the loop, times as fast (wanted: 1000)':<66}{ratio:>11.0f}")


def main() -> None:
    """Print every measurement."""
    building()
    one_learner(FOUR, [(714, [1, 1, 1, 1]), (660, [0, 1, 0, 1]), (500, [0, 0, 0, 0])])
    one_learner(FIVE, [(714, [1, 1, 1, 1, 1]), (660, [0, 1, 1, 0, 1])])
    one_learner(SIX, [(660, [1, 0, 1, 0, 1, 1])])
    million()


if __name__ == "__main__":
    main()
