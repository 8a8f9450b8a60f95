"""Views in pages: every state of the grid is the view's own, and the page shows the state that its controls ask for."""

import gzip
import json
from base64 import b64decode
from itertools import product

import pytest
from bs4 import BeautifulSoup

from mls_kit import ScoreReport, widgets
from mls_kit.course import site
from mls_kit.html import policy, together
from mls_kit.widgets.live import PAGES

REPORT = ScoreReport("MLS-C01", 690, "Strong, Competent, NI, NI")
ALIVE = ["RatingExplorer", "BandExplorer", "FormExplorer", "PriorityMixer", "WhatIf"]


@pytest.fixture(scope="module", params=ALIVE)
def made(request):
    """A view and what it gives a page, with fewer states than pages have."""
    view = getattr(widgets, request.param)(REPORT)
    fewer = {name: [values[0], values[len(values) // 2], values[-1]] if len(values) > 6 else list(values)
             for name, values in view.grid().items()}  # fmt: skip
    view.grid = lambda: fewer
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PAGES, "1")
        return view, view.result().markup


def test_every_state_is_the_view_s_own(made):
    view, markup = made
    once, places = json.loads(gzip.decompress(b64decode(BeautifulSoup(markup, "html.parser").select_one(".states").string)))
    wanted = list(product(*view.grid().values()))
    assert len(places) == len(wanted)
    for place, values in zip(places, wanted, strict=True):
        _plots, said = view.answer(**(view.values() | dict(zip(view.grid(), values, strict=True))))
        assert once[place].endswith(f"<p>{together(said)}</p>")


@pytest.mark.browser
def test_a_page_shows_the_state_its_controls_ask_for(made, page, context, tmp_path):
    view, markup = made
    script = site._SCRIPT.read_text(encoding="utf-8")
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html>{policy([script])}<meta charset=utf-8>{markup}<script>{script}</script>", encoding="utf-8")
    context.set_offline(True)
    page.goto(file.as_uri())
    page.locator(".controls").wait_for()
    chosen = {}
    for name, field in zip(view.grid(), page.locator("fieldset").all(), strict=True):
        chosen[name] = view.grid()[name][-1]
        box = field.locator("input").last
        box.focus()
        page.keyboard.press("End" if box.get_attribute("type") == "range" else "Space")
    _plots, said = view.answer(**(view.values() | chosen))
    wanted = BeautifulSoup(together(said), "html.parser").get_text()
    assert " ".join(page.locator(".shown > p").inner_text().split()) == " ".join(wanted.split())
    assert page.locator(".shown svg text").first.count() == 1
