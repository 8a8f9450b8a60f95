"""A certification score report goes in; understanding and a plan come out. This page is the map.

The names a notebook needs are listed here; each is loaded from its room when it is first used, so that
``import mls_kit`` costs next to nothing and brings in neither matplotlib nor ipywidgets.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOMS = {
    "load_exam": "exam",
    "list_exams": "exam",
    "load_method": "method",
    "ScoreReport": "report",
    "InputError": "problems",
    "read_cohort": "cohort",
    "reports_frame": "frames",
    "prioritize": "priorities",
    "diagnose": "diagnosis",
    "build_plan": "plan",
    "read_parameters": "request",
}
__all__ = [*_ROOMS]

if TYPE_CHECKING:
    from mls_kit.cohort import read_cohort as read_cohort
    from mls_kit.diagnosis import diagnose as diagnose
    from mls_kit.exam import list_exams as list_exams
    from mls_kit.exam import load_exam as load_exam
    from mls_kit.frames import reports_frame as reports_frame
    from mls_kit.method import load_method as load_method
    from mls_kit.plan import build_plan as build_plan
    from mls_kit.priorities import prioritize as prioritize
    from mls_kit.problems import InputError as InputError
    from mls_kit.report import ScoreReport as ScoreReport
    from mls_kit.request import read_parameters as read_parameters


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'mls_kit' has no attribute {name!r}")
    return getattr(import_module(f"mls_kit.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_ROOMS])
