"""Which domain first, which pattern, how long, when again: the article's method, completed by the kit.

The same functions take one report or a frame with a million of them. The outlook (the chance to pass) comes from
``mls_kit.score_model``; here it meets an exam's facts.

>>> from mls_kit.method import prioritize
>>> from mls_kit.report import ScoreReport
>>> prioritize(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI")).index[0]
'Design Secure Architectures'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
