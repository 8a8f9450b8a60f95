"""What tests and benchmarks in JupyterLab share: a server on loopback, a notebook run to its end, a view moved by keyboard."""

import contextlib
import html
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from ports import free_port

import mls_kit
from mls_kit.widgets.controls import Number, Options

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = [(360, "light"), (1280, "dark"),
           *(pytest.param(*window, marks=pytest.mark.whole) for window in [(360, "dark"), (1280, "light")])]  # fmt: skip
IDLE = "document.querySelector('#jp-main-statusbar')?.innerText.includes('| Idle')"
ALL_RAN = """() => { if (document.querySelector('[data-mime-type="application/vnd.jupyter.error"]')) return true;
                     const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')];
                     return prompts.length && prompts.every(p => /\\[\\d+\\]/.test(p.innerText)); }"""


@contextlib.contextmanager
def lab_server(notebooks, home, **environment):
    """Start JupyterLab on loopback over a folder of notebooks; yield its address. ``home`` takes settings and logs."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "settings"
    settings.mkdir(exist_ok=True)
    (settings / "overrides.json").write_bytes((ROOT / "data" / "lab_settings.json").read_bytes())
    port = free_port()
    own = {"JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"), **environment}
    trust = [sys.executable, "-m", "jupyter", "trust", *map(str, notebooks.glob("*.ipynb"))]  # as `make lab` does
    subprocess.run(trust, env={**os.environ, **own}, check=True, capture_output=True)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
               "--IdentityProvider.token=", f"--ServerApp.root_dir={notebooks}",
               f"--LabApp.app_settings_dir={settings}"]  # fmt: skip
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api")
                break
            time.sleep(0.5)
        else:
            raise RuntimeError((home / "log").read_text())
        yield address
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:  # kernels that are slow to stop
            server.kill()
            server.wait(10)


def open_notebook(page, address, name):
    """Open a notebook in Lab and wait for its kernel."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_function(IDLE, timeout=90_000)


def run_all(page, address, name):
    """Open a notebook in Lab, run it all, and wait until its last code cell has run."""
    open_notebook(page, address, name)
    page.click('.lm-MenuBar-itemLabel:text("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
    page.wait_for_function(ALL_RAN, timeout=180_000)
    page.wait_for_function(IDLE, timeout=90_000)


def barriers(page, context=".mls-kit-view"):
    """What axe-core finds, in the views or elsewhere, that keeps people out: serious and critical violations."""
    found = Axe().run(page, context=context).response["violations"]
    return [
        (violation["id"], node["html"][:200])
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def assert_runs(page, address, name):
    """Run a notebook in Lab, move each of its views by keyboard; pictures have words and nothing fails."""
    page.set_viewport_size({"width": 1280, "height": 12000})  # tall, so that Lab draws every cell
    page.set_default_timeout(30_000)
    run_all(page, address, name)
    assert_nothing_failed(page)
    for picture in page.locator("figure img").all():
        assert picture.evaluate("image => image.naturalWidth") > 600
        assert len(picture.get_attribute("alt")) > 40
    shown = page.locator(".mls-kit-view")
    views = views_of(name)
    expect(shown).to_have_count(len(views), timeout=30_000)
    assert not views or barriers(page) == []
    for place, view in enumerate(views):
        move_by_keyboard(page, shown.nth(place), view)
    assert_nothing_failed(page)


def assert_nothing_failed(page):
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator("text=Click to show javascript error").count() == 0
    assert "children=(" not in page.locator(".jp-Notebook").inner_text()  # the text representation of a widget


def views_of(name):
    """The views of a notebook, made here from its own cells: what the page must agree with."""
    known = {"kit": mls_kit, "report": mls_kit.my_report()}
    sources = [cell.source for cell in nbformat.read(ROOT / "notebooks" / name, as_version=4).cells]
    made = r"(kit\.widgets\.[A-Z]\w+\(.*\))"
    found = [re.search(rf"^(?:(\w+) = {made}\n\1|.* else {made})$", source, re.M) for source in sources]
    return [eval(match[2] or match[3], known) for match in found if match]


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
        if control.layout.display == "none":  # it is there for another choice
            continue
        if isinstance(control, Number):
            for key in ["ArrowUp", "ArrowUp", "ArrowDown", *map(str, (control.high, control.low, control.value))]:
                box = shown.get_by_label(view.controls[name].label, exact=True)
                before = box.input_value()
                press(page, box, key)
                assert box.input_value() != before or before in map(str, (control.high, control.low, control.value)), name
                view.controls[name].value = type(control.value)(box.input_value())
                agree(page, shown, view, f"{name} {key}")
        elif isinstance(control, Options):
            words, values = list(control.options), list(control.options.values())
            first = [values.index(control.value)] if control.value in values else []
            others = [place for place in range(len(words)) if place not in first]
            group = group_of(shown, view, name)
            if control.several:
                group.locator("input[type=checkbox]").first.focus()
                page.keyboard.press("Space")
                view.controls[name].boxes[0].value = not view.controls[name].boxes[0].value
                agree(page, shown, view, f"{name} {words[0]}")
                first = group.locator("input[type=checkbox]").first
                assert first.is_checked() == view.controls[name].boxes[0].value, name
                continue
            for place in [*others[:1], *others[1:][-1:], *first]:
                choose_in(page, group, place)
                before = list(view.controls.values())
                view.controls[name].value = values[place]
                if any(a is not b for a, b in zip(before, view.controls.values(), strict=False)):
                    page.wait_for_timeout(1500)  # a form puts other fields in place
                agree(page, shown, view, f"{name} {words[place]}")
                group = group_of(shown, view, name)
                assert group.locator("input[type=radio]").nth(place).is_checked(), name
    for name in ticks:
        toggle(page, shown, view, name)


def choose(page, shown, label, place):
    choose_in(page, shown.locator(".mls-kit-choice").filter(has=page.get_by_text(label, exact=True)), place)


def choose_in(page, group, place):
    radio = group.locator("input[type=radio]").nth(place)
    for _ in range(3):  # a form may still be putting other fields in place
        radio.focus()
        page.keyboard.press("Space")
        for _ in range(20):
            if radio.is_checked():
                return
            page.wait_for_timeout(50)


def group_of(shown, view, name):
    """Where a control with options stands: by its label, or as the questions of a quiz, which have none, in their order."""
    groups, label = shown.locator(".mls-kit-choice"), view.controls[name].label
    if label:
        return groups.filter(has=shown.page.get_by_text(label, exact=True))
    return groups.nth([other for other, each in view.controls.items() if isinstance(each, Options)].index(name))


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
