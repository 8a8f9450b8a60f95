"""What does a rating say about a domain, and how sure is it? Chances of each rating, and what a rating leaves open.

Kind: model. No exam's owner publishes where a rating begins and ends.
"""

from mls_kit.score_model.ratings import (
    ProportionPosterior,
    RatingBands,
    counts_posterior,
    proportion_posterior,
    rating_probabilities,
)
from mls_kit.score_model.subscores import prmse, prmse_of_items, prmse_of_model

__all__ = [
    "ProportionPosterior",
    "RatingBands",
    "counts_posterior",
    "prmse",
    "prmse_of_items",
    "prmse_of_model",
    "proportion_posterior",
    "rating_probabilities",
]
