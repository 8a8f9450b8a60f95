from pathlib import Path

import pytest
import yaml

from mls_kit.score_model.assumptions import AssumptionGrid, Assumptions
from mls_kit.score_model.model import ScoreModel

STATED = Path(__file__).parents[2] / "data" / "assumptions.yaml"


def stated():
    content = yaml.safe_load(STATED.read_text())
    return AssumptionGrid(content["grid"], content["together"])


def test_every_assumption_is_described_in_words():
    rows = Assumptions().describe()
    names = [name for name, _, _ in rows]
    assert {"rho", "mean", "sd", "cut_share", "retake_shift", "tau_hours"} <= set(names)
    assert all(len(meaning) > 15 for _, _, meaning in rows)


def test_every_assumption_has_a_source_and_the_value_that_is_used():
    """What the file says beside a number is what the model computes with."""
    stated = yaml.safe_load(STATED.read_text())["assumptions"]
    used = {name: list(value) if isinstance(value, tuple) else value for name, value, _ in Assumptions().describe()}
    assert {name: said["value"] for name, said in stated.items()} == used
    for said in stated.values():
        assert said["kind"] in ("published", "convention", "choice")
        assert said["date"].year >= 2026
        assert len(said["source"]) > 15
        assert ("our choice" in said["source"] or "thresholds" in said["source"]) or said["kind"] != "choice"


def test_the_middle_lies_within_every_stated_range():
    grid, a = stated(), Assumptions()
    for name, (low, high) in grid.ends.items():
        assert low <= getattr(a, name) <= high


@pytest.mark.parametrize(("scored", "cut"), [(50, 36), (65, 47), (25, 18), (15, 11), (100, 72)])
def test_raw_cut_keeps_the_share(scored, cut):
    assert Assumptions().raw_cut(scored) == cut


def test_halves_round_up():
    assert Assumptions(cut_share=(1, 2)).raw_cut(5) == 3


def test_a_grid_is_the_product_of_its_values():
    grid = AssumptionGrid({"rho": [0.7, 0.9], "cut_share": [[34, 50], [36, 50]]})
    assert len(grid) == len(grid.points()) == 4
    assert grid.points()[-1] == {"rho": 0.9, "cut_share": (36, 50)}
    more = AssumptionGrid({"rho": [0.7, 0.9]}, [{"retest": 0.2, "headroom": 0.0}, {"retest": 0.0, "headroom": 1.0}])
    assert len(more) == len(more.points()) == 4
    assert more.points()[-1] == {"rho": 0.9, "retest": 0.0, "headroom": 1.0}
    assert more.ends["retest"] == (0.0, 0.2)


def test_the_model_follows_its_assumptions(model):
    other = model.under(cut_share=(34, 50), retake_shift=0.0, cuts_three_labels=(50, 75))
    assert (other.scale.raw_cut, other.retake_cut) == (34, 34)
    assert other.bands.cuts_percent == (50, 75)
    assert other.assumptions.rho == model.assumptions.rho
    two = ScoreModel.from_exam_facts([1, 1], 20, (100, 500, 900), ("Needs Improvement", "Meets Competencies"))
    assert two.bands.cuts_percent == (70,)
    assert two.scale.report([0, 20]).tolist() == [100, 900]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda m: Assumptions(rho=1.1), "rho"),
        (lambda m: Assumptions(rho=float("nan")), "rho"),
        (lambda m: Assumptions(sd=0), "sd"),
        (lambda m: Assumptions(guessing=-0.1), "guessing"),
        (lambda m: Assumptions(tau_hours=(60.0, 0.0)), "tau_hours"),
        (lambda m: Assumptions(gain_spread=1.5), "gain_spread"),
        (lambda m: Assumptions(foot_share=-0.1), "foot_share"),
        (lambda m: AssumptionGrid({"rho": [0.5]}, [{"rho": 0.1}]), "together"),
        (lambda m: Assumptions(cut_share=(50, 50)), "cut_share"),
        (lambda m: Assumptions().changed(luck=1), "assumption"),
        (lambda m: AssumptionGrid({}), "values"),
        (lambda m: AssumptionGrid({"rho": []}), "values"),
        (lambda m: AssumptionGrid({"rho": [2]}), "rho"),
        (lambda m: m.under(tau_hours=(60.0, 60.0)), "tau_hours"),
        (lambda m: m.under(mean=(0.0, 0.1, 0.2)), "mean"),
        (lambda m: Assumptions(mean=float("inf")), "mean"),
        (lambda m: ScoreModel.from_exam_facts([1, 1], 20, (100, 1000)), "scale"),
        (lambda m: ScoreModel.from_exam_facts([1, 1], 20, labels=["a", "b", "c", "d"]), "labels"),
        (lambda m: ScoreModel(m.form, m.retake_form, m.scale, m.bands, retake_raw_cut=51), "retake_raw_cut"),
        (lambda m: ScoreModel(m.form, m.form.parts[0], m.scale, m.bands), "retake_form"),
        (lambda m: ScoreModel(m.form.parts[0], m.form, m.scale, m.bands), "scale"),
        (lambda m: ScoreModel(m.form, m.form, m.scale, m.bands).under(rho=0.5), "facts"),
    ],
)
def test_bad_input_names_argument_value_and_limits(make, name, model):
    with pytest.raises(ValueError, match=rf"^{name} = .* is not allowed: give "):
        make(model)
