"""Makes the copy of a database on its new server, and lets it follow the original."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psycopg
from psycopg import sql

from core.db.grants import OWNER_GROUP
from core.errors import Conflict
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants import names
from tenants.credentials import new_secret
from tenants.move_models import Move
from tenants.moving import clearing, fence, replication, tables, verifying
from tenants.moving.journal import Journal
from tenants.moving.lifecycle import give_way, unchanged
from tenants.moving.tables import Tables
from tenants.provisioning import copying as copies
from tenants.provisioning import roles, servers
from tenants.provisioning.pouring import pour
from tenants.provisioning.templates import advisory_lock

CLOSE: Final = 256 * 1024
"""Bytes of the log that may be left when nobody is to write any more."""
_LOOK_EVERY: Final = 0.2


@dataclass(slots=True)
class Ends:
    """Both ends of a move: administrators of the servers and in the databases, and what is in the
    original. `draft` is the name of the copy until it is taken into use."""

    tenant: Tenant
    name: str
    database: str
    source: DatabaseAddress
    draft: DatabaseAddress
    leaving: psycopg.Connection
    original: psycopg.Connection
    entering: psycopg.Connection
    tables: Tables
    shape: str
    findings: dict[str, str] = field(default_factory=dict)

    def goes_on(self, move: Move) -> bool:
        """Whether the copy of a killed move is whole and still follows."""
        if move.phase not in ("following", "switching") or move.findings.get("shape") != self.shape:
            return False
        if not roles.database_exists(self.entering, self.draft.database):
            return False
        with roles.connect_as_admin(self.draft) as copy:
            if not replication.follows(self.original, copy, self.name):
                return False
            replication.switch(copy, self.name, "ENABLE")
            return True


@contextmanager
def prepared(kernel: Kernel, journal: Journal, move: Move) -> Iterator[Ends]:
    """Both ends, the original open and its tables as they are until the block ends. Raises
    Conflict where the organization is not there any more."""
    tenant = kernel.directory.find_id(move.organization_id)
    if tenant is None or move.organization.server_id != move.from_server_id:
        raise Conflict(phrase("The organization is gone."))
    box, database = kernel.secrets, names.database_name(tenant.id)
    source = servers.admin_address(move.from_server, box, database)
    draft = servers.admin_address(move.to_server, box, names.moving_name(tenant.id))
    with (
        servers.connect(move.from_server, box) as leaving,
        servers.connect(move.to_server, box) as entering,
    ):
        fence.reopen(leaving, database)
        _take_name_back(entering, database, draft.database)
        with (
            roles.connect_as_admin(source) as original,
            unchanged(original),
            advisory_lock(entering, draft.database),
        ):
            yield Ends(
                tenant=tenant,
                name=draft.database,
                database=database,
                source=source,
                draft=draft,
                leaving=leaving,
                original=original,
                entering=entering,
                tables=tables.tables_of(original),
                shape=tables.shape_of(original),
            )


def copy(kernel: Kernel, journal: Journal, move: Move, ends: Ends) -> None:
    """Begin the copy anew: of one moment, and then following."""
    journal.write(phase="copying")
    journal.findings = None
    make_room(kernel, move, ends)
    replication.publish(ends.original, ends.name, ends.tables)
    journal.say(0.05, phrase("Copying the database"))
    with replication.new_slot(ends.source, ends.name) as snapshot:
        fill(ends, journal, f"--snapshot={snapshot}")
    secret = replication.make_follower(ends.leaving, ends.name, ends.database)
    with roles.connect_as_admin(ends.draft) as target:
        replication.follow(target, ends.name, ends.source, secret)
    journal.write(phase="following", findings={"shape": ends.shape})


def make_room(kernel: Kernel, move: Move, ends: Ends) -> None:
    """Nothing of an earlier try, and an empty database."""
    clearing.leave_source(kernel, move, ends.leaving)
    clearing.drop_copy(kernel, move, ends.entering)
    roles.ensure_groups(ends.entering)
    copies.make_empty(ends.entering, ends.draft.database)


def fill(ends: Ends, journal: Journal, *dumping: str) -> None:
    """Pour the original into the copy; gives way to whoever wants to change the tables."""

    def watch() -> None:
        journal.look()
        give_way(ends.original)

    pour(
        ends.source,
        ends.draft,
        "--no-owner",
        f"--role={OWNER_GROUP}",
        dumping=("--no-publications", "--no-subscriptions", *dumping),
        watch=watch,
    )


def catch_up(kernel: Kernel, journal: Journal, ends: Ends) -> None:
    """Wait until the copy is as good as level, and look whether it is sound."""
    journal.say(0.6, phrase("Catching up with what was changed meanwhile"))
    with roles.connect_as_admin(ends.draft) as target:
        _level(journal, ends, target)
        if journal.findings is None:
            journal.say(0.7, phrase("Asking what must always be true"))
            target.execute("ANALYZE")
            tables.count_rows(target, ends.tables.all)  # the first reader of new rows is slow
            journal.findings = look_at(kernel, ends)
            _level(journal, ends, target)
    ends.findings = journal.findings


def look_at(kernel: Kernel, ends: Ends) -> dict[str, str]:
    """What the invariants say of the copy; raises NotTheSame."""
    logins = verifying.temporary_logins(ends.tenant.id, new_secret())
    copied = verifying.copy_of(ends.entering, ends.tenant, ends.draft.database, logins)
    try:
        return dict(verifying.require_sound(kernel, ends.tenant, copied))
    finally:
        kernel.engine.broker.forget(ends.draft.database)


def _level(journal: Journal, ends: Ends, target: psycopg.Connection) -> None:
    while (left := replication.behind(ends.original, ends.name)) > CLOSE:
        if replication.has_stopped(target, ends.name):
            raise verifying.NotTheSame("the target could not apply a change; its log says why")
        if not replication.follows(ends.original, target, ends.name):
            raise verifying.NotTheSame("the source did not keep what happened meanwhile")
        journal.look()
        give_way(ends.original)
        journal.write(note=phrase("{size} MB are left", size=left // 2**20))
        time.sleep(_LOOK_EVERY)
    if replication.has_stopped(target, ends.name):
        raise verifying.NotTheSame("the target could not apply a change; its log says why")


def _take_name_back(entering: psycopg.Connection, database: str, draft: str) -> None:
    """Where a move was killed between renaming the copy and the switch."""
    if roles.database_exists(entering, draft) or not roles.database_exists(entering, database):
        return
    fence.send_away(entering, database)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    entering.execute(rename.format(sql.Identifier(database), sql.Identifier(draft)))
