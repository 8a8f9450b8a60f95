"""From a report to dated sessions, as data; and the plan made anew from the practice log.

>>> from mls_kit.plan import build_plan
>>> from mls_kit.report import ScoreReport
>>> plan = build_plan(ScoreReport("SAA-C03", 690, "NI, MC, MC, NI"), today="2026-11-22", hours_per_week=9)
>>> plan.to_frame()["domain"].iloc[0]
'Design Secure Architectures'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
