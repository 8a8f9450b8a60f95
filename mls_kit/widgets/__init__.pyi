from .band_explorer import BandExplorer as BandExplorer
from .form_explorer import FormExplorer as FormExplorer
from .how_am_i_doing import HowAmIDoing as HowAmIDoing
from .live import LIVE as LIVE, PAGES as PAGES
from .make_my_plan import MakeMyPlan as MakeMyPlan
from .pattern_finder import PatternFinder as PatternFinder
from .plan_calendar import PlanCalendar as PlanCalendar
from .practice_log_view import PracticeLogView as PracticeLogView
from .priority_mixer import PriorityMixer as PriorityMixer
from .quiz import PracticeQuiz as PracticeQuiz, Quiz as Quiz
from .rating_explorer import RatingExplorer as RatingExplorer
from .report_decoder import ReportDecoder as ReportDecoder
from .report_form import ReportForm as ReportForm
from .what_if import WhatIf as WhatIf
