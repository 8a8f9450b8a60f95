"""A page as a PDF, where a Chromium is on this computer."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from mls_kit.files import making
from mls_kit.problems import InputError, Problem

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SECONDS = 120


def find_chromium() -> str | None:
    """Return the path of a Chromium, Chrome or Edge on this computer, if there is one."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def need_browser() -> str:
    """Return the path of such a browser, or say what to do without one."""
    browser = find_chromium()
    if browser is None:
        expected = "Chromium, Chrome or Edge on this computer; or open the HTML page in any browser and print it"
        raise InputError("The PDF", [Problem("browser", "none found", expected)])
    return browser


def write_pdf(page: Path, target: Path) -> Path:
    """Print a page to a PDF file, A4, without any network; InputError without a Chromium, OSError if no file comes of it."""
    browser = need_browser()
    with making(target.parent) as folder:
        made = folder / "page.pdf"
        # as root a sandbox cannot be had; the page is our own, and its policy lets it load nothing
        unboxed = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        quiet = ["--headless", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
        command = [browser, *quiet, *unboxed, f"--user-data-dir={folder}/profile", "--no-pdf-header-footer",
                   f"--print-to-pdf={made}", page.resolve().as_uri()]  # fmt: skip
        # its socket is among the temporary files, and the system takes no long path for one
        places = {"TMPDIR": ".", "XDG_CONFIG_HOME": f"{folder}/config"}
        browsing = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True, cwd=folder,
            env=os.environ | places,
        )  # fmt: skip
        try:
            _, said = browsing.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise OSError(f"the browser made no PDF of {page.name} within {_SECONDS} seconds") from None
        finally:  # it has processes of its own, which would write on
            with suppress(ProcessLookupError):
                os.killpg(browsing.pid, signal.SIGKILL) if hasattr(os, "killpg") else browsing.kill()
            browsing.wait()
        if not made.exists():
            raise OSError(f"the browser made no PDF of {page.name}: {said.strip()[-300:]}")
        made.chmod(0o600)
        os.replace(made, target)
    return target
