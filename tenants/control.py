"""Where the control plane is: its database, and the two roles that are the platform's own.

The control plane cannot look its credentials up in itself, so they follow from the master key:
whoever holds that key and the database's address needs nothing else. Their names follow from it,
too, so that processes with the old key first and with the new one first work side by side.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from core.config import Config, ConfigError
from core.db import embedded
from core.db.embedded import Embedded
from core.kernel import Kernel
from core.secrets import SecretBox
from core.tenancy.tenant import DatabaseAddress, Tenant

CONTROL_ID = "control"
CONTROL_SLUG = "app"
DEFAULT_DATABASE = "aorabooks"
_VARIABLE = "AORABOOKS_DATABASE_URL"
_SUFFIXES: Final = ("run", "own")
_LONGEST_STEM: Final = 40
"""PostgreSQL cuts names after 63 bytes."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The first database server: how its administrator reaches the control plane's database.

    `embedded` is set when the server is ours; whoever holds it should `stop` it in the end.
    """

    admin: DatabaseAddress
    embedded: Embedded | None = None

    def stop(self) -> None:
        """Let go of the embedded server, if this is one."""
        if self.embedded is not None:
            self.embedded.stop()


def find_cluster(config: Config) -> Cluster:
    """The server named by the environment, or the embedded one, started when it is not running."""
    if config.database_url is not None:
        return Cluster(parse_address(config.database_url))
    return embedded_cluster(embedded.start(config.var / "postgres"))


def embedded_cluster(server: Embedded) -> Cluster:
    """A running embedded server as the first database server."""
    return Cluster(parse_address(server.url(DEFAULT_DATABASE)), server)


def control_tenant(config: Config, box: SecretBox, admin: DatabaseAddress) -> Tenant:
    """The control plane as the kernel sees it: a tenant on a reserved host."""
    return Tenant(
        id=CONTROL_ID,
        slug=CONTROL_SLUG,
        title="Aorabooks",
        status="active",
        runtime=_role(box, admin, "run"),
        owner=_role(box, admin, "own"),
        allowed=frozenset(),
        is_control=True,
    )


def control(kernel: Kernel) -> Tenant:
    """The control plane, from a running kernel."""
    tenant = kernel.directory.find_slug(CONTROL_SLUG)
    assert tenant is not None, "the source always knows the control plane"
    return tenant


def origin(config: Config, slug: str) -> str:
    """The address of a tenant for a browser, here or behind the proxy of a real domain."""
    local = config.base_domain == "localhost"
    scheme, port = ("http", f":{config.port}") if local else ("https", "")
    return f"{scheme}://{slug}.{config.base_domain}{port}"


def control_roles(box: SecretBox, database: str) -> frozenset[str]:
    """The names of the control plane's roles under each of the keys."""
    return frozenset(
        f"{_stem(database)}_{suffix}_{tag}" for tag in _tags(box, database) for suffix in _SUFFIXES
    )


def control_roles_like(database: str) -> str:
    """A regular expression of PostgreSQL's that the names of all such roles match, of whatever
    key, and those of releases before 0071, whose names did not follow from it."""
    return f"^{re.escape(_stem(database))}_({'|'.join(_SUFFIXES)})(_[0-9a-f]{{8}})?$"


def _role(box: SecretBox, admin: DatabaseAddress, suffix: str) -> DatabaseAddress:
    user = f"{_stem(admin.database)}_{suffix}_{_tags(box, admin.database)[0]}"
    secret = base64.urlsafe_b64encode(box.derive(f"role:{user}")).decode()
    return replace(admin, user=user, password=secret)


def _stem(database: str) -> str:
    return f"{database[:_LONGEST_STEM]}_control"


def _tags(box: SecretBox, database: str) -> tuple[str, ...]:
    """What tells the roles of one key from those of another, the current key's first."""
    return tuple(each.hex()[:8] for each in box.derivations(f"roles of {database}"))


def parse_address(url: str, *, given_as: str = _VARIABLE) -> DatabaseAddress:
    """A database's address from a URL; raises ConfigError naming where it was given."""
    try:
        parts = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    except psycopg.ProgrammingError as error:
        raise ConfigError(
            f"{given_as} is not a PostgreSQL address ({str(error).strip()}):"
            " give postgresql://user:password@host:5432/database"
        ) from None
    return DatabaseAddress(
        host=str(parts.get("host") or "localhost"),
        port=int(parts.get("port") or 5432),
        database=str(parts.get("dbname") or DEFAULT_DATABASE),
        user=str(parts.get("user") or "postgres"),
        password=str(parts.get("password") or ""),
    )
