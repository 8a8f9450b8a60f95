import pytest
import yaml
from cases import ROOT

from mls_kit import ScoreReport, prioritize
from mls_kit.exam.rules import load_method
from mls_kit.problems import InputError


def test_a_reader_changes_the_method_without_code(tmp_path, monkeypatch):
    raw = yaml.safe_load((ROOT / "data/method.yaml").read_text())
    raw["priority"]["tiers"][0]["points"] = 80
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(raw))
    report = ScoreReport("MLS-C01", 690, "S, C, NI, NI")
    before = prioritize(report)["share"].max()
    monkeypatch.setenv("MLS_KIT_METHOD", str(tmp_path / "mine.yaml"))
    assert prioritize(report)["share"].max() == pytest.approx(100 * 80 / 140) != before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw["upper_end"].update(rating="Competant"), "Did you mean Competent\\?"),
        (lambda raw: raw["priority"]["tiers"].reverse(), "highest weighted gap down"),
        (lambda raw: raw["plan"].update(buffer_share=0.5), "buffer_share"),
        (lambda raw: raw["plan"].update(review_gaps=[0.5, 0.1]), "does not shrink"),
        (lambda raw: raw.pop("timeline"), "timeline"),
        (lambda raw: raw["plan"].update(most_days=0), "most_days: '0' is not 1 or more"),
        (lambda raw: raw["timeline"][0].update(weeks=[10, 10**9]), "weeks 2: '1000000000' is not 520 or less"),
        (lambda raw: raw["priority"].update(tiers=[]), "a list of at least 1"),
    ],
)
def test_a_wrong_method_file_is_refused(tmp_path, change, message):
    raw = yaml.safe_load((ROOT / "data/method.yaml").read_text())
    change(raw)
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(InputError, match=message):
        load_method(tmp_path / "mine.yaml")
