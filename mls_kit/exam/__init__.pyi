from .aliases import alias_files as alias_files, aliases as aliases, meanings as meanings
from .catalog import (
    exam_files as exam_files,
    find_exam as find_exam,
    list_exams as list_exams,
    load_exam as load_exam,
    load_exam_file as load_exam_file,
    minutes_per_question as minutes_per_question,
)
from .data_file import (
    Strict as Strict,
    check_data as check_data,
    load_data as load_data,
    parse_yaml as parse_yaml,
    read_yaml as read_yaml,
)
from .facts import (
    AttemptLimit as AttemptLimit,
    Crosswalk as Crosswalk,
    Domain as Domain,
    Exam as Exam,
    Fact as Fact,
    Resource as Resource,
    Source as Source,
    load_crosswalk as load_crosswalk,
)
from .rules import (
    TIME as TIME,
    Condition as Condition,
    Kind as Kind,
    Method as Method,
    PatternRule as PatternRule,
    PlanRules as PlanRules,
    TimelineRule as TimelineRule,
    load_method as load_method,
)
