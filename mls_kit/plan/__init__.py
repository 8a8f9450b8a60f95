"""From a report to dated sessions, as data; and the plan made anew from the practice log."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
