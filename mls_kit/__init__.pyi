from . import (
    batch as batch,
    cli as cli,
    cohort as cohort,
    course as course,
    exam as exam,
    explain as explain,
    export as export,
    html as html,
    method as method,
    plan as plan,
    practice as practice,
    report as report,
    score_model as score_model,
    widgets as widgets,
)
from .cohort import read_cohort as read_cohort
from .course import check as check
from .exam import list_exams as list_exams, load_exam as load_exam, load_method as load_method
from .html import show as show
from .method import diagnose as diagnose, prioritize as prioritize
from .plan import build_plan as build_plan
from .problems import InputError as InputError
from .report import (
    ScoreReport as ScoreReport,
    my_report as my_report,
    read_parameters as read_parameters,
    reports_frame as reports_frame,
)

__version__: str
