"""Domains of a company's own, as the kernel sees them: claimed, proved, and only then served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel


@dataclass(frozen=True, slots=True)
class OwnDomain:
    """A domain that a company is served at, or one that it says is its own. The latter is proved by
    the `token`, as a TXT record called `record` or in a file at `file`. A domain that is served and
    whose proof has gone is given up at `given_up_at`, unless it is proved again."""

    host: str
    proved: bool
    token: str = ""
    record: str = ""
    file: str = ""
    problem: str = ""
    checked_at: datetime | None = None
    given_up_at: datetime | None = None


class OwnDomains(Protocol):
    """The domains of companies. Every call names the company that makes it, by its session's own
    tenant, and can reach no other's."""

    def of(self, kernel: Kernel, company: Tenant) -> tuple[OwnDomain, ...]:
        """Those that are served, and those that wait for their proof."""
        ...

    def claim(self, kernel: Kernel, company: Tenant, host: str, author: str) -> None:
        """Say that one is the company's own; raises InvalidInput or Conflict."""
        ...

    def check(self, kernel: Kernel, company: Tenant, host: str, author: str) -> bool:
        """Whether one is proved now; if it was claimed, the company is served there then. Raises
        NotFound, or Conflict where another company was faster."""
        ...

    def drop(self, kernel: Kernel, company: Tenant, host: str, author: str) -> None:
        """Be served there no longer, or take the claim back; raises NotFound."""
        ...
