"""Template databases: everything a new tenant has, made once per set of addon versions.

A template is built under an advisory lock by running migrations and enabling the addons, and
is then sealed: nobody can connect to it any more, and new tenants are copies of it. What a
killed process left half built is unsealed, and so is told apart and built anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from psycopg import sql
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.graph import closure
from core.addons.install import install
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants import names
from tenants.control import control
from tenants.credentials import new_secret
from tenants.models import DatabaseServer, TemplateDatabase
from tenants.provisioning import fingerprint, roles
from tenants.provisioning.roles import Login, Logins

Progress = Callable[[str], None]
LIFE = timedelta(days=7)
"""How long a template that no new tenant was made from is kept."""


def quiet(_: str) -> None:
    """The `Progress` of callers that show none."""


@dataclass(frozen=True, slots=True)
class AddonSet:
    """The addons of a template in load order, the kernel first, and the template's name."""

    addons: tuple[str, ...]
    template: str


def addon_set(kernel: Kernel, addons: tuple[str, ...]) -> AddonSet:
    """These addons with all they depend on."""
    catalog = kernel.catalog
    wanted = closure(("core", *addons), catalog.depends())
    ordered = tuple(name for name in catalog.addons if name in wanted)
    digest = fingerprint.fingerprint(catalog.addons[name] for name in ordered)
    return AddonSet(ordered, names.template_name(digest))


def ensure(
    kernel: Kernel,
    admin: psycopg.Connection,
    server: DatabaseServer,
    wanted: AddonSet,
    progress: Progress = quiet,
) -> None:
    """Build and seal the template on this server unless it is there."""
    if _is_sealed(admin, wanted.template):
        return
    progress("Building the template database")
    with advisory_lock(admin, wanted.template):
        if _is_sealed(admin, wanted.template):
            return
        # Noted first: the sweep drops templates that it knows nothing of.
        with kernel.session(control(kernel)) as session:
            note_use(session, server.id, wanted)
        _drop(admin, wanted.template)
        _build(kernel, admin, wanted)


def note_use(session: Session, server_id: int, wanted: AddonSet) -> None:
    """Keep the template for another while; a statement without effect within a day."""
    values = {"name": wanted.template, "server_id": server_id, "addons": list(wanted.addons)}
    statement = insert(TemplateDatabase).values(**values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[TemplateDatabase.name, TemplateDatabase.server_id],
            set_={"used_at": func.now()},
            where=TemplateDatabase.used_at < func.now() - timedelta(days=1),
        )
    )


def clone(admin: psycopg.Connection, template: str, database: str) -> None:
    """A copy of the template under another name, to which nobody can connect yet.

    Through the log where that is kept safe; on a server that keeps nothing safe, as those of tests,
    by copying files, whose two checkpoints cost nothing there.
    """
    kept_safe = admin.execute("SELECT current_setting('fsync')::boolean").fetchone()
    how = sql.SQL("WAL_LOG" if kept_safe == (True,) else "FILE_COPY")
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} ALLOW_CONNECTIONS false STRATEGY {}")
    admin.execute(statement.format(sql.Identifier(database), sql.Identifier(template), how))


def sweep(admin: psycopg.Connection, keep: frozenset[str]) -> list[str]:
    """Drop templates that are half built or not to be kept; not one that is being built."""
    dropped = []
    for name in names.templates_among(databases(admin)):
        if (name in keep and _is_sealed(admin, name)) or not try_lock(admin, name):
            continue
        try:
            if name not in keep or not _is_sealed(admin, name):
                _drop(admin, name)
                dropped.append(name)
        finally:
            unlock(admin, name)
    return dropped


@contextmanager
def advisory_lock(admin: psycopg.Connection, name: str) -> Iterator[None]:
    """One process at a time per name and server; a killed one's lock goes with its connection."""
    admin.execute("SELECT pg_advisory_lock(hashtext(%s))", (name,))
    try:
        yield
    finally:
        unlock(admin, name)


def try_lock(admin: psycopg.Connection, name: str) -> bool:
    """Take the same lock if nobody holds it; `unlock` lets go of it."""
    row = admin.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (name,)).fetchone()
    return row is not None and row[0]


def unlock(admin: psycopg.Connection, name: str) -> None:
    """Let go of a lock of this connection."""
    admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", (name,))


def databases(admin: psycopg.Connection) -> list[str]:
    """The names of all databases of the server."""
    return [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]


def _build(kernel: Kernel, admin: psycopg.Connection, wanted: AddonSet) -> None:
    name = wanted.template
    _begin(kernel, admin, wanted)
    runtime, owner = names.template_role_names(name)
    logins = Logins(Login(runtime, new_secret()), Login(owner, new_secret()))
    roles.open_database(admin, name, logins)
    model = _tenant(admin, name, logins, wanted)
    install(kernel, model, wanted.addons[1:])
    kernel.states.forget(model.id)
    kernel.engine.broker.forget(name)
    _seal(admin, name, logins)


def _begin(kernel: Kernel, admin: psycopg.Connection, wanted: AddonSet) -> None:
    """The database to build in: a copy of the template with the most of these addons, or empty.

    The others follow in load order, so that the copied ones must be the first of it: then nobody
    can tell the result from one that began empty.
    """
    loaded = [kernel.catalog.addons[name] for name in wanted.addons]
    for count in range(len(loaded) - 1, 0, -1):
        base = names.template_name(fingerprint.fingerprint(loaded[:count]))
        if not _is_sealed(admin, base):
            continue
        with advisory_lock(admin, base):
            if _is_sealed(admin, base):  # and no sweep drops it now
                clone(admin, base, wanted.template)
                return
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
    admin.execute(create.format(sql.Identifier(wanted.template)))


def _tenant(admin: psycopg.Connection, name: str, logins: Logins, wanted: AddonSet) -> Tenant:
    def address(login: Login) -> DatabaseAddress:
        info = admin.info
        return DatabaseAddress(info.host, info.port, name, login.role, login.secret)

    return Tenant(
        id=name,
        slug="template",
        title="Template",
        status="creating",
        runtime=address(logins.runtime),
        owner=address(logins.owner),
        allowed=frozenset(wanted.addons),
    )


def _seal(admin: psycopg.Connection, name: str, logins: Logins) -> None:
    with admin.transaction():
        roles.drop_login(admin, logins.runtime.role)
        roles.drop_login(admin, logins.owner.role)
        admin.execute(
            sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false").format(
                sql.Identifier(name)
            )
        )


def _is_sealed(admin: psycopg.Connection, name: str) -> bool:
    row = admin.execute(
        "SELECT datistemplate AND NOT datallowconn FROM pg_database WHERE datname = %s", (name,)
    ).fetchone()
    return row is not None and row[0]


def _drop(admin: psycopg.Connection, name: str) -> None:
    if roles.database_exists(admin, name):
        quoted = sql.Identifier(name)
        admin.execute(sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE false").format(quoted))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))
    for role in names.template_role_names(name):
        roles.drop_login(admin, role)
