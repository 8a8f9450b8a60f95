"""Many reports to many plans: fast, going on after any failure, and going on where it was interrupted.

The way of a cohort: ``roster`` (the learners), ``jobs`` (what each plan is made from), ``store`` (where files go),
``ledger`` (what is finished, and from what), ``work`` (one learner), ``machine`` and ``cluster`` (many learners), ``run``
(all together, and the index). ``here`` runs the notebook of one plan; ``engine`` runs notebooks for papermill.

>>> from mls_kit.batch import Settings
>>> Settings().forms
('notebook', 'html')
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
