import os
import shutil

import pytest
from hypothesis import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _own_settings_do_not_matter(monkeypatch):
    monkeypatch.delenv("MLS_KIT_EXAMS", raising=False)
    monkeypatch.delenv("MLS_KIT_METHOD", raising=False)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    more = "--disable-component-update --disable-sync"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": f"{quiet} {more}".split()}


def pytest_collection_modifyitems(items):
    """Skip browser tests without a browser, unless they were said to be required."""
    if CHROMIUM or os.environ.get("MLS_KIT_REQUIRE_BROWSER"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium here"))
