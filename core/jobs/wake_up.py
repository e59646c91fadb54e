"""What travels from whoever made work to a worker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A message that a tenant has work. Its ticket is good once: copies of it are void."""

    tenant_id: str
    ticket: int
