from . import (
    cohort_words as cohort_words,
    plan_page as plan_page,
    progress_words as progress_words,
    report_figures as report_figures,
    report_words as report_words,
)
from .chance_figures import plan_chances as plan_chances, wrong_worlds as wrong_worlds
from .domain_figures import domain_ridges as domain_ridges, rating_chances as rating_chances
from .exam_words import (
    FACTS as FACTS,
    domain_contents as domain_contents,
    domain_goals as domain_goals,
    exam_answer as exam_answer,
    study_methods as study_methods,
)
from .figure import (
    DOMAIN_LOOK as DOMAIN_LOOK,
    EDGE as EDGE,
    FILL as FILL,
    INK as INK,
    NAMES as NAMES,
    OTHER as OTHER,
    PASSING as PASSING,
    WIDTH as WIDTH,
    add_axes as add_axes,
    fold as fold,
    label_axes as label_axes,
    name_rows as name_rows,
    new_figure as new_figure,
    rating_look as rating_look,
    tier_look as tier_look,
)
from .home_words import home as home, home_page as home_page
from .look import DOMAIN_LOOKS as DOMAIN_LOOKS, domain_look as domain_look
from .marks import (
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
from .model_figure import (
    direct_label as direct_label,
    impossible as impossible,
    percent as percent,
    percent_range as percent_range,
    share_axis as share_axis,
    standard_line as standard_line,
)
from .pattern_figures import (
    count_diagnoses as count_diagnoses,
    labels_shown as labels_shown,
    pattern_counts as pattern_counts,
    timeline_tiers as timeline_tiers,
)
from .plan_page import AIM_NAMES as AIM_NAMES
from .practice_figures import (
    headline as headline,
    readiness_axes as readiness_axes,
    readiness_picture as readiness_picture,
    readiness_rows as readiness_rows,
    row_words as row_words,
    rule_rates as rule_rates,
)
from .progress_words import reasons as reasons
from .renderer import Keeper as Keeper, packed as packed
from .report_figures import report_card as report_card, share_bars as share_bars
from .report_sheet import anatomy as anatomy, parts_of_report as parts_of_report
from .report_words import (
    cite as cite,
    matches as matches,
    opening as opening,
    pattern_kind as pattern_kind,
    retake as retake,
    timeline as timeline,
    whose as whose,
)
from .scaling_figures import (
    between as between,
    chance as chance,
    conversion_curves as conversion_curves,
    pairs_in_words as pairs_in_words,
    pairs_of_sittings as pairs_of_sittings,
    precision_band as precision_band,
    score_distributions as score_distributions,
    sitting_scores as sitting_scores,
)
