"""A papermill engine that forks: imports are paid for once, and each notebook runs in a forked subprocess of its own.

    papermill --engine mls-warm in.ipynb out.ipynb -p name value

``parent`` is a fresh Python process without threads that imports ipykernel, nbclient and what the notebooks import, then
forks once for each notebook. In the forked ``child`` a real ipykernel and a real nbclient talk to each other in memory
instead of over sockets (``memory_kernel``). The child sends messages over a socket; ``children``, in the calling process,
enforces time limits and says in words how a child ended. ``papermill_engine`` is what papermill sees. A batch uses the
parent and its children alone: its plans need no kernel.

papermill loads every registered engine when it starts, so this package must be light: it imports papermill late.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
