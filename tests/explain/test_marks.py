"""Pictures made of marks: text stays text, hatches have names of their own, and what is drawn lies where it should."""

from bs4 import BeautifulSoup
from pictures import ends

from mls_kit.explain.marks import Plot, picture, picture_name, share_row


def drawn(*plots):
    return BeautifulSoup(picture(picture_name(), "A <i>picture", plots).markup, "html.parser")


def test_names_and_texts_are_never_markup():
    row = share_row("<b>name</b>", "<b>said</b>")
    row.write(0.5, 1, "<b>text</b>")
    shown = drawn(row)
    assert shown.find("b") is None
    assert [tag.get_text() for tag in shown.select(".row > span, text")] == ["<b>name</b>", "<b>text</b>", "<b>said</b>"]
    assert shown.div["aria-label"] == "A <i>picture"


def test_each_hatch_of_a_picture_is_its_own_and_only_those_used_are_there():
    plot = Plot(100, 1000, 2)
    plot.bar(100, 550, 0, 1, "passes")
    plot.bar(550, 1000, 0, 1, "fails")
    first, second = drawn(plot), drawn(plot)
    for shown in (first, second):
        assert [f"url(#{hatch['id']})" for hatch in shown.select("pattern")] == [shown.select_one("rect.passes")["fill"]]
    assert first.pattern["id"] != second.pattern["id"]
    assert (ends(first, "passes"), ends(first, "fails")) == ([(0, 0.5)], [(0.5, 1)])
