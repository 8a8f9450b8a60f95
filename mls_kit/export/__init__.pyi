from .calendar_file import read_time_zone as read_time_zone
from .forms import (
    FORMS as FORMS,
    files_for as files_for,
    left_out as left_out,
    take_along as take_along,
    write_forms as write_forms,
)
from .home_page import after_plan as after_plan, write_home as write_home
from .notebook import PlanFailed as PlanFailed, Rendered as Rendered, plan_notebook as plan_notebook, render as render
from .own_kernel import OwnKernelManager as OwnKernelManager
from .page import TEMPLATES as TEMPLATES, page as page
from .pdf import need_browser as need_browser
