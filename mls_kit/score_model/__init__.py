"""From questions right to a scaled score and back, with every assumption stated (kind: model).

Forms, equating and the scale; what a rating says; what one report says about ability; the chance of passing another
form, now and after study; two attempts compared. numpy and scipy only. No exam's owner publishes question
parameters, a raw cut, a conversion table or where a rating begins. A value that is not what a function asks for is a
ValueError that names the argument, the value and what is allowed.

>>> from mls_kit.score_model import RatingBands, rating_probabilities
>>> rating_probabilities(0.70, 10, RatingBands(("NI", "Competent", "Strong"), (60, 80))).round(2)
array([0.15, 0.47, 0.38])
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
