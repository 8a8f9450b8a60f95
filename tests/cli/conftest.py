"""Plans without the notebook's execution, which takes long and is tested once."""

import nbformat
import pytest

from mls_kit.export import Rendered


@pytest.fixture
def asked(monkeypatch):
    """Return the requests that plans were made from."""
    requests = []
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("A plan")])
    monkeypatch.setattr("mls_kit.batch.render_here", lambda request: requests.append(request) or Rendered(notebook, "Plan"))
    return requests
