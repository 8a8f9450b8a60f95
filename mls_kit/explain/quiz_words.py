"""What is said of the options of a question once it is answered."""

from __future__ import annotations

from html import escape

from mls_kit.practice import Question

__all__ = ["reasons"]


def reasons(question: Question, chosen: frozenset[int] | None) -> str:
    """Return all options with their reasons as HTML; what was chosen is marked in words."""
    lines = []
    for place, option in enumerate(question.options):
        mark = "✓ right" if option.right else "✗ not right"
        yours = ", your choice" if chosen and place in chosen else ""
        lines.append(f"<li><b>{mark}{yours}:</b> {escape(option.text)}<br>{escape(option.why)}</li>")
    verdict = "" if chosen is None else "<p><b>Right.</b></p>" if chosen == question.right else "<p><b>Not yet.</b></p>"
    return f"{verdict}<ul>{''.join(lines)}</ul>"
