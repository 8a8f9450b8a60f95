"""Are two executed notebooks the same, but for what differs between any two runs?"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

__all__ = ["differences"]

# names that are new in every run; they are numbered by their first appearance before comparing
_NEW_EACH_TIME = re.compile(
    r"\b[0-9a-f]{32}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids of widgets and of messages
    r"|(?<=ipykernel_)\d+|\b0x[0-9a-f]{6,}\b"  # process ids, addresses
    r"|(?<=url\(#)p[0-9a-f]{10}|(?<=id=\\\")[a-z][0-9a-f]{10}|(?<=href=\\\"#)[a-z][0-9a-f]{10}"  # parts of an SVG
    r"|(?<=<dc:date>)[^<]+|\bmls\d+"  # and the number of a picture in its kernel
)
_WIDGETS = "application/vnd.jupyter.widget-state+json"
_TIMES = ("papermill", "execution")
_DEEP = 6  # how deep widgets are nested: rounds until each one's label holds all that is inside it


def differences(one: Any, other: Any) -> list[str]:
    """Return in words where two executed notebooks differ: cells, outputs with their pictures, widget state.

    Times, durations, process ids, addresses, the random names of widgets and SVG parts, and where a stream of text was
    cut into pieces do not count.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> differences(new_notebook(cells=[new_code_cell("1")]), new_notebook(cells=[new_code_cell("2")]))
    ['cell 1: source']
    """
    if len(one.cells) != len(other.cells):
        return [f"{len(one.cells)} cells and {len(other.cells)}"]
    names = _labels(one), _labels(other)
    found = ["widget state"] if sorted(names[0].values()) != sorted(names[1].values()) else []
    for number, cells in enumerate(zip(one.cells, other.cells, strict=True), start=1):
        for part in ("cell_type", "source", "execution_count", "outputs", "metadata"):
            if _plain(cells[0].get(part), names[0]) != _plain(cells[1].get(part), names[1]):
                found.append(f"cell {number}: {part}")
    for part in sorted({*one.metadata, *other.metadata} - {*_TIMES, "widgets"}):
        if _plain(one.metadata.get(part), names[0]) != _plain(other.metadata.get(part), names[1]):
            found.append(f"metadata: {part}")
    return found


def _labels(notebook: Any) -> dict[str, str]:
    """Return for each widget a label made of all that it shows, whatever its random id."""
    state = notebook.metadata.get("widgets", {}).get(_WIDGETS, {}).get("state", {})
    labels = dict.fromkeys(state, "")
    for _ in range(_DEEP):
        texts = {name: _plain(model, dict(labels)) for name, model in state.items()}
        labels = {name: "#" + hashlib.sha256(text.encode()).hexdigest()[:20] for name, text in texts.items()}
    return labels


def _plain(value: Any, names: dict[str, str]) -> str:
    """Return a value as text in which everything that is new in every run is replaced."""
    if isinstance(value, dict):
        value = {key: inner for key, inner in value.items() if key not in _TIMES}
    if isinstance(value, list):
        value = _joined(value)
    text = json.dumps(value, sort_keys=True).replace("IPY_MODEL_", "IPY_MODEL ")
    return _NEW_EACH_TIME.sub(lambda match: names.setdefault(match[0], f"#{len(names)}"), text)


def _joined(outputs: list[Any]) -> list[Any]:
    """Join the pieces of a stream: where it is cut hangs on the time."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.get("output_type") == "stream" and last.get("name") == output["name"]:
            joined[-1] = {**last, "text": last["text"] + output["text"]}
        else:
            joined.append(output)
    return joined
