"""What is ready to become a link of a chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from addons.zatca.documents.values import EInvoice


@dataclass(frozen=True, slots=True)
class Ready:
    """A document but for its place in the chain of the device that signs it. `supersedes_id` is the
    document that it follows, where the authority rejected one."""

    source_type: str
    source_id: int
    device_id: int
    invoice: EInvoice
    issue_at: datetime
    contact_id: int | None
    branch_id: int | None
    supersedes_id: int | None = None
