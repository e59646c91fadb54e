"""What accounting tells the other addons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.api import Event


@dataclass(frozen=True, slots=True)
class EntryPosted(Event, name="accounting.EntryPosted"):
    """An entry was posted. Its number is given when the transaction commits."""

    entry_id: int
    journal: str
    day: date
    source_type: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class EntryReversed(Event, name="accounting.EntryReversed"):
    """A posted entry was undone by another one."""

    entry_id: int
    reversal_id: int
    day: date


@dataclass(frozen=True, slots=True)
class EntriesImported(Event, name="accounting.EntriesImported"):
    """Many entries were posted at once, with these ids at the ends and only they between."""

    first_id: int
    last_id: int
    count: int


@dataclass(frozen=True, slots=True)
class ItemsSettled(Event, name="accounting.ItemsSettled"):
    """Open items were set off against each other, dated `day`."""

    settlement_id: int
    day: date


@dataclass(frozen=True, slots=True)
class SettlementUndone(Event, name="accounting.SettlementUndone"):
    """A settlement was undone as of `day`: its lines are open again."""

    settlement_id: int
    day: date
