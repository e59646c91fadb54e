"""What a licence gives a tenant, as the kernel reads it: the addons, how far, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One licence that was verified. `until` None has no end; `seats` None, like a quota that is
    not named, has no bound. From `revoked_at` on it gives nothing, without days of grace."""

    serial: str
    addons: frozenset[str]
    starts_at: datetime
    until: datetime | None
    grace: timedelta = timedelta()
    trial: bool = False
    seats: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict, hash=False)
    revoked_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it stops holding, whatever it is that ends it; None where nothing does."""
        if self.revoked_at is None:
            return self.until
        return self.revoked_at if self.until is None else min(self.until, self.revoked_at)

    def holds_at(self, moment: datetime) -> bool:
        """Whether it holds then; days of grace do not count."""
        return self.starts_at <= moment and not self.is_over(moment)

    def is_over(self, moment: datetime) -> bool:
        """Whether it has stopped holding by then."""
        return self.ends_at is not None and self.ends_at <= moment
