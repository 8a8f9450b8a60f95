"""Forty plans of all shapes on paper: page one is one sheet of A4, and the whole at most six."""

import re

import pytest
from cases import every_shape, page_of

pytestmark = pytest.mark.browser
SHAPES = every_shape()
LEFT_OVER = """() => { const first = document.querySelector('.first'), full = first.getBoundingClientRect().height;
                       first.style.height = 'auto'; return full - first.getBoundingClientRect().height; }"""


@pytest.mark.parametrize("name", SHAPES)
def test_page_one_is_one_sheet_and_the_whole_at_most_six(page, name):
    page.set_content(page_of(SHAPES[name]))
    sheets = re.findall(rb"/Type ?/Page\b", page.pdf(prefer_css_page_size=True, print_background=True))
    assert 2 <= len(sheets) <= 6
    page.set_viewport_size({"width": 688, "height": 1000})  # as wide as A4 within its margins
    page.emulate_media(media="print")
    assert page.evaluate(LEFT_OVER) >= 0
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
