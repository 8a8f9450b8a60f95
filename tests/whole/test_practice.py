"""A practice set in a real JupyterLab, by keyboard alone; nothing of an answer reaches the page before it is given."""

import html

import pytest
from lab import barriers, run_all

from mls_kit.practice.questions import load_bank
from mls_kit.practice.sets import practice_set

pytestmark = pytest.mark.browser
COUNT = 5


@pytest.fixture
def shown(page, lab):
    """The view in Lab, and everything the kernel has sent to the page so far."""
    page.set_viewport_size({"width": 1280, "height": 3000})
    page.set_default_timeout(30_000)
    frames = []

    def keep(data):
        frames.append(data if isinstance(data, str) else data.decode("utf-8", "replace"))

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    run_all(page, lab, "practice.ipynb")
    view = page.locator(".mls-kit-view")
    view.wait_for()
    return view, frames


def letters(text):
    """The letters of a text alone: markup, quoting and escaping make no difference."""
    return "".join(character for character in html.unescape(text.replace("\\", "")) if character.isalnum())


REASONS = {q.id: [letters(o.why) for o in q.options] for q in load_bank("MLS-C01").questions}


def told(page, frames):
    """The ids of all questions of which a reason is in the page or was sent to it."""
    known = letters(page.content()) + letters("".join(frames))
    return {one for one, whys in REASONS.items() if any(why in known for why in whys)}


def focused(page):
    return page.evaluate("document.activeElement.innerText || document.activeElement.getAttribute('aria-label')")


def tab_to(page, name, back=False, most=40):
    """Press Tab until the element with this text has the focus."""
    for _ in range(most):
        if focused(page) == name:
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name} cannot be reached; {focused(page)} has the focus")


def choose(page, question, wanted):
    """From the button back to the options, choose, and return to the button."""
    count = len(question.options)
    for place in reversed(range(count)):
        page.keyboard.press("Shift+Tab")
        page.wait_for_function("['radio', 'checkbox'].includes(document.activeElement.type)")
        if place in wanted:
            page.keyboard.press("Space")
    for _ in range(count):
        page.keyboard.press("Tab")


def test_a_set_is_done_by_keyboard_and_gives_nothing_away(page, shown):
    view, frames = shown
    made = practice_set("MLS-C01", "mixed", COUNT, seed=7)
    box = view.get_by_label("Number of questions", exact=True)
    box.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(str(COUNT))
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelector('.mls-kit-view').innerText.includes('5 questions.')")
    expected = view.get_by_label("Your prediction, in %", exact=True)
    for _ in range(20):
        if expected.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("80")
    tab_to(page, "Start the set")
    assert told(page, frames) == set()
    assert barriers(page) == []
    page.keyboard.press("Space")
    given = set()
    for place, question in enumerate(made.questions):
        wait_for(page, f"Question {place + 1} of {COUNT}")
        wait_for(page, question.stem[:30])  # it comes in a message of its own
        assert focused(page) == "Answer"
        assert question.stem in html.unescape(view.inner_text())
        assert told(page, frames) == given
        wrong = {min(set(range(len(question.options))) - question.right)}
        choose(page, question, wrong if place == 2 else question.right)
        assert focused(page) == "Answer"
        assert told(page, frames) == given
        assert place != 2 or barriers(page) == []
        page.keyboard.press("Space")
        wait_for(page, "Not yet." if place == 2 else "Right.")
        given.add(question.id)
        assert told(page, frames) == given
        assert focused(page) == "Next"
        if place == 2:
            for _ in range(3):  # from the button back over four causes: the second one is the third from the end
                page.keyboard.press("Shift+Tab")
            page.keyboard.press("Space")
            tab_to(page, "Next")
        page.keyboard.press("Space")
    wait_for(page, "4 of 5 right, 80 %. You expected 80 %. Your result is about the same.")
    assert "I misread the question or an option" in view.inner_text()
    assert barriers(page) == []
    assert view.get_by_role("table", name="Right by domain").count() == 1
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert view.evaluate("node => node.scrollWidth <= node.clientWidth + 5")


def wait_for(page, words):
    page.wait_for_function("words => document.querySelector('.mls-kit-view').innerText.includes(words)", arg=words)
