from datetime import date, timedelta

import pytest
from cases import ROOT, TODAY

from mls_kit import list_exams, load_exam
from mls_kit.exam.catalog import StaleFactWarning, find_exam
from mls_kit.problems import InputError

STANDARDS = {
    "MLS-C01": 750, "MLA-C01": 720, "MLA-C02": 720, "AIF-C01": 700, "AIP-C01": 750,
    "DEA-C01": 720, "SAA-C03": 720, "CLF-C02": 700, "SY0-701": 750, "CCAR-F": 720,
    "SOA-C03": 720, "SCS-C03": 750, "DVA-C03": 720,
    "CISSP": 700, "PMP": None, "PMLE": None, "200-301": None, "SAP-C03": 750, "SY0-801": None,
    "AZ-900": 700, "AI-901": 700, "AZ-104": 700, "AI-300": 700, "PL-300": 700,
}  # fmt: skip
SAA = (ROOT / "data/exams/SAA-C03.yaml").read_text()


@pytest.mark.parametrize("code", STANDARDS)
def test_every_exam_of_the_kit_loads_with_a_source_for_every_fact(code):
    exam = load_exam(code, today=TODAY)
    assert (exam.code, exam.passing_standard.value) == (code, STANDARDS[code])
    total = {"PMLE": 101, "SAP-C03": 0}.get(code, 100)  # PMLE: as published; SAP-C03: not known yet
    assert sum(domain.weight for domain in exam.domains) == pytest.approx(total, abs=0.11)
    places = [place for place, _ in exam.facts()]
    assert {"name", "scale", "passing_standard", "blueprint", "life_cycle.status", "retake.wait_days"} <= set(places)
    for place, fact in exam.facts():
        assert fact.kind in ("published", "article", "model", "contradicted"), place
        for source in fact.sources:
            assert exam.sources[source].url or exam.sources[source].note, f"{place}: {source} leads nowhere"


def test_the_kit_lists_exactly_its_exams_and_they_agree_with_what_was_collected():
    assert sorted(list_exams()) == sorted(STANDARDS)
    assert find_exam("SY0-701").score_range == (100, 900)
    assert [d.weight for d in find_exam("MLA-C02").domains] == [28, 24, 24, 24]
    assert find_exam("MLS-C01").last_day() == date(2026, 3, 31)
    assert find_exam("MLA-C01").last_day("English") == date(2026, 9, 28)
    assert find_exam("MLA-C01").last_day("Japanese") is None
    assert find_exam("SCS-C03").last_day("Spanish") == date(2026, 12, 31)
    assert [len(labels) for labels in find_exam("PMP").label_sets] == [4, 3]  # the owner's, and the article's


def test_facts_are_stale_after_120_days_and_then_warn(recwarn):
    exam = load_exam("SAA-C03", today=TODAY)
    assert not [w for w in recwarn if w.category is StaleFactWarning]
    minutes, text = exam.minutes, exam.text_day(exam.minutes)
    assert text == date(2026, 10, 5) < minutes.seen  # the text was older than the day it was read
    assert "minutes" not in exam.stale_facts(text + timedelta(days=120))
    assert "minutes" in exam.stale_facts(text + timedelta(days=121))
    assert not find_exam("MLS-C01").stale_facts(TODAY + timedelta(days=999))  # retired: nothing changes
    with pytest.warns(StaleFactWarning, match=r"SAA-C03: check \d+ of its facts"):
        load_exam("SAA-C03", today=TODAY + timedelta(days=200))


@pytest.fixture
def changed(tmp_path):
    """A folder with an exam of one's own: that of the kit, with a text replaced."""

    def write(old="", new="", code="SAA-C03"):
        assert old in SAA
        (tmp_path / f"{code}.yaml").write_text(SAA.replace("code: SAA-C03", f"code: {code}").replace(old or "\0", new))
        return tmp_path

    return write


def test_an_exam_of_ones_own_comes_from_a_folder_or_the_environment_and_wins_over_the_kits(changed, monkeypatch):
    folder = changed(code="XYZ-1")
    assert load_exam("XYZ-1", folder, today=TODAY).code == "XYZ-1"
    with pytest.raises(InputError):
        load_exam("XYZ-1", today=TODAY)
    monkeypatch.setenv("MLS_KIT_EXAMS", str(folder))
    assert "XYZ-1" in list_exams()
    assert load_exam("xyz 1", today=TODAY).passing == 720
    assert load_exam("SAA-C03", changed("value: 720", "value: 730"), today=TODAY).passing == 730


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: 720", "value: 1200", "'1200' is not between 100 and 1000"),
        ("passing_standard:\n  value: 720", "passing_standard:\n  value: null", "or a note that says what was found"),
        ("scale:\n", "scale: 100 to 1000\nscales:\n", "scale"),
        ("vendor:", "colour: blue\nvendor:", "colour"),
        ("vendor:", "vendors:", "vendor"),
        ("[saa_guide, aws_after]", "[saa_gide, aws_after]", r"Did you mean saa_guide\?"),
        ("name: Design Resilient Architectures", "name: Design Secure Architectures", "a name of its own"),
        ("value: 130", "value: -5", "minutes"),
        ("value: [aws, article]", "value: [awz]", "'awz' is not one of article, aws, bars, percent"),
        ("https://aws.amazon.com/certification/faqs/", "javascript:alert(1)", "sources"),
        ("weight: 30", "weight: 32", "'102' is not 100, the sum of the domain weights"),
        ("    weight: 30\n", "    weight: 30\n    weight_range: [25, 40]\n", "every domain has one"),
        ("'1.1': Let", "'1.9': Let", r"labs: '1\.9' is not the number of one of the domain's tasks"),
        ("text_date: '2026-10-05'", "text_date: '2026-12'", r"seen: '2026-10-05' is not a day on or after 2026-12"),
        ("text_date: '2026-10-05'", "text_date: 2026-13", "'2026-13' is no date of a text"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_place(changed, old, new, message):
    with pytest.raises(InputError, match=message) as caught:
        load_exam("SAA-C03", changed(old, new), today=TODAY)
    assert "SAA-C03.yaml" in str(caught.value)


@pytest.mark.parametrize("folder", [ROOT / "none", "~nobody-here/exams", "x" * 300, "a\0b"])
def test_a_folder_that_is_not_there_or_cannot_be_is_refused(folder):
    with pytest.raises(InputError, match="a folder that we can find"):
        load_exam("SAA-C03", folder, today=TODAY)


def test_a_weight_is_said_as_it_is_published():
    assert [domain.published_weight for domain in find_exam("AZ-900").domains] == ["25 to 30", "35 to 40", "30 to 35"]
    assert find_exam("SAA-C03").domains[0].published_weight == "30"
