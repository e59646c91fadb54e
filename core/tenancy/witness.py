"""Where a company has its chains witnessed: outside its own database.

Whoever owns a database can cut off the end of a chain in it and shorten what it says of itself.
They cannot change what was noted elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Noted:
    """That a chain had this digest at this position, and since when that is known."""

    position: int
    digest: str
    at: datetime


class Witness(Protocol):
    """Notes how far chains have come. What it learns of them are lengths and digests."""

    def note(self, company_id: str, chain: str, position: int, digest: str) -> None:
        """Write down where a chain stands, unless it is known to have been longer."""
        ...

    def noted(self, company_id: str) -> Mapping[str, Noted]:
        """What was written down of the company's chains, by their names."""
        ...
