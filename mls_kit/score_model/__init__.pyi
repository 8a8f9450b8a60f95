from .assumptions import AssumptionGrid as AssumptionGrid, Assumptions as Assumptions
from .attempts import (
    Change as Change,
    Forecasts as Forecasts,
    Luck as Luck,
    Verdict as Verdict,
    compare_attempts as compare_attempts,
    forecast as forecast,
    judge_forecasts as judge_forecasts,
    luck_of as luck_of,
)
from .bands import Band as Band, PreparedGrid as PreparedGrid, TornadoBar as TornadoBar
from .checks import FloatArray as FloatArray, check_count as check_count, check_number as check_number, reject as reject
from .equating import (
    bootstrap_error as bootstrap_error,
    equated_cut as equated_cut,
    equating_error as equating_error,
    equipercentile_equating as equipercentile_equating,
    irt_observed_score_equating as irt_observed_score_equating,
    irt_true_score_equating as irt_true_score_equating,
    linear_equating as linear_equating,
    log_linear_smoothing as log_linear_smoothing,
)
from .feasibility import Feasibility as Feasibility, explain_report as explain_report
from .forms import (
    Form as Form,
    demo_form as demo_form,
    marginal_distribution as marginal_distribution,
    question_counts as question_counts,
    raw_score_distribution as raw_score_distribution,
    share_out as share_out,
)
from .joint import (
    Evidence as Evidence,
    ImpossibleReportError as ImpossibleReportError,
    ReportPosterior as ReportPosterior,
    infer_report as infer_report,
)
from .lookup import (
    JointTable as JointTable,
    chance_below as chance_below,
    infer_cohort as infer_cohort,
    next_ratings as next_ratings,
)
from .model import ScoreModel as ScoreModel
from .practice import (
    PracticeEvidence as PracticeEvidence,
    chance_after_practice as chance_after_practice,
    chance_of_run as chance_of_run,
    practice_band as practice_band,
    rule_pass_chance as rule_pass_chance,
)
from .ratings import (
    ProportionPosterior as ProportionPosterior,
    RatingBands as RatingBands,
    counts_posterior as counts_posterior,
    proportion_posterior as proportion_posterior,
    rating_probabilities as rating_probabilities,
)
from .retake import (
    RaisedRating as RaisedRating,
    Retake as Retake,
    best_split as best_split,
    chances_by_total as chances_by_total,
    raise_ratings as raise_ratings,
    split_hours as split_hours,
)
from .scaling import (
    Scale as Scale,
    binomial_sem as binomial_sem,
    conditional_sem as conditional_sem,
    lord_sem as lord_sem,
    pass_probability as pass_probability,
)
from .sittings import Sittings as Sittings, lengthened as lengthened, sittings as sittings, sittings_behind as sittings_behind
from .subscores import prmse as prmse, prmse_of_items as prmse_of_items, prmse_of_model as prmse_of_model
