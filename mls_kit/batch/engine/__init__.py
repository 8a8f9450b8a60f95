"""A papermill engine that forks: imports are paid for once, and each notebook runs in a forked subprocess of its own.

    papermill --engine mls-warm in.ipynb out.ipynb -p name value

``parent`` is a fresh Python process without threads that imports ipykernel, nbclient, papermill and what the notebooks
import, then forks once for each notebook; first ``trial`` runs one cell, to see whether ipykernel's inner parts fit. In the
forked ``child`` a real ipykernel and a real nbclient talk to each other in memory instead of over sockets
(``memory_kernel``). The child sends messages over a socket; ``children``, in the calling process, is what a batch uses: it
enforces time limits and says in words how a child ended.
``papermill_engine`` is what papermill sees.

papermill loads every registered engine when it starts, so this package must be light: it imports papermill late.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
