from functools import reduce
from itertools import product

import numpy as np
import pytest
from candidates import abilities, after_total, sit
from cases import STEADY

from mls_kit.score_model import Assumptions, Evidence, Retake, ScoreModel, best_split, infer_report
from mls_kit.score_model.convolution import align, convolve
from mls_kit.score_model.retake import _largest_sums


@pytest.mark.steady
@pytest.mark.parametrize("weights", [[1], [2, 3, 4], [20, 24, 36, 20], *([[3, 2], [1, 1, 1, 1, 1]] if STEADY else [])])
@pytest.mark.parametrize("hours", [0.0, 60.0])
def test_best_split_is_best_of_all_tried_one_by_one(weights, hours):
    exam = ScoreModel.from_exam_facts(weights, 40)
    retake, d = after_total(exam, 24), len(weights)
    steps = 10 if d < 4 else 4
    splits = [s for s in product(range(steps + 1), repeat=d) if sum(s) == steps]
    plans = [np.array(s) * hours / steps for s in splits]
    chances = retake.chances(plans)
    best = best_split(retake, hours, steps)
    assert sum(best.hours) == pytest.approx(hours)
    assert best.chance == pytest.approx(chances.max(), abs=1e-6)
    assert best.chance == pytest.approx(retake.chance(best.hours), abs=1e-12)


def best_chance_of_all(retake, hours, steps):
    """Every split tried: all ways for the first half of the domains meet all ways for the others."""
    model, spent = retake.posterior.model, hours / steps * np.arange(steps + 1)[:, None]
    a, half = model.assumptions, model.domains // 2
    gain = a.study_gain(np.repeat(spent, model.domains, axis=1), model.shares)
    total = [0.0] * (steps + 1)
    for times, share in a.gains:
        factors = [retake.factors(d, a.retest + times * gain[:, d]) for d in range(model.domains)]

        def ways(some, turn):
            found = [[] for _ in range(steps + 1)]
            for way in product(range(steps + 1), repeat=len(some)):
                if sum(way) <= steps:
                    joint = reduce(convolve, [f[s] for f, s in zip(some, way, strict=True)])
                    found[sum(way)].append(turn(joint).ravel())
            return [np.stack(arrays) for arrays in found]

        size = sum(f.shape[2] - 1 for f in factors[:half]) + 1
        weights = retake.general_weights[:, None, None] * retake.pass_coefficients / retake.posterior.probability
        first = ways(factors[:half], lambda a, weights=weights: a * weights)
        second = ways(factors[half:], lambda a, size=size: align(a, size, retake.lowest, retake.posterior.evidence.totals))
        total = [sofar + share * (first[t] @ second[steps - t].T).real for t, sofar in zip(range(steps + 1), total, strict=True)]
    return max(table.max() for table in total)


def random_reports(exam, rng, reports):
    """Reports as candidates of the model get them, with hours of study."""
    for right in sit(exam.form, abilities(exam, reports, rng), rng):
        codes = [int(exam.bands.codes(p.size)[k]) for k, p in zip(right, exam.form.parts, strict=True)]
        score = int(exam.scale.report(right.sum()))
        report = infer_report(exam, Evidence.from_score(exam, score, codes))
        yield Retake(report, negligible=1e-8), float(rng.choice([5, 20, 40, 80, 150, 300]))


@pytest.mark.steady
@pytest.mark.parametrize("labels", [("Below", "Above"), ("Weak", "Fair", "Strong")])
@pytest.mark.parametrize("weights", [[20, 24, 36, 20], [20, 20, 20, 24, 16], [20, 20, 18, 16, 14, 12]])
@pytest.mark.parametrize(("tau", "steps", "reports"), [(150.0, 10, 8), ("by domain", 5, 20)])
def test_search_finds_the_best_of_all_splits(weights, labels, tau, steps, reports):
    paces = tuple(np.linspace(20.0, 60.0, len(weights)).tolist()) if tau == "by domain" else tau
    exam = ScoreModel.from_exam_facts(weights, 30, (100, 720, 1000), labels, Assumptions(tau_hours=paces))
    for retake, hours in random_reports(exam, np.random.default_rng(7), reports if STEADY else 3):
        best = best_split(retake, hours, steps)
        assert sum(best.hours) == pytest.approx(hours)
        assert best.chance == pytest.approx(best_chance_of_all(retake, hours, steps), abs=1e-6)


def test_largest_sums_are_those_of_all_ways():
    gains = np.random.default_rng(3).normal(size=(4, 7))
    ways = [w for w in product(range(7), repeat=4) if sum(w) == 6]
    ways.sort(key=lambda w: -sum(gains[d][s] for d, s in enumerate(w)))
    assert _largest_sums(list(gains), 10).tolist() == [list(w) for w in ways[:10]]


def test_finer_steps_find_no_worse_split():
    retake = after_total(ScoreModel.from_exam_facts([1] * 6, 30), 14, [0, 1, 0, 1, 1, 0])
    coarse, fine = best_split(retake, 100, 10), best_split(retake, 100, 100)
    assert coarse.chance <= fine.chance < coarse.chance + 0.01


def test_hours_matter_more_than_their_split(model):
    retake = after_total(model, 34, [1] * 4)
    now, equal = retake.chance([0] * 4), retake.chance([20] * 4)
    assert best_split(retake, 80).chance - equal < 0.1 * (equal - now)
