"""Views to play with. They compute nothing themselves: each asks the package, and shows the answer.

Every view is a function of its controls alone. ``view.result()`` gives what it shows as a static figure or table,
so that a printed or exported page still teaches. A view is loaded when it is first named.
"""

from importlib import import_module

_MODULES = {
    "BandExplorer": "band_explorer",
    "FormExplorer": "form_explorer",
    "PatternFinder": "pattern_finder",
    "PlanCalendar": "plan_calendar",
    "PracticeLogView": "practice_log_view",
    "PracticeQuiz": "practice_quiz",
    "PriorityMixer": "priority_mixer",
    "Quiz": "quiz",
    "RatingExplorer": "rating_explorer",
    "ReportDecoder": "report_decoder",
    "ReportForm": "report_form",
    "WhatIf": "what_if",
}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    """Load a view when it is first named."""
    if name not in _MODULES:
        raise AttributeError(f"mls_kit.widgets has no {name}; it has {', '.join(__all__)}")
    return getattr(import_module(f"mls_kit.widgets.{_MODULES[name]}"), name)
