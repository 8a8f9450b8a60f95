from .here import render_here as render_here
from .jobs import Batch as Batch, Outcome as Outcome, Settings as Settings
from .roster import Roster as Roster
from .run import Agenda as Agenda, run_batch as run_batch
from .store import open_store as open_store
