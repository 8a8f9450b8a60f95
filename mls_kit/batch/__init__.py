"""Many reports to many plans: fast, going on after any failure, and going on where it was interrupted.

The rooms, in the order in which they import one another: ``jobs`` (what each learner's plan is made from), ``stamp``
(what a plan depends on), ``store`` (where files go), ``ledger`` (what is done), ``work`` (one learner), ``machine`` and
``cluster`` (many learners), ``records`` (what is said of a run), ``roster`` (the learners, on disk), ``overview`` (the
index), ``run`` (all together).
"""

from mls_kit.batch.jobs import Job, Outcome, file_name, request_for
from mls_kit.batch.roster import Roster
from mls_kit.batch.run import Batch, Settings, run_batch

__all__ = ["Batch", "Job", "Outcome", "Roster", "Settings", "file_name", "request_for", "run_batch"]
