"""Sample companies as the kernel sees them: each beside the company it was made for, in a database
of its own, so that erasing one is dropping that database and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel


class SampleCompanies(Protocol):
    """Makes, finds and erases the sample company of a company."""

    def find(self, kernel: Kernel, company: Tenant) -> Tenant | None:
        """The sample company, if it has one that is ready."""
        ...

    def make(self, kernel: Kernel, company: Tenant, addons: tuple[str, ...]) -> Tenant:
        """Make it, with these addons, or find the one that is there."""
        ...

    def erase(self, kernel: Kernel, company: Tenant) -> bool:
        """Drop it without a trace; says whether there was one. Can reach nothing but what was
        made as a sample of this very company."""
        ...
