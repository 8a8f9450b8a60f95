"""A warm engine for papermill: what every notebook needs is paid once, and each notebook runs in a fork of its own.

    papermill --engine mls-warm in.ipynb out.ipynb -p name value

From Python, for many notebooks side by side::

    with WarmPool(preload=["pandas"], workers=2) as pool:
        notebook = pool.run("in.ipynb", {"name": "value"})

How it works. ``parent`` is a fresh Python process without threads that imports ipykernel, nbclient, papermill and what
the notebooks import, then forks one child for each notebook. In the child a real ipykernel and a real nbclient talk to
each other, their messages passed in memory instead of over sockets (``memory_kernel``). The child reports over a socket
what it does; ``children`` at the caller's end watches the time and says in words how a child ended. ``engine`` is what
papermill sees, ``pool`` what a batch uses. ``later`` puts off what takes long to load and is hardly ever used.

This package knows nothing of the rest of the kit. Its modules import papermill only when they are used: papermill loads
every registered engine when it starts, so this must be light, and must not fail.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
