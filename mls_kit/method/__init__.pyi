from .diagnosis import Diagnosis as Diagnosis, Timeline as Timeline, diagnose as diagnose
from .outlook import (
    came_true as came_true,
    came_true_of as came_true_of,
    compare_reports as compare_reports,
    evidence_of as evidence_of,
    known_repeaters as known_repeaters,
    labels_of as labels_of,
    model_of as model_of,
    questions_by_domain as questions_by_domain,
    scored_questions as scored_questions,
    stated_grid as stated_grid,
    stated_names as stated_names,
    stated_sources as stated_sources,
    stated_worlds as stated_worlds,
    study_hours_shown as study_hours_shown,
    why_silent as why_silent,
)
from .priorities import (
    prioritize as prioritize,
    rank_domains as rank_domains,
    share_rule as share_rule,
    with_hours as with_hours,
    with_shares as with_shares,
)
from .retake import (
    Availability as Availability,
    RetakeDates as RetakeDates,
    availability as availability,
    carry_over as carry_over,
    carry_to as carry_to,
    limit_of as limit_of,
    retake_of as retake_of,
    successor_is_here as successor_is_here,
)
from .what_if import (
    MOST_HOURS as MOST_HOURS,
    Course as Course,
    Prospect as Prospect,
    Prospects as Prospects,
    article_shares as article_shares,
    prospects_of as prospects_of,
)
