"""What `aorabooks doctor` looks at: the platform's own state, and each tenant's invariants."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import redis
from sqlalchemy import select

from addon_registry.deployment import layout
from core.addons.states import view
from core.errors import Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.deployment import revoked
from tenants.models import DatabaseServer
from tenants.provisioning import roles, servers
from tenants.provisioning.sweep import sweep
from tenants.upgrading import behind
from tenants.upgrading.behind import suspended

ENOUGH_DISK = 2**30
LATE_SECONDS = 120
NEARLY_ALL = 0.9
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, the figure, and what to do if not."""

    name: str
    holds: bool
    figure: str
    detail: str = ""


def of_platform(kernel: Kernel) -> Iterator[Finding]:
    """Servers, half-made tenants, addons, jobs, disk."""
    yield from _servers(kernel)
    yield _half_made(kernel)
    yield _addons(kernel)
    yield _publishers(kernel)
    yield _upgrades(kernel)
    yield _jobs(kernel)
    if kernel.config.redis_url is not None:
        yield _redis(kernel.config.redis_url)
    yield _disk(kernel)


def of_tenant(kernel: Kernel, tenant: Tenant) -> Iterator[Finding]:
    """Every invariant of the addons that are enabled here, each in a transaction of its own."""
    with kernel.session(tenant, readonly=True) as session:
        invariants = view(session).all.invariants
    for owned in invariants:
        name = owned.item.name
        try:
            with kernel.session(tenant, readonly=True) as session:
                result = owned.item.check(session)
        except Exception as error:  # a check that breaks is a finding, and the others go on
            yield Finding(name, False, "", f"{type(error).__name__}: {error}")
        else:
            yield Finding(name, result.holds, result.figure, result.detail)


def _servers(kernel: Kernel) -> Iterator[Finding]:
    with kernel.session(control(kernel), readonly=True) as session:
        known = list(session.scalars(select(DatabaseServer).order_by(DatabaseServer.id)))
    for server in known:
        try:
            with servers.connect(server, kernel.secrets) as admin:
                yield _connections(server, admin)
                yield _isolation(server, admin)
        except Unavailable as error:
            yield Finding(
                f"database server {server.name}",
                False,
                "out of reach",
                f"{error.message} {error.fix}",
            )


def _connections(server: DatabaseServer, admin: psycopg.Connection) -> Finding:
    row = admin.execute(
        "SELECT current_setting('server_version'),"
        " current_setting('max_connections')::int, count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend'"
    ).fetchone()
    assert row is not None
    version, allowed, used = row
    return Finding(
        f"database server {server.name}",
        used < NEARLY_ALL * allowed,
        f"PostgreSQL {version}, {used} of {allowed} connections",
        "Nearly all connections are taken: lower AORABOOKS_DB_CONNECTIONS or raise"
        " max_connections.",
    )


def _isolation(server: DatabaseServer, admin: psycopg.Connection) -> Finding:
    doors = roles.open_doors(admin)
    return Finding(
        f"isolation on {server.name}", not doors, f"{len(doors)} open doors", "; ".join(doors)
    )


def _half_made(kernel: Kernel) -> Finding:
    swept = sweep(kernel)
    done = [
        *(f"finished {slug}" for slug in swept.finished),
        *(f"removed {slug}" for slug in swept.removed),
        *(f"dropped role {role}" for role in swept.roles),
        *(f"dropped template {name}" for name in swept.templates),
        *(f"dropped spare database {name}" for name in swept.standby),
    ]
    figure = "; ".join(done) or "nothing left over"
    return Finding("half-made tenants", not swept.failed, figure, "; ".join(swept.failed))


def _addons(kernel: Kernel) -> Finding:
    left_out = [f"{refused.name}: {refused.reason}" for refused in kernel.catalog.refused]
    return Finding(
        "addons", not left_out, f"{len(kernel.catalog.addons)} loaded", "; ".join(left_out)
    )


def _publishers(kernel: Kernel) -> Finding:
    """Installed addons whose publisher's key was revoked, and nobody has decided what then."""
    try:
        found = revoked.revoked(layout.of(kernel.config.var))
    except (OSError, ValueError) as error:
        return Finding("publishers' keys", False, "unknown", str(error))
    said = [
        f"the key of {each.installed.name} was revoked: {each.reason}; switch it off with"
        f" `aorabooks addon disable-everywhere {each.installed.name}` and remove it, or say that"
        f" you go on with it: `aorabooks addon go-on {each.installed.name} --reason`"
        for each in found
        if each.accepted is None
    ]
    figure = f"{len(found)} revoked, {len(found) - len(said)} gone on with"
    return Finding("publishers' keys", not said, figure, "; ".join(said))


def _upgrades(kernel: Kernel) -> Finding:
    """Companies that are behind or whose upgrade failed, as is recorded of them."""
    with kernel.session(control(kernel), readonly=True) as session:
        stuck = suspended(session)
    late = [each.slug for each in behind.standings(kernel) if each.behind]
    said = [f"{each.slug}: {each.addon} is suspended, {each.reason}" for each in stuck]
    if late:
        shown = ", ".join(late[:_NAMED]) + (" and more" if len(late) > _NAMED else "")
        said.append(f"{shown}: behind; `aorabooks migrate` upgrades them")
    figure = f"{len(late)} behind, {len(stuck)} suspended"
    return Finding("upgrades", not said, figure, "; ".join(said))


def _jobs(kernel: Kernel) -> Finding:
    figures = kernel.board.figures()
    late = figures.late_seconds
    return Finding(
        "jobs",
        late < LATE_SECONDS,
        f"{figures.workers} workers, {figures.tenants_due} tenants waiting, latest {late:.0f} s",
        "Work is not taken up: start `aorabooks worker`, or more of them.",
    )


def _redis(url: str) -> Finding:
    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError as error:
        return Finding(
            "Redis",
            False,
            "out of reach",
            f"{error}. Start it, or check AORABOOKS_REDIS_URL; until then jobs start later.",
        )
    return Finding("Redis", True, "reachable")


def _disk(kernel: Kernel) -> Finding:
    free = shutil.disk_usage(kernel.config.var).free
    return Finding(
        "disk",
        free > ENOUGH_DISK,
        f"{free / 2**30:.1f} GiB free",
        f"Free some space on the disk of {kernel.config.var}.",
    )
