"""The plan as a page: what it says, that it stays short, and that nothing in a report becomes markup."""

import itertools
import re

import pytest
from cases import TODAY

from mls_kit import ScoreReport, build_plan
from mls_kit.explain import DOMAIN_LOOKS, plan_page
from mls_kit.explain.plan_page import domain_letters, signs


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for w, p in
               zip((0.2126, 0.7152, 0.0722), parts, strict=True))  # fmt: skip


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens():
    found = re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", plan_page.style().markup)
    return {name: (light, dark) for name, light, dark in found}


def test_words_and_colors_stand_out_on_paper_light_and_dark():
    colors = tokens()
    for theme in (0, 1):
        for words, papers in (("ink", "paper tint choice"), ("soft", "paper tint")):
            for paper in papers.split():
                assert contrast(colors[words][theme], colors[paper][theme]) >= 4.5, (words, paper)
        for name in ("mid", *(f"d{number}" for number in range(1, 9))):
            assert contrast(colors[name][theme], colors["paper"][theme]) >= 3, name
    assert len(plan_page.style().markup) < 20_000


def test_every_domain_has_a_color_a_hatch_and_a_pattern_of_its_own():
    for one, other in itertools.combinations(DOMAIN_LOOKS, 2):
        assert not set(one) & set(other)


@pytest.mark.parametrize("names", [["MLIO"] * 30, ["設計", "設定"], ["", "x"]])
def test_letters_are_never_shared(names):
    assert len(set(domain_letters(names))) == len(names)


def test_a_domain_keeps_its_sign_on_the_whole_page():
    plan = build_plan(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI"), today=TODAY)
    assert [sign.sign for sign in signs(plan).values()] == ["S", "R", "H", "C"]
    assert '<i class="b d1"><b>S</b></i>' in plan_page.first_page(plan).markup
