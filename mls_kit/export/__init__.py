"""One plan leaves Jupyter: notebook, page, calendar, cards, table, PDF.

>>> from mls_kit.export import FORMS
>>> FORMS["ics"]
'.ics'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
