"""Which device signs a sale: the till's own, else its branch's, else the company's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import SIGNING, Device
from core.api import cached_until_change, utc_now

_BEST_FIRST: Final = ("production", "simulation", "sandbox")
_PROVES_NOTHING: Final = "sandbox"


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device that signs, or did: until its certificate ended, or it was taken out of use."""

    id: int
    branch_id: int | None
    register_id: int | None
    environment: str
    invoice_kinds: str
    signs: bool
    since: datetime
    until: datetime | None
    of_till: bool

    def fits(self, standard: bool, now: datetime) -> bool:
        """Whether the server signs this kind of document with it now."""
        allowed = self.invoice_kinds[0 if standard else 1] == "1"
        ended = self.until is not None and self.until <= now
        return self.signs and allowed and not self.of_till and not ended


@cached_until_change(Device)
def known_devices(session: Session) -> tuple[KnownDevice, ...]:
    """The devices by which electronic invoicing has begun; none, and nothing becomes an electronic
    invoice. One that was taken out of use is among them: what has begun goes on. A try at the
    sandbox that is over has begun nothing."""
    found = session.execute(
        select(
            Device.id,
            Device.branch_id,
            Device.register_id,
            Device.environment,
            Device.invoice_kinds,
            Device.state,
            Device.active_since,
            Device.expires_at,
            Device.held_by,
        ).where(Device.active_since.is_not(None))
    )
    devices = [
        KnownDevice(
            *row[:5],
            row.state in SIGNING,
            row.active_since,
            row.expires_at,
            row.held_by == "till",
        )
        for row in found
        if row.state != "revoked" or row.environment != _PROVES_NOTHING
    ]
    return tuple(sorted(devices, key=lambda one: (_BEST_FIRST.index(one.environment), -one.id)))


def begun_at(session: Session) -> datetime | None:
    """Since when sales become electronic invoices: the moment at which the first device became
    active. What was posted before stays what it was, also when its events are told again."""
    return min((device.since for device in known_devices(session)), default=None)


def device_for(
    session: Session, standard: bool, branch_id: int | None, register_id: int | None
) -> int | None:
    """The device that signs such a document; None where none does."""
    now = utc_now()
    fitting = [device for device in known_devices(session) if device.fits(standard, now)]
    offices = [device for device in fitting if device.register_id is None]
    chosen = (
        *(one for one in fitting if one.register_id == register_id is not None),
        *(one for one in offices if one.branch_id == branch_id),
        *(one for one in offices if one.branch_id is None),
    )
    return chosen[0].id if chosen else None
