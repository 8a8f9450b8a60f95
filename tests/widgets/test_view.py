"""What all views share: a mistake is said in words and never lost, labels are there, and moves leave nothing behind."""

import re

import ipywidgets
import pytest
from cases import STEADY, TODAY
from traitlets import TraitError

from mls_kit import ScoreReport, widgets
from mls_kit.html import Block
from mls_kit.widgets.controls import Number, Options
from mls_kit.widgets.view import View, words

REPORTS = {
    "four": ("MLS-C01", 690, "S, C, NI, NI"),
    "five": ("AIF-C01", 640, "NI, MC, MC, NI, MC"),
    "two labels": ("MLA-C02", 650, "NI, MC, NI, MC"),
    "percentages": ("CCAR-F", 640, "55, 70, 62, 80, 58"),
    "other owner": ("SY0-701", 700, "C, C, NI, NI, S"),
}


def report_of(name):
    code, score, ratings = REPORTS[name]
    return ScoreReport(code, score, ratings, today=TODAY)


class Halves(View):
    """A view that breaks at zero, in a way nobody foresaw."""

    def __init__(self):
        self.said = words()
        super().__init__("Halves", {"number": Number("A number", 4, 0, 9)}, [self.said])

    def draw(self, **values):
        self.said.value = f"{10 // values['number']}"

    def result(self):
        return Block(self.said.value)


def text_of(view):
    return " ".join(child.value for child in view.children if isinstance(child, ipywidgets.HTML))


def test_an_exception_in_a_view_is_kept_and_said_in_words_until_it_is_gone():
    view = Halves()
    assert view.error is None
    view.controls["number"].value = 0
    assert isinstance(view.error, ZeroDivisionError)
    assert 'role="alert"' in text_of(view)
    assert "This cannot be shown" in text_of(view)
    assert view.said.value == "2"
    view.controls["number"].value = 5
    assert view.error is None
    assert "cannot be shown" not in text_of(view)


def test_a_number_stays_in_its_range_and_box_and_slider_agree():
    number = Number("Hours", 8, 1, 40)
    number.box.value = 12
    assert (number.value, number.slider.value) == (12, 12)
    number.slider.value = 20
    assert (number.value, number.box.value) == (20, 20)
    number.value = 99
    assert (number.value, number.box.value, number.slider.value) == (40, 40, 40)
    fine = Number("Shift", 0.35, -0.8, 0.8, 0.05)
    fine.value = 0.4
    assert fine.box.value == fine.slider.value == 0.4


def test_options_are_chosen_one_by_one_or_several_and_others_can_be_offered():
    listed = Options("Split", {"the article's": "article", "by weight": "weights"}, "weights")
    assert [box.value for box in listed.boxes] == [None, 0]
    with pytest.raises(TraitError, match="is not offered"):
        listed.value = "equal"
    listed.offer(["a", "b", "c"])
    assert (listed.value, listed.boxes[0].value) == ("a", 0)
    listed.boxes[2].value = 0
    assert (listed.value, listed.boxes[0].value) == ("c", None)
    several = Options("", ["x", "y", "z"], several=True)
    assert several.value == ()
    several.boxes[2].value = several.boxes[0].value = True
    assert several.value == ("x", "z")
    several.boxes[2].value = several.boxes[0].value = False
    assert several.value == ()
    several.value = ("y",)
    several.value = None
    assert not any(box.value for box in several.boxes)


def all_controls(view):
    found = []
    for control in view.controls.values():
        found += [control.box] if isinstance(control, Number) else [control]
    return found


OF_NO_REPORT = ("HowAmIDoing", "MakeMyPlan", "Quiz", "ReportForm")  # they read what is kept, or nothing
NAMES = [name for name in widgets.__all__ if name not in OF_NO_REPORT and not name.isupper()]


@pytest.mark.steady
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("which", REPORTS if STEADY else ["two labels", "percentages"])
def test_every_view_opens_for_every_kind_of_exam_with_a_label_on_every_control(name, which):
    view = getattr(widgets, name)(report_of(which))
    assert view.error is None
    for control in all_controls(view):
        described = getattr(control, "description", "") or getattr(control, "label", "")
        children = [child.description for child in getattr(control, "children", ()) if hasattr(child, "description")]
        assert described or any(children), control
    markup = view.result()._repr_html_()
    assert len(markup) > 200
    assert markup.count("<img") == markup.count('<img alt="')
    assert "<svg" not in markup or "<table" in markup, "a picture without its numbers"
    ids = re.findall(r'id="(mls\d+\w+)"', markup + getattr(view, "picture", view.children[0]).value)
    assert len(ids) == len(set(ids)), "hatches of two pictures with one name"
