"""What a person types or a file holds: one report, one request for a plan, tables of cells; every mistake names its place."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
