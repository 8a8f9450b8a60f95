"""Practice questions, sets of them, the log of what was practised, and whether one is ready.

>>> from mls_kit.practice import practice_set
>>> len(practice_set("MLS-C01", questions=10).questions)
10
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
