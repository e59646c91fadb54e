"""Whether this server's clock goes right, asked before documents are sent.

The authority refuses what is dated tomorrow, and its place in the chain is spent. A clock that was
set wrongly tells of a last answer that is long ago, or still to come: so it is found before
anything is sent by it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.authority.client import Authority
from addons.zatca.models import Device, Exchange
from addons.zatca.services.onboarding.clock import clock_error
from addons.zatca.services.sending.logbook import note
from core.api import utc_now

ASKED: Final = "time"
"""What the log of exchanges calls the question."""

_FRESH: Final = timedelta(hours=1)


def clock_is_wrong(session: Session, device: Device, authority: Authority) -> bool:
    """Whether this server's time is not the authority's: by its last answer, or, where that is not
    of this hour or told of a wrong clock, by one that is asked for now. Who does not answer tells
    nothing."""
    now = utc_now()
    last = session.execute(
        select(Exchange.headers, Exchange.at)
        .join(Device, Device.id == Exchange.device_id)
        .where(Device.environment == device.environment, Exchange.status.is_not(None))
        .order_by(Exchange.id.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and abs(now - last.at) < _FRESH and not clock_error(last.headers, last.at):
        return False
    exchange = authority.time()
    note(session, device, exchange, ASKED)
    return clock_error(exchange.headers, utc_now()) is not None
