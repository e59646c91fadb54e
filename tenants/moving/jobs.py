"""What workers do about moves: carry them out, go on with those that were killed, take away what is
left over, and drop old databases whose time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job, Schedule, msg
from core.errors import Conflict, Unavailable
from core.jobs.progress import report_progress
from core.kernel import Kernel
from tenants import names
from tenants.backups.locks import alone
from tenants.control import control
from tenants.health import Finding
from tenants.models import DatabaseServer
from tenants.move_models import Move
from tenants.moving import arriving, carrying, replication, steps
from tenants.provisioning import roles, servers, standby, templates

_LONG: Final = 24 * 3600

log = structlog.get_logger(__name__)


def leftovers(kernel: Kernel) -> Iterator[Finding]:
    """What doctor says of moves: slots and half-made copies that belong to none are taken away, and
    moves that nobody carries out are named."""
    with kernel.session(control(kernel), readonly=True) as session:
        known = list(session.scalars(select(DatabaseServer).order_by(DatabaseServer.id)))
    for server in known:
        try:
            gone = sweep(kernel, server)
        except Unavailable:
            continue  # doctor says so by itself
        figure = f"took away {', '.join(gone)}" if gone else "nothing left over"
        yield Finding(f"moves on {server.name}", True, figure)
    yield _stopped(kernel)


def _stopped(kernel: Kernel) -> Finding:
    """Moves that no process is carrying out."""
    with kernel.session(control(kernel), readonly=True) as session:
        begun = select(Move).where(Move.phase.in_(Move.UNDER_WAY))
        under_way = [(move.id, move.organization.slug) for move in session.scalars(begun)]
    stopped = []
    for move_id, slug in under_way:
        with alone(kernel, carrying.lock_of(move_id)) as free:
            if free:
                stopped.append(slug)
    figure = f"{len(under_way)} under way, {len(stopped)} of them stopped"
    said = f"{', '.join(stopped)}: a worker goes on, or `aorabooks tenant move SLUG`"
    return Finding("moves", not stopped, figure, said if stopped else "")


def sweep(kernel: Kernel, server: DatabaseServer) -> list[str]:
    """Take away slots, copies and roles of moves that are not under way: a slot that nobody follows
    fills the disk; and old databases of organizations that are gone. Gives their names."""
    with servers.connect(server, kernel.secrets) as admin:
        slots = replication.slots_of_moves(admin)
        copies = [name for name in templates.databases(admin) if names.is_move(name)]
        followers = [name for (name,) in admin.execute("SELECT rolname FROM pg_roles").fetchall()]
        found = {*slots, *copies, *filter(names.is_move, followers)}
        moved = names.moved_among(templates.databases(admin))
        with kernel.session(control(kernel), readonly=True) as session:
            under_way = select(Move.organization_id).where(Move.phase.in_(Move.UNDER_WAY))
            wanted = {names.moving_name(each) for each in session.scalars(under_way)}
            kept = (*Move.UNDER_WAY, "kept")
            known = set(session.scalars(select(Move.id).where(Move.phase.in_(kept))))
        over = [name for name, move_id in moved.items() if move_id not in known]
        for name in over:
            standby.drop(admin, name)
        gone = sorted(found - wanted)
        for name in gone:
            replication.drop_slot(admin, name)
            if name in copies:
                _drop_copy(kernel, server, name)
                standby.drop(admin, name)
            roles.drop_login(admin, name)
    return [*gone, *over]


def _drop_copy(kernel: Kernel, server: DatabaseServer, name: str) -> None:
    address = servers.admin_address(server, kernel.secrets, name)
    with roles.connect_as_admin(address) as inside:
        replication.stop_following(inside, name)


def _carry_out(session: Session, *, move_id: str) -> None:
    kernel: Kernel = binding(session).context["kernel"]

    def progress(note: str) -> None:
        with kernel.session(control(kernel), readonly=True) as reading:
            done = steps.load(reading, move_id).fraction
        report_progress(session, done, note)

    try:
        carrying.carry_out(kernel, move_id, progress)
    except Conflict as error:
        log.info("move left to another process", reason=error.message)


def _tend(session: Session) -> None:
    """Go on with moves that nobody carries on, and look for leftovers."""
    kernel: Kernel = binding(session).context["kernel"]
    minute = f"{utc_now():%Y%m%d%H%M}"
    begun = Move.begun_at < utc_now() - timedelta(minutes=1)
    for move in session.scalars(select(Move).where(Move.phase.in_(Move.UNDER_WAY), begun)):
        steps.go_on_later(session, move, move.organization, minute)
    for server in session.scalars(select(DatabaseServer)):
        try:
            sweep(kernel, server)
        except Unavailable as error:
            log.warning("leftovers stay", server=server.name, reason=error.message)


def _forget(session: Session) -> None:
    kernel: Kernel = binding(session).context["kernel"]
    arriving.forget_over(kernel, session)


JOBS: Final = (
    Job(steps.MOVE, msg("Move an organization"), _carry_out, timeout_seconds=_LONG),
    Job("tenants.tend_moves", msg("Look after moves"), _tend, schedule=Schedule("*/5 * * * *")),
    Job(
        "tenants.forget_moved",
        msg("Remove databases that were moved away long enough ago"),
        _forget,
        schedule=Schedule("37 2 * * *"),
    ),
)
