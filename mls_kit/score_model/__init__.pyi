from .assumptions import AssumptionGrid as AssumptionGrid, Assumptions as Assumptions
from .attempts import (
    Change as Change,
    chance_of_difference as chance_of_difference,
    compare_attempts as compare_attempts,
)
from .checks import FloatArray as FloatArray, check_count as check_count, check_number as check_number, reject as reject
from .demo_forms import demo_form as demo_form, question_counts as question_counts
from .equating import (
    equated_cut as equated_cut,
    equipercentile_equating as equipercentile_equating,
    irt_observed_score_equating as irt_observed_score_equating,
    irt_true_score_equating as irt_true_score_equating,
    linear_equating as linear_equating,
)
from .forms import (
    Form as Form,
    marginal_distribution as marginal_distribution,
    raw_score_distribution as raw_score_distribution,
)
from .joint import (
    Evidence as Evidence,
    ImpossibleReportError as ImpossibleReportError,
    ReportPosterior as ReportPosterior,
    infer_report as infer_report,
)
from .lookup import JointTable as JointTable, infer_cohort as infer_cohort
from .model import ScoreModel as ScoreModel
from .outlook import Outlook as Outlook, RetakeOutlook as RetakeOutlook, build_outlook as build_outlook
from .practice_evidence import (
    PracticeEvidence as PracticeEvidence,
    chance_after_practice as chance_after_practice,
    practice_band as practice_band,
)
from .practice_rule import chance_of_run as chance_of_run, rule_pass_chance as rule_pass_chance
from .prepared import Band as Band, PreparedGrid as PreparedGrid
from .ratings import (
    ProportionPosterior as ProportionPosterior,
    RatingBands as RatingBands,
    counts_posterior as counts_posterior,
    proportion_posterior as proportion_posterior,
    rating_probabilities as rating_probabilities,
)
from .retake import Retake as Retake
from .scaling import (
    Scale as Scale,
    binomial_sem as binomial_sem,
    conditional_sem as conditional_sem,
    lord_sem as lord_sem,
    pass_probability as pass_probability,
)
from .sensitivity import TornadoBar as TornadoBar
from .sittings import (
    Sittings as Sittings,
    lengthened as lengthened,
    sittings as sittings,
    sittings_behind as sittings_behind,
)
from .splits import best_split as best_split, split_hours as split_hours
from .study import RaisedRating as RaisedRating, raise_ratings as raise_ratings
from .subscores import prmse as prmse, prmse_of_items as prmse_of_items, prmse_of_model as prmse_of_model
from .weakness import chance_below as chance_below
