import shutil
from datetime import date, timedelta

import pytest
import yaml
from cases import ROOT, TODAY

from mls_kit import list_exams, load_exam
from mls_kit.exam.catalog import StaleFactWarning, find_exam
from mls_kit.problems import InputError

CODES = ["MLS-C01", "MLA-C01", "MLA-C02", "AIF-C01", "AIP-C01", "DEA-C01", "SAA-C03", "CLF-C02", "SY0-701", "CCAR-F"]


@pytest.mark.parametrize("code", CODES)
def test_every_exam_of_the_kit_loads_with_a_source_for_every_fact(code):
    exam = load_exam(code, today=TODAY)
    assert exam.code == code
    assert sum(domain.weight for domain in exam.domains) == pytest.approx(100)
    places = [place for place, _ in exam.facts()]
    assert {"name", "scale", "passing_standard", "blueprint", "life_cycle.status", "retake.wait_days"} <= set(places)
    for place, fact in exam.facts():
        assert fact.kind in ("published", "article", "model", "contradicted"), place
        for source in fact.sources:
            assert exam.sources[source].url or exam.sources[source].note, f"{place}: {source} leads nowhere"


def test_the_kit_lists_exactly_its_exams():
    assert sorted(list_exams()) == sorted(CODES)


def test_facts_agree_with_what_was_collected():
    standards = {code: find_exam(code).passing for code in CODES}
    assert standards == {
        "MLS-C01": 750, "MLA-C01": 720, "MLA-C02": 720, "AIF-C01": 700, "AIP-C01": 750,
        "DEA-C01": 720, "SAA-C03": 720, "CLF-C02": 700, "SY0-701": 750, "CCAR-F": 720,
    }  # fmt: skip
    assert find_exam("SY0-701").score_range == (100, 900)
    assert [d.weight for d in find_exam("MLA-C02").domains] == [28, 24, 24, 24]
    assert find_exam("MLS-C01").last_day() == date(2026, 3, 31)
    assert find_exam("MLA-C01").last_day("English") == date(2026, 9, 28)
    assert find_exam("MLA-C01").last_day("Japanese") is None


@pytest.mark.parametrize("typed", ["mls-c01", "MLS C01", "mlsc01", " Mls-C01 "])
def test_codes_are_read_leniently(typed):
    assert load_exam(typed, today=TODAY).code == "MLS-C01"


def test_an_unknown_code_names_the_nearest():
    with pytest.raises(InputError, match=r"Nearest: SAA-C03"):
        load_exam("SAA-C3", today=TODAY)


def test_old_facts_warn_and_fresh_ones_do_not(recwarn):
    load_exam("SAA-C03", today=TODAY)
    assert not [w for w in recwarn if w.category is StaleFactWarning]
    with pytest.warns(StaleFactWarning, match=r"SAA-C03: \d+ facts"):
        load_exam("SAA-C03", today=TODAY + timedelta(days=200))


def test_a_fact_is_stale_after_120_days_not_before():
    exam = find_exam("SAA-C03")
    seen = exam.life_cycle.status.seen
    assert "life_cycle.status" not in exam.stale_facts(seen + timedelta(days=120))
    assert "life_cycle.status" in exam.stale_facts(seen + timedelta(days=121))


@pytest.fixture
def own_exam(tmp_path):
    """An exam a user adds as a file, without code."""
    raw = yaml.safe_load((ROOT / "data/exams/SAA-C03.yaml").read_text())
    raw["code"] = "XYZ-1"

    def write(**changes):
        (tmp_path / "XYZ-1.yaml").write_text(yaml.safe_dump(raw | changes))
        return tmp_path

    return write


def test_an_exam_of_ones_own_comes_from_a_folder_or_the_environment(own_exam, monkeypatch):
    folder = own_exam()
    assert load_exam("XYZ-1", folder, today=TODAY).code == "XYZ-1"
    with pytest.raises(InputError):
        load_exam("XYZ-1", today=TODAY)
    monkeypatch.setenv("MLS_KIT_EXAMS", str(folder))
    assert "XYZ-1" in list_exams()
    assert load_exam("xyz 1", today=TODAY).passing == 720


def test_ones_own_file_wins_over_the_kits(tmp_path):
    shutil.copy(ROOT / "data/exams/SAA-C03.yaml", tmp_path)
    text = (tmp_path / "SAA-C03.yaml").read_text().replace("value: 720", "value: 730")
    (tmp_path / "SAA-C03.yaml").write_text(text)
    assert load_exam("SAA-C03", tmp_path, today=TODAY).passing == 730


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"passing_standard": {"value": 1200, "kind": "published", "sources": ["saa_guide"], "confidence": "high",
                               "seen": "2026-11-22"}}, "'1200' is not between 100 and 1000"),
        ({"scale": "100 to 1000"}, "scale"),
        ({"colour": "blue"}, "colour"),
        ({"vendor": None}, "vendor"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_name_and_the_place(own_exam, changes, message):
    with pytest.raises(InputError, match=message) as caught:
        load_exam("XYZ-1", own_exam(**changes), today=TODAY)
    assert "XYZ-1.yaml" in str(caught.value)


def test_a_source_that_is_not_listed_names_the_nearest(own_exam):
    fact = {"value": 720, "kind": "published", "sources": ["saa_gide"], "confidence": "high", "seen": "2026-11-22"}
    with pytest.raises(InputError, match=r"Nearest: saa_guide\."):
        load_exam("XYZ-1", own_exam(passing_standard=fact), today=TODAY)


@pytest.mark.parametrize("content", ["[1, 2", "just text", "\x00", ""])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content):
    (tmp_path / "BAD-1.yaml").write_text(content)
    with pytest.raises(InputError, match=r"BAD-1\.yaml"):
        load_exam("BAD-1", tmp_path, today=TODAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (("name: Design Resilient Architectures", "name: Design Secure Architectures"), "a name of its own"),
        (("value: 130", "value: -5"), "minutes"),
        (("value: [aws, article]", "value: [awz]"), "'awz' is not one of article, aws, percent"),
        (("https://aws.amazon.com/certification/faqs/", "javascript:alert(1)"), "sources"),
    ],
)
def test_a_file_that_would_fail_later_is_refused_at_once(tmp_path, text, message):
    (tmp_path / "SAA-C03.yaml").write_text((ROOT / "data/exams/SAA-C03.yaml").read_text().replace(*text))
    with pytest.raises(InputError, match=message):
        load_exam("SAA-C03", tmp_path, today=TODAY)


def test_a_mistake_in_ones_own_exam_is_told_by_a_report_too(tmp_path):
    from mls_kit import ScoreReport

    text = (ROOT / "data/exams/SAA-C03.yaml").read_text().replace("weight: 30", "weight: 31")
    (tmp_path / "SAA-C03.yaml").write_text(text)
    with pytest.raises(InputError, match="'101' is not 100, the sum of the domain weights"):
        ScoreReport("SAA-C03", 650, "NI, MC, MC, NI", exam_folder=tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="an existing folder"):
        load_exam("SAA-C03", tmp_path / "none", today=TODAY)


@pytest.mark.parametrize("folder", ["~nobody-here/exams", "x" * 300, "a\0b"])
def test_a_folder_that_cannot_be_is_refused_too(folder):
    with pytest.raises(InputError, match="an existing folder"):
        load_exam("SAA-C03", folder, today=TODAY)
