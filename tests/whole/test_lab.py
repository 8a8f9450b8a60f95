"""Every notebook in a real JupyterLab in a real Chromium; every view moved by keyboard, and compared with the package."""

import re
import shutil

import ipywidgets
import pytest
from cases import ROOT
from lab import ALL_RAN, barriers, lab_server, run_all

from mls_kit import ScoreReport, widgets
from mls_kit.course.lessons import lessons
from mls_kit.exam.catalog import find_exam
from mls_kit.report.my_report import my_report
from mls_kit.widgets import ReportForm
from mls_kit.widgets.controls import Choice, Number

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]
NOTEBOOKS = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
ERRORS = "text=Click to show javascript error"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder of a learner's own files, empty at first."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def lab(tmp_path_factory, home):
    folder = tmp_path_factory.mktemp("lab")
    ignored = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=ignored)
    for name in ("00_start_here", "05_weighted_priorities"):  # kernels of their own for the last test
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", folder / "notebooks" / f"again_{name}.ipynb")
    with lab_server(folder / "notebooks", folder / "server", MLS_KIT_HOME=str(home)) as address:
        yield address


@pytest.fixture
def tall(page):
    page.set_viewport_size({"width": 1280, "height": 12000})  # tall, so that Lab draws every cell
    page.set_default_timeout(30_000)
    return page


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_in_jupyterlab_its_views_follow_the_keyboard_and_nothing_fails(
    tall, lab, home, name, monkeypatch
):
    monkeypatch.setenv("MLS_KIT_HOME", str(home))
    run_all(tall, lab, name)
    assert_nothing_failed(tall)
    for picture in tall.locator("figure img").all():
        assert picture.evaluate("image => image.naturalWidth") > 600
        assert len(picture.get_attribute("alt")) > 40
    shown = tall.locator(".mls-kit-view")
    views = views_of(name)
    assert shown.count() == len(views)
    assert not views or barriers(tall) == []
    for place, view in enumerate(views):
        move_by_keyboard(tall, shown.nth(place), view)
    assert_nothing_failed(tall)


def assert_nothing_failed(page):
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(ERRORS).count() == 0
    assert "children=(" not in page.locator(".jp-Notebook").inner_text()  # the text representation of a widget


def views_of(name):
    """The views of a notebook, made here from its own cells: what the page must agree with."""
    path = ROOT / "notebooks" / name
    (text,) = [[cell.source for cell in lesson.read().cells if cell.cell_type == "code"]
               for lesson in lessons() if lesson.path.name == path.name] or [[]]  # fmt: skip
    made = []
    for source in text:
        found = re.search(r"^(\w+) = (([A-Z]\w+)\(.*\))\n\1$", source, re.M)
        if found and found[3] in widgets.__all__:
            known = {found[3]: getattr(widgets, found[3]), "report": my_report(), "ScoreReport": ScoreReport}
            made.append(eval(found[2], known))
    return made


def words_of(view):
    """All words a view shows, as one text without markup."""
    found = []

    def walk(widget):
        if isinstance(widget, ipywidgets.HTML):
            found.append(re.sub(r"<style>.*?</style>|<[^>]+>", " ", widget.value, flags=re.S))
        for child in getattr(widget, "children", ()):
            walk(child)

    walk(view)
    return plain(" ".join(found))


def plain(text):
    import html

    return re.sub(r"\s+", " ", html.unescape(text)).strip()


def words_in_page(shown):
    texts = shown.locator(".widget-html-content").evaluate_all(
        "nodes => nodes.map(n => { const c = n.cloneNode(true); c.querySelectorAll('style').forEach(s => s.remove());"
        " return c.innerHTML.replace(/<[^>]+>/g, ' '); })"
    )
    return plain(" ".join(texts))


