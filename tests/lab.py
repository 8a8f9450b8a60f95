"""What tests and benchmarks in JupyterLab share: a server on loopback, and a notebook run to its end in a real browser."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parent.parent
IDLE = "document.querySelector('#jp-main-statusbar')?.innerText.includes('| Idle')"
ALL_RAN = """() => { const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')];
                     return prompts.length && prompts.every(p => /\\[\\d+\\]/.test(p.innerText)); }"""


@contextlib.contextmanager
def lab_server(notebooks, home, **environment):
    """Start JupyterLab on loopback over a folder of notebooks; yield its address. ``home`` takes settings and logs."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "settings"
    settings.mkdir(exist_ok=True)
    (settings / "overrides.json").write_bytes((ROOT / "data" / "lab_settings.json").read_bytes())
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
               "--IdentityProvider.token=", f"--ServerApp.root_dir={notebooks}",
               f"--LabApp.app_settings_dir={settings}"]  # fmt: skip
    own = {"JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"), **environment}
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
    """What axe-core finds, in the views or elsewhere, that keeps people out: serious and critical violations.

    One is known and left out: a slider of ipywidgets has no name (ipywidgets #2650); the number box beside it has one
    and does the same.
    """
    found = Axe().run(page, context=context).response["violations"]
    return [
        (violation["id"], node["html"][:200])
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if not (violation["id"] == "aria-input-field-name" and "noUi-handle" in node["html"])
    ]
