"""The figures and the words of each subject: what a person sees of a report, a method, a plan, a cohort.

``*_figures`` draw, ``*_words`` say what stands in ``templates``; nothing here computes. A figure comes with its numbers
as a table.

>>> from mls_kit.explain import percent
>>> percent(0.254)
'25 %'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
