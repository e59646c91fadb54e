"""Databases that stand ready, so that an organization has its own in a moment.

For each set of addons that organizations are made with, some copies of its template wait, closed
to everybody. An organization claims one in the transaction that enters it; the copy is renamed
and opened afterwards, which a killed process can leave to any other. Workers fill up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import psycopg
import structlog
from psycopg import sql
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from core.addons.options import options
from core.db.base import utc_now
from core.errors import Unavailable
from core.kernel import Kernel
from tenants import names
from tenants.control import control
from tenants.life_models import StandbyDatabase, StandbySet
from tenants.life_options import LifeOptions
from tenants.models import DatabaseServer, Organization
from tenants.placement import rule
from tenants.provisioning import roles, servers, templates
from tenants.provisioning.templates import AddonSet

KEPT: Final = templates.LIFE
"""How long copies of a set wait for the next organization that wants it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling up did, in names of databases."""

    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def claim(session: Session, organization: Organization, wanted: AddonSet) -> None:
    """Give it one that is ready, if there is one, and note that its set is in use. To be called in
    the transaction that enters the organization; no other gets the same one."""
    noted = insert(StandbySet).values(server_id=organization.server.id, addons=list(wanted.addons))
    session.execute(
        noted.on_conflict_do_update(
            index_elements=[StandbySet.server_id, StandbySet.addons],
            set_={"asked_at": func.now()},
            where=StandbySet.asked_at < func.now() - timedelta(hours=1),
        )
    )
    already = select(StandbyDatabase.name).where(StandbyDatabase.claimed_by == organization.id)
    free = (
        select(StandbyDatabase.name)
        .join(StandbySet, StandbySet.id == StandbyDatabase.set_id)
        .where(
            StandbySet.server_id == organization.server.id,
            StandbyDatabase.template == wanted.template,
            StandbyDatabase.ready_at.is_not(None),
            StandbyDatabase.claimed_by.is_(None),
            ~already.exists(),
        )
        .order_by(StandbyDatabase.ready_at)
        .limit(1)
        .with_for_update(of=StandbyDatabase, skip_locked=True)
        .cte("free")
        .prefix_with("MATERIALIZED")
    )
    session.execute(
        update(StandbyDatabase)
        .where(StandbyDatabase.name == free.c.name)
        .values(claimed_by=organization.id)
    )


def take(kernel: Kernel, admin: psycopg.Connection, organization: Organization) -> bool:
    """Turn the copy that it claimed into its database, to which nobody can connect yet; False if
    it claimed none. Needs the lock of the organization's database."""
    mine = select(StandbyDatabase.name).where(StandbyDatabase.claimed_by == organization.id)
    with kernel.session(control(kernel), readonly=True) as session:
        name = session.scalar(mine)
    if name is None or not roles.database_exists(admin, name):
        return False
    rename(admin, name, organization.database_name)
    return True


def release(session: Session, organization_id: str) -> None:
    """Forget the claim, once the copy is the organization's database."""
    claimed = StandbyDatabase.claimed_by == organization_id
    session.execute(delete(StandbyDatabase).where(claimed))


def rename(admin: psycopg.Connection, old: str, new: str) -> None:
    """Give a database that nobody can connect to another name."""
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    admin.execute(statement.format(sql.Identifier(old), sql.Identifier(new)))


def fill(kernel: Kernel) -> Filled:
    """Make what is missing, drop what fell behind the code or is too much; the sets that another
    process is filling are left to it."""
    filled = Filled()
    _spread(kernel)
    for each in _plans(kernel):
        if each.is_done:
            continue
        try:
            done = _carry_out(kernel, each)
        except Unavailable as error:  # the other servers' sets are filled
            log.warning("no databases made ready", server=each.server.name, reason=error.message)
            continue
        filled = Filled(filled.made + done.made, filled.dropped + done.dropped)
    return filled


