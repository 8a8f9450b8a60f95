"""What is done: a line for each learner whose files are in place, so that a run goes on where another stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date

from mls_kit.batch.jobs import Job
from mls_kit.batch.store import Store

__all__ = ["Done", "Ledger"]


@dataclass(frozen=True)
class Done:
    """The files of one learner: their stamp, sizes in bytes by name, and the seconds they took."""

    stem: str
    stamp: str
    files: dict[str, int]
    zone: str = ""
    seconds: float = 0.0


@dataclass
class Ledger:
    """The record of a store. A line is written once all files of a learner are in place, never before."""

    store: Store
    today: date | None = None
    done: dict[str, Done] = field(default_factory=dict)

    @classmethod
    def read(cls, store: Store) -> Ledger:
        """Read the record of a store; a line that makes no sense is passed over: its learner is made again."""
        ledger = cls(store)
        for line in store.lines():
            try:
                told = json.loads(line)
                if "today" in told:
                    ledger.today = date.fromisoformat(told["today"])
                else:
                    entry = Done(**told)
                    ledger.done[entry.stem] = entry
            except (ValueError, TypeError):
                continue
        return ledger

    def begin(self, today: date) -> None:
        """Note the first day of the plans."""
        if today != self.today:
            self.today = today
            self.store.append(json.dumps({"today": str(today)}))

    def add(self, entry: Done) -> None:
        """Note a learner whose files are in place."""
        self.store.append(json.dumps(asdict(entry), ensure_ascii=False))
        self.done[entry.stem] = entry

    def holds(self, job: Job, wanted: list[str], zone: str, there: dict[str, int]) -> bool:
        """Return whether all wanted files of a job are there, whole, and made from just this."""
        entry = self.done.get(job.stem)
        return (
            entry is not None
            and entry.stamp == job.stamp
            and (entry.zone == zone or not any(name.endswith(".ics") for name in wanted))
            and all(name in entry.files and there.get(name) == entry.files[name] for name in wanted)
        )
