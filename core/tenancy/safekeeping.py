"""Backups as the kernel sees them: a company is told of its own, and can ask for one.

Where they go, under which key and how they are proven is the control plane's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A backup of a company: `at` is the moment that it holds, `size` its bytes. `status` is
    running, uploading, whole, failed or bad. `proof` is held where it was restored and everything
    in it added up, failed where not, and none before that."""

    at: datetime
    status: str
    proof: str
    size: int
    place: str

    @property
    def under_way(self) -> bool:
        """Whether it is still being made."""
        return self.status in ("running", "uploading")


class Safekeeping(Protocol):
    """Knows the backups of companies."""

    def known(self, kernel: Kernel, company: Tenant) -> Sequence[KeptBackup]:
        """The company's last backups, the newest first."""
        ...

    def ask(self, kernel: Kernel, company: Tenant, by: str) -> None:
        """Have one made soon; one at a time. Raises Conflict where the operator keeps none."""
        ...
