"""The administrator's way into the database servers that the control plane knows."""

from __future__ import annotations

import psycopg

from core.errors import Unavailable
from core.secrets import SecretBox
from core.tenancy.tenant import DatabaseAddress
from tenants.models import DatabaseServer
from tenants.provisioning import roles

FIRST_SERVER = "first"
"""The one that the control plane lies on."""


def secret_bound_to(name: str) -> str:
    """What the administrator's password of a database server is sealed for."""
    return f"database_server:{name}"


def admin_address(
    server: DatabaseServer, box: SecretBox, database: str | None = None
) -> DatabaseAddress:
    """The administrator's way into a database of this server: without a name, into the one from
    which databases and roles are made."""
    password = box.open(server.admin_secret, bound_to=secret_bound_to(server.name)).decode()
    inside = database or server.maintenance_database
    return DatabaseAddress(server.host, server.port, inside, server.admin_user, password)


def connect(server: DatabaseServer, box: SecretBox) -> psycopg.Connection:
    """The administrator's connection; raises Unavailable naming the server."""
    try:
        return roles.connect_as_admin(admin_address(server, box))
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"The database server {server.name!r} ({server.host}:{server.port}) cannot be reached:"
            f" {str(error).strip()}",
            fix="Start it, or check its address and credentials.",
        ) from error
