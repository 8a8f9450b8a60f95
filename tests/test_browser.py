"""Notebooks and pages in a real Chromium, with a real JupyterLab."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from cases import ROOT, TODAY

from mls_kit.render import render, write_plan
from mls_kit.request import PlanRequest

pytestmark = pytest.mark.browser
QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab on loopback, with a copy of the notebooks; yield its address."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    settings = home / "settings"
    settings.mkdir()
    (settings / "overrides.json").write_text(json.dumps(QUIET))
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
               "--IdentityProvider.token=", f"--ServerApp.root_dir={home / 'notebooks'}",
               f"--LabApp.app_settings_dir={settings}"]  # fmt: skip
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data")}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api")
                break
            time.sleep(0.5)
        else:
            pytest.fail((home / "log").read_text())
        yield address
    finally:
        server.terminate()
        server.wait(20)


def run_all(page, address, name):
    """Open a notebook in Lab, run it all, and wait until its last code cell has run."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_function("document.querySelector('#jp-main-statusbar')?.innerText.includes('| Idle')", timeout=60_000)
    page.click('.lm-MenuBar-itemLabel:text("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
    prompt = ".jp-CodeCell:last-of-type .jp-InputPrompt"
    page.wait_for_function(
        """() => { const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')];
                   return prompts.length && prompts.every(p => /\\[\\d+\\]/.test(p.innerText)); }""",
        timeout=120_000,
    )
    return prompt


@pytest.mark.parametrize("name", [path.name for path in sorted(ROOT.glob("notebooks/*.ipynb"))])
def test_a_notebook_runs_in_jupyterlab_and_shows_no_error(page, lab, name):
    page.set_viewport_size({"width": 1280, "height": 6000})  # tall, so that Lab draws every cell
    run_all(page, lab, name)
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    pictures = page.locator("figure img")
    assert pictures.count() >= 3
    for picture in pictures.all():
        assert picture.evaluate("image => image.naturalWidth") > 600
        assert len(picture.get_attribute("alt")) > 40


@pytest.fixture(scope="module")
def plan_page(tmp_path_factory):
    """Make the page of a plan whose learner has a name that tries to be markup."""
    home = tmp_path_factory.mktemp("page")
    request = PlanRequest("SAA-C03", 690, "NI, MC, MC, NI", "2026-11-01", hours_per_week=9, today=str(TODAY),
                          learner_name="<img src=x onerror=\"document.title='run'\"> $x$")  # fmt: skip
    return write_plan(render(request), home / "plan.ipynb")[1]


def test_a_page_opens_offline_without_a_request_or_an_error(page, context, plan_page):
    context.set_offline(True)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(plan_page.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.title() == "Plan for SAA-C03"
    assert "<img src=x onerror" in page.locator("h2").first.inner_text()
    for picture in page.locator("img").all():
        assert picture.evaluate("image => image.naturalWidth") > 600


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_fits_its_window(page, plan_page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(plan_page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
