"""What a tenant is to the kernel: an identity, its hosts and where its data lives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from core.allowance import USUAL, Allowance
from core.brand.values import PLATFORM, Brand
from core.clock import utc_now
from core.tenancy.entitlements import Entitlement

TenantStatus = Literal["creating", "active", "suspended", "deleting"]


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """One role's way into one database. The password never shows in a repr or a log line.

    `statement_seconds` is how long one statement may take there, and `connections` how many
    connections of a process may be in use at once; 0 is the process's own share.
    """

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    statement_seconds: int = 60
    connections: int = 0

    def conninfo(self) -> dict[str, Any]:
        """Keyword arguments for `psycopg.connect`."""
        return {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": self.user,
            "password": self.password,
        }


@dataclass(frozen=True, slots=True)
class Tenant:
    """A company on the platform, or the control plane itself (`is_control`).

    `runtime` is the role that serves requests (data rights only), `owner` the role that runs
    migrations. `allowed` holds the addons of its package; None includes all that no licence is
    about. `entitlements` are its licences, in force or over. `time_floor` is set where the clock
    was found behind a time that the control plane has seen: no time before it counts.
    A sample company names in `sample_of` the one that it was made for: it can be dropped with
    all that is in it. `staging` is a copy to try things in. Neither tells anybody outside of
    anything, which is what `keeps_to_itself` asks.
    `held_until` is set while it changes servers: until then, writers wait.
    `former_slug` is set where it was asked for by a slug that it no longer has.
    `server` is what the operator calls the database server, `region` where it stands, in words.
    `brand` is under which name and colours its people meet the platform.
    `allowance` is how much of the platform it may take.
    """

    id: str
    slug: str
    title: str
    status: TenantStatus
    runtime: DatabaseAddress
    owner: DatabaseAddress
    allowed: frozenset[str] | None = None
    timezone: str = "UTC"
    locale: str = "en"
    server: str = ""
    region: str = ""
    is_control: bool = False
    sample_of: str = ""
    staging: bool = False
    former_slug: str = ""
    held_until: datetime | None = None
    brand: Brand = PLATFORM
    entitlements: tuple[Entitlement, ...] = ()
    time_floor: datetime | None = None
    allowance: Allowance = USUAL

    def __str__(self) -> str:
        return self.slug

    @property
    def held(self) -> bool:
        """Whether nothing may be written now: it is changing servers, which takes a moment."""
        return self.held_until is not None and utc_now() < self.held_until

    @property
    def keeps_to_itself(self) -> bool:
        """Whether no mail and no message to another system may leave it."""
        return self.staging or bool(self.sample_of)
