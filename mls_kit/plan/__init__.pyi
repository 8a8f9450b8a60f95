from .aims import Aim as Aim
from .build import Plan as Plan, build_plan as build_plan
from .days import usual_week as usual_week, week_of as week_of
from .mine import MyProgress as MyProgress, my_progress as my_progress, own_practice as own_practice
from .overview import Checkpoint as Checkpoint, PlanWeek as PlanWeek
from .progress import all_sessions as all_sessions, tick_of as tick_of
from .replan import Replanned as Replanned, replan as replan
from .requested import replan_request as replan_request, requested_plan as requested_plan, requested_replan as requested_replan
from .sessions import Session as Session
