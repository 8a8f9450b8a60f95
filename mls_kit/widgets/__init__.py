"""Views to play with. They compute nothing themselves: each asks the package, and shows the answer.

Every view is a function of its controls alone. ``view.result()`` gives what it shows as a static figure or table,
so that a printed or exported page still teaches. A view is loaded when it is first named.

>>> from mls_kit.widgets import Quiz
>>> Quiz("04").controls["question 1"].value is None
True
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
