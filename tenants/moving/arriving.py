"""After the switch: what the move has made goes, and the old database is put aside for a while."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.options import options
from core.db.base import utc_now
from core.kernel import Kernel
from tenants import names
from tenants.control import control
from tenants.life_options import LifeOptions
from tenants.move_models import Move
from tenants.moving import clearing, replication, steps, tables
from tenants.moving.journal import Journal
from tenants.provisioning import roles, servers


def arrive(kernel: Kernel, journal: Journal) -> Move:
    """Do what is left to be done of a move whose organization is at its new place."""
    move = journal.move()
    name = names.moving_name(move.organization_id)
    with servers.connect(move.to_server, kernel.secrets) as admin:
        clearing.end_subscription(kernel, move, admin)
        database = names.database_name(move.organization_id)
        address = servers.admin_address(move.to_server, kernel.secrets, database)
        with roles.connect_as_admin(address) as target:
            replication.unpublish(target, name, tables.tables_of(target).whole)
        for role in names.template_role_names(name):
            roles.drop_login(admin, role)
    with servers.connect(move.from_server, kernel.secrets) as admin:
        clearing.leave_source(kernel, move, admin)
        clearing.put_aside(kernel, move, admin)
    with kernel.session(control(kernel)) as session:
        kept = options(session, LifeOptions).moved_days
    kernel.directory.forget(move.organization_id)
    until = utc_now() + timedelta(days=kept)
    return journal.write(phase="kept", fraction=1.0, ended_at=utc_now(), keep_until=until)


def forget_over(kernel: Kernel, session: Session) -> list[str]:
    """Drop the old databases whose time is over; gives the ids of those moves."""
    over = select(Move.id).where(Move.phase == "kept", Move.keep_until <= utc_now())
    ended = []
    for move_id in session.scalars(over).all():
        forget(kernel, session, move_id)
        ended.append(move_id)
    return ended


def forget(kernel: Kernel, session: Session, move_id: str) -> None:
    """Drop the old database of a move that has arrived."""
    move = steps.load(session, move_id)
    if move.phase == "kept":
        clearing.forget_old(kernel, move)
        move.phase = "done"
        session.flush()
