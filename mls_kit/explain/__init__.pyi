from . import (
    cohort_words as cohort_words,
    plan_page as plan_page,
    progress_words as progress_words,
    report_figures as report_figures,
    report_words as report_words,
    views as views,
)
from .chance_figures import wrong_worlds as wrong_worlds
from .exam_words import (
    FACTS as FACTS,
    domain_contents as domain_contents,
    domain_goals as domain_goals,
    exam_answer as exam_answer,
    exam_facts as exam_facts,
    exam_words as exam_words,
    study_methods as study_methods,
)
from .figure import assuming as assuming, impossible as impossible, percent as percent, percent_range as percent_range
from .home_words import home as home, home_page as home_page
from .marks import (
    DOMAIN_LOOKS as DOMAIN_LOOKS,
    ROW as ROW,
    Plot as Plot,
    marks_style as marks_style,
    picture as picture,
    picture_name as picture_name,
    scale_ticks as scale_ticks,
    share_row as share_row,
    share_scale as share_scale,
    with_numbers as with_numbers,
)
from .pattern_figures import (
    count_diagnoses as count_diagnoses,
    labels_shown as labels_shown,
    pattern_counts as pattern_counts,
    timeline_tiers as timeline_tiers,
)
from .plan_page import AIM_NAMES as AIM_NAMES
from .practice_figures import readiness_rows as readiness_rows, row_words as row_words, rule_rates as rule_rates
from .progress_words import reasons as reasons
from .quiz_words import ending as ending, explained as explained, stem as stem
from .report_figures import report_card as report_card, report_table as report_table
from .report_sheet import anatomy as anatomy, parts_of_report as parts_of_report
from .report_words import (
    cite as cite,
    matches as matches,
    modeled as modeled,
    opening as opening,
    pattern_kind as pattern_kind,
    patterns as patterns,
    rated as rated,
    retake as retake,
    timeline as timeline,
    whose as whose,
)
from .scaling_figures import (
    between as between,
    chance as chance,
    pairs_in_words as pairs_in_words,
    precision_band as precision_band,
)
