"""The command line: ``mls-kit plan``, ``batch``, ``check``, ``view``, ``workshop`` and the others.

>>> from mls_kit.cli import main
>>> sorted(main.commands)
['batch', 'check', 'collect', 'door', 'exams', 'plan', 'practice', 'replan', 'view', 'workshop']
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
