"""The shortest moment: nobody writes, the copy is compared, and the organization is led there.

Until the commit in the control plane everything can be left as it was. From it on, the old database
lets nobody in. Whoever is killed in between leaves the phase `switching`, and the row of the
organization says on which server it is.
"""

from __future__ import annotations

import time
from typing import Final

import psycopg
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.errors import Conflict
from core.i18n import phrase
from core.kernel import Kernel
from tenants import organizations
from tenants.control import control
from tenants.models import Organization
from tenants.move_models import Move
from tenants.moving import copying, fence, replication, steps, tables, verifying
from tenants.moving.copying import Ends
from tenants.moving.fence import Busy
from tenants.moving.journal import Cancelled, Journal
from tenants.provisioning import roles, standby
from tenants.provisioning.create import logins
from tenants.upgrading.models import SchemaRecord

_LAST_BYTES: Final = 10.0
"""Seconds for which the last changes are waited for; then writers are let go on first."""
_LOOK_EVERY: Final = 0.02
_DUMPING: Final = """
SELECT EXISTS (SELECT FROM pg_stat_activity
 WHERE datname = current_database() AND application_name IN ('pg_dump', 'pg_restore'))
"""


def switch(kernel: Kernel, journal: Journal, ends: Ends) -> None:
    """Do it, in the moment when nobody writes. Raises Busy where that does not come soon."""
    _refuse_readers(kernel, journal, ends)
    journal.say(0.9, phrase("Changing over"))
    move = journal.write(phase="switching")
    began = time.monotonic()
    with fence.Outer(kernel, ends.tenant.id) as outer:
        if move.method == "dump":
            copying.make_room(kernel, move, ends)
        with fence.inner(ends.source, ends.tables.all) as still:
            _complete(kernel, journal, move, ends, still)
            rows = _compare(move, ends, still)
            outer.leave()
            _take_into_use(ends)
            _commit(kernel, move, ends, still, began, rows)
    kernel.directory.forget(ends.tenant.id)
    kernel.engine.broker.forget(ends.database)


def _refuse_readers(kernel: Kernel, journal: Journal, ends: Ends) -> None:
    """Whoever reads the whole database, as a backup does, is let come to the end."""
    with kernel.session(control(kernel), readonly=True) as session:
        running = steps.backup_running(session, ends.tenant.id)
    if running or ends.original.execute(_DUMPING).fetchone() == (True,):
        journal.write(note=phrase("Waits for a backup or a copy that is being made."))
        raise Busy


def _complete(
    kernel: Kernel, journal: Journal, move: Move, ends: Ends, still: psycopg.Connection
) -> None:
    """Everything that was written is in the copy."""
    if move.method == "dump":
        copying.fill(ends, journal)
        with roles.connect_as_admin(ends.draft) as target:
            target.execute("ANALYZE")
        ends.findings = copying.look_at(kernel, ends)
        return
    place, deadline = replication.position(still), time.monotonic() + _LAST_BYTES
    while not replication.has_reached(ends.original, ends.name, place):
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(_LOOK_EVERY)


def _compare(move: Move, ends: Ends, still: psycopg.Connection) -> int:
    with roles.connect_as_admin(ends.draft) as target:
        tables.carry_passing(still, target, ends.tables.passing)
        tables.carry_sequences(still, target)
        rows = verifying.require_same_rows(still, target, ends.tables)
        if move.method == "replication":
            replication.switch(target, ends.name, "DISABLE")
    return rows


def _take_into_use(ends: Ends) -> None:
    """Under its final name, and still nobody's."""
    fence.send_away(ends.entering, ends.draft.database)
    standby.rename(ends.entering, ends.draft.database, ends.database)


def _commit(
    kernel: Kernel,
    move: Move,
    ends: Ends,
    still: psycopg.Connection,
    began: float,
    rows: int,
) -> None:
    with kernel.session(control(kernel)) as session:
        organization = session.get_one(Organization, ends.tenant.id, with_for_update=True)
        _refuse_changed(session, organization, move)
        organizations.renew_credentials(organization, kernel.secrets)
        organization.server_id = move.to_server_id
        organization.held_until = None
        roles.open_database(ends.entering, ends.database, logins(kernel, organization))
        number = roles.database_number(ends.entering, ends.database)
        known = update(SchemaRecord).where(SchemaRecord.organization_id == organization.id)
        session.execute(known.values(database=number))
        fence.close(ends.leaving, ends.database, still)
        session.execute(
            update(Move)
            .where(Move.id == move.id)
            .values(
                phase="switched",
                fraction=0.95,
                note="",
                problem="",
                rows=rows,
                findings=ends.findings,
                switched_at=utc_now(),
                readonly_seconds=round(time.monotonic() - began, 3),
            )
        )


def _refuse_changed(session: Session, organization: Organization, move: Move) -> None:
    """It may have been deleted, or the move cancelled, while nobody looked."""
    if session.get_one(Move, move.id, with_for_update=True).cancel_asked:
        raise Cancelled
    there = organization.status in ("active", "suspended")
    if not there or organization.server_id != move.from_server_id:
        raise Conflict(phrase("The organization was changed meanwhile."))