def sweep(kernel: Kernel, admin: psycopg.Connection) -> list[str]:
    """Drop copies that no row knows of: that of an organization removed before it had it."""
    there = names.standby_among(templates.databases(admin))
    with kernel.session(control(kernel), readonly=True) as session:
        # Read after the server was asked: a row is written before its database is made.
        known = frozenset(session.scalars(select(StandbyDatabase.name)))
    unknown = [name for name in there if name not in known]
    for name in unknown:
        drop(admin, name)
    return unknown


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a set needs: how many more copies, which are to be finished, which to be dropped.
    `wanted` is None where the deployment lacks one of its addons."""

    set_id: int
    server: DatabaseServer
    wanted: AddonSet | None
    missing: int
    unfinished: tuple[str, ...]
    useless: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.missing or self.unfinished or self.useless)


def _plans(kernel: Kernel, set_id: int | None = None) -> list[_Plan]:
    """What each set needs now, those first that were asked for last."""
    statement = select(StandbySet).order_by(StandbySet.asked_at.desc())
    statement = statement.options(joinedload(StandbySet.server), selectinload(StandbySet.databases))
    if set_id is not None:
        statement = statement.where(StandbySet.id == set_id)
    with kernel.session(control(kernel), readonly=True) as session:
        taking = {each.server.id for each in rule.standings(session) if not each.refusal}
        found = [
            (each, _size(session, each, taking=each.server_id in taking))
            for each in session.scalars(statement)
        ]
    return [_plan(kernel, each, size) for each, size in found]


def _spread(kernel: Kernel) -> None:
    """Let a set that is in use stand ready on every server that takes organizations, before the
    first one is put there."""
    with kernel.session(control(kernel)) as session:
        taking = [each.server.id for each in rule.standings(session) if not each.refusal]
        in_use = select(StandbySet.addons, func.max(StandbySet.asked_at).label("asked_at"))
        in_use = in_use.where(StandbySet.asked_at > utc_now() - KEPT).group_by(StandbySet.addons)
        rows = session.execute(in_use).all() if len(taking) > 1 else ()
        for server_id in taking:
            for addons, asked_at in rows:
                new = insert(StandbySet).values(server_id=server_id, addons=addons)
                session.execute(new.values(asked_at=asked_at).on_conflict_do_nothing())


def _size(session: Session, each: StandbySet, *, taking: bool) -> int:
    """How many copies of a set are to be ready."""
    if not taking:
        return 0
    if each.size is not None:
        return each.size
    in_use = each.asked_at > utc_now() - KEPT
    return options(session, LifeOptions).standby if in_use else 0


def _plan(kernel: Kernel, each: StandbySet, size: int) -> _Plan:
    known = set(each.addons) <= kernel.catalog.addons.keys()
    wanted = templates.addon_set(kernel, tuple(each.addons)) if known else None
    free = sorted(
        (copy for copy in each.databases if copy.claimed_by is None),
        key=lambda copy: (copy.ready_at is None, copy.name),
    )
    good = [copy for copy in free if wanted is not None and copy.template == wanted.template]
    kept = good[:size]
    return _Plan(
        each.id,
        each.server,
        wanted,
        missing=size - len(kept) if wanted is not None else 0,
        unfinished=tuple(copy.name for copy in kept if copy.ready_at is None),
        useless=tuple(copy.name for copy in free if copy not in kept),
    )


def _carry_out(kernel: Kernel, plan: _Plan) -> Filled:
    made, dropped = [], []
    lock = f"standby {plan.set_id}"
    with servers.connect(plan.server, kernel.secrets) as admin:
        if not templates.try_lock(admin, lock):
            return Filled()
        try:
            for now in _plans(kernel, plan.set_id):
                dropped = [name for name in now.useless if _give_up(kernel, admin, name)]
                wanted = now.wanted
                if wanted is None:
                    continue
                begun = [*now.unfinished, *(names.new_standby() for _ in range(now.missing))]
                made = [_make(kernel, admin, now, wanted, name) for name in begun]
        finally:
            templates.unlock(admin, lock)
    return Filled(tuple(made), tuple(dropped))


def _make(
    kernel: Kernel, admin: psycopg.Connection, plan: _Plan, wanted: AddonSet, name: str
) -> str:
    """A copy under this name, or the rest of what a killed process began."""
    begun = insert(StandbyDatabase).values(name=name, set_id=plan.set_id, template=wanted.template)
    with kernel.session(control(kernel)) as session:
        session.execute(begun.on_conflict_do_nothing())
    templates.ensure(kernel, admin, plan.server, wanted)
    if not roles.database_exists(admin, name):
        templates.clone(admin, wanted.template, name)
    with kernel.session(control(kernel)) as session:
        templates.note_use(session, plan.server.id, wanted)
        mine = StandbyDatabase.name == name
        session.execute(update(StandbyDatabase).where(mine).values(ready_at=func.now()))
    return name


def _give_up(kernel: Kernel, admin: psycopg.Connection, name: str) -> bool:
    """Drop a copy, unless an organization has just claimed it. The row goes first: what is left
    of a killed process is a database that nobody knows, for the sweep."""
    unclaimed = (StandbyDatabase.name == name, StandbyDatabase.claimed_by.is_(None))
    statement = delete(StandbyDatabase).where(*unclaimed).returning(StandbyDatabase.name)
    with kernel.session(control(kernel)) as session:
        gone = session.scalar(statement) is not None
    if gone:
        drop(admin, name)
    return gone


def drop(admin: psycopg.Connection, name: str) -> None:
    """Drop a copy, or whatever else has this name, and whoever is in it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    admin.execute(statement.format(sql.Identifier(name)))
