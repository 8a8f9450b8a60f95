"""Enter a certification score report; get a clear explanation and a study plan.

All that a notebook needs is here: the names that are used most, and the rooms as ``kit.widgets``, ``kit.explain``,
``kit.score_model`` and so on. Each is loaded when it is first used, so that the import costs next to nothing and brings
in neither matplotlib nor ipywidgets.

>>> import mls_kit as kit
>>> report = kit.ScoreReport("SAA-C03", 690, "NI, MC, MC, NI")
>>> kit.diagnose(report).timeline.tier
'Significant'
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
