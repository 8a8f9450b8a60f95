from pathlib import Path

import pytest
import yaml

from mls_kit.method import stated_grid
from mls_kit.score_model import AssumptionGrid, Assumptions, ScoreModel

STATED = yaml.safe_load((Path(__file__).parents[2] / "data" / "assumptions.yaml").read_text())


def test_every_assumption_has_words_a_source_and_the_value_that_is_used():
    rows = Assumptions().describe()
    assert all(len(meaning) > 15 for _, _, meaning in rows)
    used = {name: list(value) if isinstance(value, tuple) else value for name, value, _ in rows}
    assert {name: said["value"] for name, said in STATED["assumptions"].items()} == used
    for said in STATED["assumptions"].values():
        assert said["kind"] in ("published", "convention", "choice")
        assert said["date"].year >= 2026
        assert len(said["source"]) > 15
        assert ("our choice" in said["source"] or "thresholds" in said["source"]) or said["kind"] != "choice"


def test_the_middle_lies_within_every_stated_range():
    a = Assumptions()
    for name, (low, high) in stated_grid().ends.items():
        assert low <= getattr(a, name) <= high


def test_the_raw_cut_keeps_its_share_and_halves_round_up():
    assert [Assumptions().raw_cut(scored) for scored in (25, 15, 100)] == [18, 11, 72]
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
    assert (other.scale.raw_cut, other.retake_cut, other.bands.cuts_percent) == (34, 34, (50, 75))
    assert other.assumptions.rho == model.assumptions.rho
    two = ScoreModel.from_exam_facts([1, 1], 20, (100, 500, 900), ("Needs Improvement", "Meets Competencies"))
    assert two.bands.cuts_percent == (70,)
    assert two.scale.report([0, 20]).tolist() == [100, 900]


@pytest.mark.parametrize("spread", [0.0, 0.3, 0.9, 1.4])
def test_gains_vary_as_stated(spread):
    gains, shares = map(list, zip(*Assumptions(gain_spread=spread).gains, strict=True))
    mean = sum(gain * share for gain, share in zip(gains, shares, strict=True))
    varies = sum(share * (gain - 1) ** 2 for gain, share in zip(gains, shares, strict=True))
    assert (sum(shares), mean, varies) == pytest.approx((1, 1, spread**2))
