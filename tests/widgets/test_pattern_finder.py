"""The pattern finder shows what ``diagnose`` finds, for every combination and for exams of every shape."""

import itertools
import random
from html import unescape

import pytest
from cases import TODAY

from mls_kit import ScoreReport, diagnose
from mls_kit.explain.pattern_figures import count_diagnoses, pattern_counts, timeline_tiers
from mls_kit.widgets import PatternFinder

REPORTS = {
    "four domains, three labels": ScoreReport("MLS-C01", 690, "S, C, NI, NI", taken_on="2026-03-14"),
    "four domains, two labels": ScoreReport("MLA-C02", 650, "NI, MC, MC, NI"),
    "five domains": ScoreReport("AIF-C01", 600, "NI, NI, NI, MC, MC"),
    "percentages": ScoreReport("CCAR-F", 655, [58, 72, 81, 66, 49]),
    "a pass": ScoreReport("CLF-C02", 879, ["MC"] * 4),
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_rating_is_shown_as_diagnose_finds_it(name):
    report, chance = REPORTS[name], random.Random(name)
    view = PatternFinder(report)
    domains = [domain.name for domain in report.facts.domains]
    labels = list(view.controls[domains[0]].options)
    cases = list(itertools.product(labels, repeat=len(domains)))
    for ratings in chance.sample(cases, 30 if len(cases) > 30 else len(cases)):
        before = [chance.choice(labels) for _ in domains]
        again = chance.random() < 0.5
        with view.quietly():
            view.controls["again"].value = again
            for domain, now, was in zip(domains, ratings, before, strict=True):
                view.controls[domain].value = now
                view.controls[f"before: {domain}"].value = was
        assert view.error is None
        earlier = [ScoreReport(report.exam, report.facts.passing - 9, before)] if again else []
        score = min(report.scaled_score, report.facts.passing - 1)
        found = diagnose(ScoreReport(report.exam, score, list(ratings), attempt=1 + again), earlier, TODAY)
        assert [p.number for p in view.found.patterns] == [p.number for p in found.patterns]
        said = view.said.value
        assert all(f"Pattern {p.number}: {p.name}" in said and p.fix in said for p in found.patterns)
        assert ("None of the article's five patterns" in said) == (not found.patterns)
        assert f"<b>{found.timeline.tier}</b>" in said
        assert found.timeline.approach in said
        assert f"<b>{found.timeline.hours_needed[0]} hours</b>" in said
        assert ("needs an attempt before" in said) == (not again)
        result = view.result().markup
        assert all(f"{p.number}: {p.name}" in result for p in found.patterns)
        assert found.timeline.tier in result
        assert "<table" in result


def test_the_attempt_before_can_be_chosen_only_where_it_counts():
    view = PatternFinder(REPORTS["four domains, three labels"])
    assert view.controls["before: Modeling"].layout.display == "none"
    view.controls["again"].value = True
    assert view.controls["before: Modeling"].layout.display == "flex"
    view.controls["before: Modeling"].value = "Strong"
    assert 4 in [pattern.number for pattern in view.found.patterns]
    assert "was Strong, now Needs Improvement" in view.said.value


def test_hours_that_are_the_kits_are_marked_as_such():
    view = PatternFinder(ScoreReport("MLS-C01", 600, ["NI"] * 4))
    assert view.found.timeline.tier == "Severe"
    assert "the hours come from the kit (model)" in unescape(view.said.value)
    assert ">model</span>" in view.said.value.split("hours</b>")[1].split("better")[0]


@pytest.mark.parametrize("name", REPORTS)
def test_counts_agree_with_single_reports(name):
    report = REPORTS[name]
    patterns, tiers = count_diagnoses(report)
    labels = sorted(set(report.ratings.values())) if name == "four domains, two labels" else None
    if labels:
        all_of_them = [ScoreReport(report.exam, 600, list(r)) for r in itertools.product(labels, repeat=4)]
        found = [diagnose(each, today=TODAY) for each in all_of_them]
        assert tiers["reports"].to_dict() == {t: sum(f.timeline.tier == t for f in found) for t in tiers.index}
        assert patterns.loc[0, "reports"] == sum(not f.patterns for f in found)
    assert tiers["share"].sum() == pytest.approx(1)
    assert tiers["yours"].sum() == 1
    for chart in (pattern_counts(report), timeline_tiers(report)):
        block = chart.with_numbers().markup
        assert 'role="group"' in block
        assert "<table" in block
