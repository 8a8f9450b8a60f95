"""How does a raw score become a scaled score? Forms, equating, the scale, and its conditional standard error.

Kind: model. No exam's owner publishes question parameters, a raw cut or a conversion table.
"""

from mls_kit.score_model.attempts import chance_of_difference
from mls_kit.score_model.demo_forms import demo_form, question_counts
from mls_kit.score_model.equating import (
    equated_cut,
    equipercentile_equating,
    irt_observed_score_equating,
    irt_true_score_equating,
    linear_equating,
)
from mls_kit.score_model.forms import Form, marginal_distribution, raw_score_distribution
from mls_kit.score_model.scaling import Scale, binomial_sem, conditional_sem, lord_sem, pass_probability
from mls_kit.score_model.sittings import Sittings, lengthened, sittings, sittings_behind

__all__ = [
    "Form",
    "Scale",
    "Sittings",
    "binomial_sem",
    "chance_of_difference",
    "conditional_sem",
    "demo_form",
    "equated_cut",
    "equipercentile_equating",
    "irt_observed_score_equating",
    "irt_true_score_equating",
    "lengthened",
    "linear_equating",
    "lord_sem",
    "marginal_distribution",
    "pass_probability",
    "question_counts",
    "raw_score_distribution",
    "sittings",
    "sittings_behind",
]
