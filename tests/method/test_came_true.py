"""Whoever sat again is an outcome: what the model said is held against it, for oneself and for a group."""

import numpy as np
import pandas as pd
import pytest
from cases import TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.cohort.reader import read_cohort
from mls_kit.cohort.view import view_cohort
from mls_kit.exam import find_exam
from mls_kit.explain import cohort_words, plan_page, progress_words, wrong_worlds
from mls_kit.method import came_true, model_of, stated_grid, stated_worlds

SAA = find_exam("SAA-C03")


def test_only_failed_attempts_are_held_against_what_followed():
    found = came_true(SAA, [(650, 700), (690, 730), (800, 650)])
    assert (found.attempts, found.came) == (2, 0.5)
    assert came_true(SAA, [(800, 650)]) is None
    assert came_true(SAA, []) is None
    assert came_true(SAA, [(650, 700)], hours=300).said > came_true(SAA, [(650, 700)], hours=0).said


@pytest.mark.parametrize(("second", "direction", "words"), [(760, 1, "too low"), (600, -1, "too high")])
def test_a_model_that_is_off_is_said_to_be_off_and_which_way(second, direction, words):
    found = came_true(SAA, [(660, second)] * 40)
    assert found.direction == direction
    assert words in str(progress_words.verdict_said(found))


def test_ones_own_earlier_attempts_are_outcomes():
    first = ScoreReport("SAA-C03", 640, "NI, NI, MC, MC", taken_on="2026-09-05")
    report = ScoreReport("SAA-C03", 700, "NI, MC, MC, MC", taken_on="2026-10-19", attempt=2, hours_per_week=9)
    text = " ".join(str(plan_page.how_we_know(build_plan(report, earlier=[first], today=TODAY))).split())
    assert "1 next attempt a chance of passing of" in text
    assert "That is too few" in text


def test_a_group_that_sat_again_shows_whether_the_model_is_right(tmp_path):
    """Forty learners with two attempts each; where too few passed or failed to be shown, nothing is said."""
    rng, rows = np.random.default_rng(1), []
    for n in range(40):
        first, second = int(rng.integers(600, 710)), int(rng.integers(640, 800))
        for attempt, score, day in ((1, first, "2026-08-01"), (2, second, "2026-10-01")):
            rows.append({"learner_id": f"L{n}", "exam": "SAA-C03", "scaled_score": score, "ratings": "NI, MC, MC, NI",
                         "taken_on": day, "attempt": attempt})  # fmt: skip
    path = tmp_path / "twice.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    view = view_cohort(read_cohort(path, today=TODAY), TODAY)
    (group,) = view.groups
    assert group.came_true.attempts == 40
    assert "Was the model right?" in str(cohort_words.details(view))
    few = view_cohort(read_cohort(path, today=TODAY), TODAY, least=21)
    assert all(group.came_true is None for group in few.groups)


def test_the_figure_of_wrong_worlds_says_what_comes_in_each():
    model = model_of(SAA, ("Needs Improvement", "Meets Competencies"))
    worlds = dict(list(stated_worlds().items())[-3:])
    chart = wrong_worlds(model, worlds, stated_grid(), 690, 80)
    assert len(stated_worlds()) >= 10
    assert chart.table["in the light bar"].all()
    assert list(chart.table["true chance"]) == sorted(chart.table["true chance"])
    assert "inside the light bar in 3 of 3 cases" in chart.words
    assert "abilities in two domains is 0.8" in chart.words
