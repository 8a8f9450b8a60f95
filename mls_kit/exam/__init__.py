"""Facts of each exam and the rules of the method, as data with sources.

Every file in ``data/exams`` is one exam: domains and weights, dates, fees, retake rules, each fact with its kind
(published, article, model), source and day. ``data/method.yaml`` holds the article's rules as numbers.

>>> from mls_kit.exam import load_exam
>>> load_exam("SAA-C03").passing
720
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
