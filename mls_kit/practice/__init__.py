"""Practice questions, sets of them, the log of what was practiced, and whether one is ready."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
