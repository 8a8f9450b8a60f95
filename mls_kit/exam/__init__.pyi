from .catalog import (
    Exam as Exam,
    exam_files as exam_files,
    find_exam as find_exam,
    list_exams as list_exams,
    load_exam as load_exam,
    minutes_per_question as minutes_per_question,
)
from .crosswalk import Crosswalk as Crosswalk, load_crosswalk as load_crosswalk
from .facts import Domain as Domain, Fact as Fact, Resource as Resource, Source as Source
from .plan_rules import TIME as TIME, PlanRules as PlanRules, Strict as Strict
from .rules import (
    Condition as Condition,
    Kind as Kind,
    Method as Method,
    PatternRule as PatternRule,
    TimelineRule as TimelineRule,
    load_method as load_method,
    read_yaml as read_yaml,
)
