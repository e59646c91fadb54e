"""What a tenant is to the kernel: an identity, its hosts and where its data lives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

TenantStatus = Literal["creating", "active", "suspended", "deleting"]


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """One role's way into one database. The password never shows in a repr or a log line."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)

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
    migrations. `allowed` holds the addons that its package and licences grant; None means all.
    A sample company names in `sample_of` the one that it was made for: it can be dropped with
    all that is in it, and it tells nobody outside of anything.
    `server` is what the operator calls the database server, `region` where it stands, in words.
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

    def __str__(self) -> str:
        return self.slug
