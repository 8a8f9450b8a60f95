"""Ready or not: which sets count, what is missing, and what predictions show."""

import pytest
from cases import TODAY, practice_log

from mls_kit import ScoreReport
from mls_kit.exam.rules import load_method
from mls_kit.explain.practice_figures import readiness_rows, row_words, rule_rates
from mls_kit.practice.readiness import readiness
from mls_kit.practice.rule import least_questions, luck_rate, readiness_rule, rule_rate

REPORT = ScoreReport("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-10-20", today="2026-11-22")
NAMES = list(REPORT.ratings)


def log_of(*rows):
    return practice_log(*rows, date="2026-11-15")


def full(day, right=(9, 10, 15, 8), **more):
    sizes = (10, 12, 18, 10)
    return [{"date": day, "domain": name, "right": k, "out_of": n, "set_id": f"full {day}", **more}
            for name, k, n in zip(NAMES, right, sizes, strict=True)]  # fmt: skip


def test_two_good_full_sets_with_every_domain_above_the_floor_are_ready_and_raise_the_chance_with_a_discount():
    found = readiness(REPORT, log_of(*full("2026-11-10"), *full("2026-11-17")), TODAY)
    assert found.ready
    assert found.said().startswith('The rule says "ready".')
    assert found.counting["right"].tolist() == [42, 42]
    table = readiness_rows(found)
    assert table.loc["All full sets", ["right", "out_of"]].tolist() == [84, 100]
    assert table.loc["Modeling", "low"] == found.domains.loc["Modeling", "low"]
    chance = found.chance(REPORT, hours=0)
    assert chance.before < chance.after < 0.9
    assert chance.after_band[0] < chance.after < chance.after_band[1]
    assert (chance.asked, chance.worth) == (100, 50)
    for words in ("counts 100 practice questions as only 50", "gets 72 % on the exam gets about 78 %", "assumptions"):
        assert words in chance.said()


@pytest.mark.parametrize(("rows", "missing"), [
    (full("2026-11-10"), "one more fresh timed set"),
    (full("2026-11-10", (8, 9, 14, 8)) + full("2026-11-17"), "the one on 2026-11-10 had 78 %"),
    (full("2026-11-10") + full("2026-11-17", (8, 9, 14, 8)), "2 fresh timed sets in a row"),
    (full("2026-11-10") + full("2026-11-17", timed=False), "one more fresh timed set"),
    (full("2026-11-10") + full("2026-11-17", fresh=False), "one more fresh timed set"),
    (full("2026-10-21") + full("2026-11-17"), "one more fresh timed set"),
    (full("2026-11-10", (10, 12, 14, 6)) + full("2026-11-17", (10, 12, 14, 6)), "Operations: 12 of 20 is 60 %, below the floor"),
    ([{"date": "2026-11-10"}, {"date": "2026-11-17"}], "Modeling: no fresh timed questions"),
    ([{"date": "2026-11-10", "out_of": 49}, *full("2026-11-17")], "one more fresh timed set of at least 50 questions"),
])  # fmt: skip
def test_what_is_missing_is_said(rows, missing):
    found = readiness(REPORT, log_of(*rows), TODAY)
    assert not found.ready
    assert missing in "; ".join(found.missing)
    assert missing in found.said()


def test_sets_from_before_the_report_or_of_another_exam_do_not_count():
    rows = full("2026-11-10") + full("2026-11-17")
    later = ScoreReport("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-11-17", today="2026-11-22")
    assert not len(readiness(later, log_of(*rows), TODAY).counting)
    assert not len(readiness(REPORT, log_of(*(row | {"exam": "SAA-C03"} for row in rows)), TODAY).sets)


def test_parts_with_the_same_id_on_another_day_or_by_another_provider_are_other_sets():
    rows = [{"set_id": "1", "date": d, "provider": p} for d in ("2026-11-10", "2026-11-11") for p in ("a", "b")]
    assert len(readiness(REPORT, log_of(*rows, {"set_id": ""}, {"set_id": ""}), TODAY).sets) == 6


def test_the_rules_rates_are_computed_from_the_data():
    exam, plan = REPORT.facts, load_method().plan
    assert (plan.goal_percent, plan.floor_percent, plan.readiness_sets, least_questions(exam)) == (80, 65, 2, 50)
    assert [round(100 * rule_rate(exam, t)) for t in readiness_rule().shown_truths] == [2, 77]
    assert rule_rate(exam, 0.72, sets=1, floor=False) > luck_rate(exam, 0.72) > rule_rate(exam, 0.72)
    assert rule_rate(exam, [0.95, 0.95, 0.95, 0.5]) < 0.2 < rule_rate(exam, 0.8625)
    shown = rule_rates(exam)
    assert shown.table.loc["72 %", "2 in a row, on the first try"] == rule_rate(exam, 0.72)
    assert "model" in shown.words


def test_calibration_in_words():
    def said(*predicted):
        return readiness(REPORT, log_of(*({"predicted": p} for p in predicted)), TODAY).calibration.said()

    assert "too few" in said(90, 90)
    assert "1.0 percentage points above" in said(85, 85, 85)
    assert "far too hopeful" in said(97, 96, 98)
    assert "somewhat too cautious" in said(76, 77, 78)
    assert "still be chance" in said(60, 98, 115)


def test_causes_are_added_up_and_pace_is_said():
    found = readiness(REPORT, log_of({"causes": "did not know:3; misread:1"}, {"causes": "misread:4"}), TODAY)
    assert found.cause_table().to_dict() == {"misread": 5, "did not know": 3, "out of time": 0, "wrong between two": 0}
    assert "1.8 minutes" in found.pace()


def test_an_empty_log_says_what_is_missing_and_leaves_the_chance_as_it_was():
    found = readiness(REPORT, log_of(), TODAY)
    assert len(found.missing) == 5
    chance = found.chance(REPORT)
    assert chance.after == pytest.approx(chance.before, abs=1e-9)
    assert row_words(readiness_rows(found).iloc[0]) == "nothing counts yet"
    assert found.chance(ScoreReport("MLS-C01", 300, "S, S, S, S")) is None
