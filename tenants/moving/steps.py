"""Begins and cancels moves, in one transaction of the control plane each. Of two operators the
second is told what the first is doing."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.db.session import binding
from core.errors import Conflict, NotFound
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.web.confirmation import require_confirmation
from tenants import organizations
from tenants.backups.models import Backup, BackupRestore
from tenants.models import DatabaseServer, Organization
from tenants.move_models import Move
from tenants.moving.method import Plan, plan
from tenants.placement import rule

MOVE: Final = "tenants.move_organization"
_HERE: Final = ("active", "suspended")
_LONG: Final = 60.0
"""From so many seconds on, that nobody can write meanwhile has to be confirmed."""


def begin(
    session: Session, organization: Organization, target: DatabaseServer, *, confirmed: bool
) -> Move:
    """Enter the move of an organization whose row is locked. Raises Conflict where that cannot be,
    and NeedsConfirmation where nobody could write for long and that is not `confirmed`."""
    _refuse(session, organization, target)
    kernel: Kernel = binding(session).context["kernel"]
    found = plan(kernel.secrets, organization, organization.server, target)
    if found.method == "dump" and not confirmed:
        require_confirmation(session, warning(organization, found), key="read-only")
    move = Move(
        id=secrets.token_hex(6),
        organization_id=organization.id,
        from_server_id=organization.server_id,
        to_server_id=target.id,
        method=found.method,
        size=found.size,
        asked_by=binding(session).author.label,
    )
    session.add(move)
    session.flush()
    return move


def begin_later(
    session: Session, organization: Organization, target: DatabaseServer, *, confirmed: bool
) -> Move:
    """The same, carried out by a worker."""
    move = begin(session, organization, target, confirmed=confirmed)
    go_on_later(session, move, organization)
    return move


def go_on_later(session: Session, move: Move, organization: Organization, when: str = "") -> None:
    """Have a worker carry it out, or go on with it."""
    title = phrase("Move {slug}", slug=organization.slug)
    key = f"{MOVE}:{move.id}:{when}"
    enqueue(session, MOVE, key=key, title=title, move_id=move.id)


def warning(organization: Organization, found: Plan) -> str:
    """What has to be confirmed."""
    return phrase(
        "Nobody can change anything in {slug} for about {minutes} minutes, because {why}. Everybody"
        " can read meanwhile.",
        slug=organization.slug,
        minutes=max(1, round(found.seconds / _LONG)),
        why=found.reason,
    )


def cancel(session: Session, move: Move) -> None:
    """Leave the organization where it is. Raises Conflict where it is at its new place already."""
    phase = session.scalar(select(Move.phase).where(Move.id == move.id).with_for_update())
    if phase not in Move.BEFORE:
        raise Conflict(phrase("It cannot be cancelled any more: it has arrived, or was ended."))
    move.cancel_asked = True
    session.flush()
    go_on_later(session, move, move.organization, "cancelled")


def drain(session: Session, server: DatabaseServer, *, confirmed: bool) -> list[Move]:
    """Put nothing new on it, and move everybody away by the rule: to the same region. What is
    being moved already is left to that."""
    server.status = "draining"
    session.flush()
    begun = []
    there = select(Organization.id).where(
        Organization.server_id == server.id, Organization.status.in_(_HERE)
    )
    for organization_id in session.scalars(there.order_by(Organization.slug)).all():
        organization = session.get_one(Organization, organization_id, with_for_update=True)
        if under_way(session, organization.id) is None:
            target = rule.choose(session, region=server.region, but=server.id)
            begun.append(begin_later(session, organization, target, confirmed=confirmed))
    return begun


def under_way(session: Session, organization_id: str) -> Move | None:
    """The move that an organization is on."""
    mine = (Move.organization_id == organization_id, Move.phase.in_(Move.UNDER_WAY))
    return session.scalar(select(Move).where(*mine).options(joinedload(Move.to_server)))


def load(session: Session, move_id: str) -> Move:
    """With its organization and both servers; raises NotFound."""
    statement = (
        select(Move)
        .where(Move.id == move_id)
        .options(
            joinedload(Move.organization), joinedload(Move.from_server), joinedload(Move.to_server)
        )
    )
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(phrase("There is no such move."))
    return found


def _refuse(session: Session, organization: Organization, target: DatabaseServer) -> None:
    if organization.status not in _HERE:
        raise organizations.unfinished(organization)
    organizations.refuse_moving(session, organization)
    if under_way(session, organization.id) is not None:
        raise Conflict(
            phrase("The last move of {slug} is still being tidied up.", slug=organization.slug),
            fix=phrase("Try again in a moment."),
        )
    if organization.server_id == target.id:
        raise Conflict(
            phrase("{slug} is on {server} already.", slug=organization.slug, server=target.name)
        )
    restoring = select(BackupRestore.id).where(
        BackupRestore.target_id == organization.id, BackupRestore.status == "running"
    )
    if session.scalar(restoring) is not None:
        raise Conflict(phrase("{slug} is being restored from a backup.", slug=organization.slug))
    rule.choose(session, name=target.name, but=organization.server_id)


def backup_running(session: Session, organization_id: str) -> bool:
    """Whether a backup of it is being made, which reads the old database to its end."""
    made = select(Backup.id).where(
        Backup.tenant_id == organization_id, Backup.status == "running", Backup.machine != ""
    )
    return session.scalar(made.limit(1)) is not None
