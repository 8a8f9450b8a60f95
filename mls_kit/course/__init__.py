"""The lessons and what surrounds them: checks of the exercises, questions people ask, the site, the workshop.

>>> from mls_kit.course import lessons
>>> lessons()[0].path.name
'00_start_here.ipynb'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