def move_by_keyboard(page, shown, view):
    """Move each control of a view with the keys a person would use, and compare every answer with the package's."""
    ticks = [name for name, control in view.controls.items() if isinstance(control, ipywidgets.Checkbox)]
    for name in ticks:  # some controls are there only once a box is ticked
        toggle(page, shown, view, name)
    for name in list(view.controls):
        control = view.controls[name]
        if isinstance(control, Number):
            for key in ["ArrowUp", "ArrowUp", "ArrowDown", *map(str, (control.high, control.low, control.value))]:
                box = shown.get_by_label(view.controls[name].label, exact=True)
                before = box.input_value()
                press(page, box, key)
                assert box.input_value() != before or before in map(str, (control.high, control.low, control.value)), (
                    name
                )
                view.controls[name].value = type(control.value)(box.input_value())
                agree(page, shown, view, f"{name} {key}")
        elif isinstance(control, Choice):
            first = control.index
            for place in [*(p for p in range(len(control.options)) if p != first), first]:
                choose(page, shown, control.description, place)
                before = list(view.controls.values())
                view.controls[name].index = place
                if any(a is not b for a, b in zip(before, view.controls.values(), strict=False)):
                    page.wait_for_timeout(1500)  # a form puts other fields in place
                agree(page, shown, view, f"{name} {control.options[place]}")
                assert radio(page, shown, control.description, place).is_checked(), name
    for name in ticks:
        toggle(page, shown, view, name)


def choose(page, shown, label, place):
    for _ in range(3):  # a form may still be putting other fields in place
        radio(page, shown, label, place).focus()
        page.keyboard.press("Space")
        for _ in range(20):
            if radio(page, shown, label, place).is_checked():
                return
            page.wait_for_timeout(50)


def radio(page, shown, label, place):
    group = shown.locator(".mls-kit-choice").filter(has=page.get_by_text(label, exact=True))
    return group.locator("input[type=radio]").nth(place)


def toggle(page, shown, view, name):
    box = shown.get_by_label(view.controls[name].description, exact=True)
    before = box.is_checked()
    box.focus()
    page.keyboard.press("Space")
    assert box.is_checked() != before, name
    view.controls[name].value = box.is_checked()
    agree(page, shown, view, name)


def press(page, box, key):
    box.focus()
    if key.startswith("Arrow"):
        page.keyboard.press(key)
    else:
        page.keyboard.press("Control+a")
        page.keyboard.type(key)
        page.keyboard.press("Enter")


def agree(page, shown, view, step):
    assert view.error is None or "cannot be shown" in words_of(view)
    wanted = words_of(view)
    for _ in range(100):
        if words_in_page(shown) == wanted:
            return
        page.wait_for_timeout(50)
    assert words_in_page(shown) == wanted, step


def test_a_report_entered_in_the_first_lesson_shows_in_the_fifth_after_a_restart(tall, lab, home):
    run_all(tall, lab, "again_00_start_here.ipynb")
    form = tall.locator(".mls-kit-view", has_text="My score report")
    codes = [option[0].split()[0] for option in ReportForm().controls["exam"].options]
    choose(tall, form, "Exam", codes.index("SAA-C03"))
    section = "Design Secure Architectures (30 %)"
    form.get_by_text(section, exact=True).wait_for()
    press(tall, form.get_by_label("Scaled score", exact=True), "655")
    day = form.get_by_label("Day of the exam", exact=True)
    press(tall, day, "2026-11-02")
    for domain in find_exam("SAA-C03").domains:
        choose(tall, form, f"{domain.name} ({domain.weight:g} %)", 1)
    form.get_by_text("Everything fits: SAA-C03, 655").wait_for()
    form.get_by_role("button", name="Keep my report").focus()
    tall.keyboard.press("Space")
    kept = home / "my_report.yaml"
    for _ in range(100):
        if kept.exists():
            break
        tall.wait_for_timeout(100)
    assert "655" in kept.read_text()
    try:
        run_all(tall, lab, "again_05_weighted_priorities.ipynb")
        tall.click('.lm-MenuBar-itemLabel:text("Kernel")')
        tall.click('.lm-Menu-itemLabel:text("Restart Kernel and Run All")')
        tall.click('.jp-Dialog-button:has-text("Restart")')
        tall.wait_for_timeout(1000)
        tall.wait_for_function(ALL_RAN, timeout=180_000)
        said = tall.locator(".jp-Notebook").inner_text()
        assert "your numbers: SAA-C03, scaled score 655" in said
        assert "Design Secure Architectures" in said
    finally:
        kept.unlink()
