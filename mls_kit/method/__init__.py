"""Which domain first, which pattern, how long, when again: the article's method, for one report or a frame of a million."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
