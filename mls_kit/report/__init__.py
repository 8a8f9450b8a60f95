"""What a person types or a file holds: one report, one request for a plan, tables of cells.

A ``ScoreReport`` exists only if everything in it makes sense; every mistake names its place and the nearest valid
choice. ``my_report`` is the report that is kept on this computer for all notebooks.

>>> from mls_kit.report import ScoreReport
>>> ScoreReport("SAA-C03", 690, "NI, MC, MC, NI").passed
False
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
