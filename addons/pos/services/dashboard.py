"""How the tills stand: who is there, what they still hold, the cash in their drawers, and what
they sold today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.pos.models import Binding, Register, TillSession
from addons.pos.permissions import VIEW_SESSIONS
from addons.pos.services.devices.seen import is_online
from addons.pos.services.registers import currency_of
from addons.pos.services.sessions.expected import drawer_cash
from core.api import actor, today

ZERO: Final = Decimal(0)
_TODAY: Final = text("""
SELECT register_id, count(*) AS receipts, sum(total) AS total
  FROM pos.sale WHERE day = :day GROUP BY register_id
""")
_WAITING: Final = text("""
SELECT register_id, count(*) FILTER (WHERE state = 'accepted') AS accepted,
       count(*) FILTER (WHERE state = 'quarantined') AS quarantined
  FROM pos.operation WHERE state IN ('accepted', 'quarantined') GROUP BY register_id
""")


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is under way, with the cash that should be in its drawer."""

    id: int
    number: int
    opened_at: datetime
    cash: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """How a till stands. `unsynced` is what its devices said they hold, `waiting` what the server
    has not booked yet, `quarantined` what somebody has to mend."""

    register: Register
    currency: str
    online: int
    devices: int
    last_seen_at: datetime | None
    unsynced: int
    waiting: int
    quarantined: int
    receipts: int
    total: Decimal
    sessions: tuple[OpenSession, ...]


def standings(session: Session) -> list[Standing]:
    """The active tills that whoever looks may see, by their codes."""
    registers = _registers(session)
    ids = [one.id for one in registers]
    devices = session.scalars(
        select(Binding).where(Binding.register_id.in_(ids), Binding.revoked_at.is_(None))
    ).all()
    running = session.scalars(
        select(TillSession)
        .where(TillSession.register_id.in_(ids), TillSession.state == "open")
        .order_by(TillSession.id)
    ).all()
    sold = {row.register_id: row for row in session.execute(_TODAY, {"day": today(session)})}
    waits = {row.register_id: row for row in session.execute(_WAITING)}
    found = []
    for register in registers:
        own = [one for one in devices if one.register_id == register.id]
        sale, wait = sold.get(register.id), waits.get(register.id)
        found.append(
            Standing(
                register,
                currency_of(session, register),
                sum(is_online(one) for one in own),
                len(own),
                max((one.last_seen_at for one in own if one.last_seen_at), default=None),
                sum(one.unsynced for one in own),
                wait.accepted if wait else 0,
                wait.quarantined if wait else 0,
                sale.receipts if sale else 0,
                sale.total if sale else ZERO,
                tuple(_open(session, one) for one in running if one.register_id == register.id),
            )
        )
    return found


def _open(session: Session, till_session: TillSession) -> OpenSession:
    cash = drawer_cash(session, till_session).expected
    return OpenSession(till_session.id, till_session.number, till_session.opened_at, cash)


def _registers(session: Session) -> Sequence[Register]:
    wanted = select(Register).where(Register.active).order_by(Register.code)
    who = actor(session)
    if who.scope(VIEW_SESSIONS.code) != "all":
        wanted = wanted.where(Register.branch_id.in_(who.branches))
    return session.scalars(wanted).all()
