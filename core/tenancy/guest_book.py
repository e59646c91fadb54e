"""Where the operator reads what companies answered to those who asked to come in."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class GuestBook(Protocol):
    """The control plane's side of a company's consent. What counts is in the company's database;
    this is what its askers are shown."""

    def answered(
        self, company_id: str, key: str, state: str, until: datetime | None, may_change: bool
    ) -> None:
        """Note what the company said to the request of this key; of no other company's."""
        ...
