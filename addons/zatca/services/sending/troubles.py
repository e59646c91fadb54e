"""What somebody should see to before the authority does: deadlines, refusals, sales without a
document, a clock that goes wrong, devices that stand still, certificates that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from addons.zatca.models import OPEN_STATES, SIGNING, Device, Document, Exchange, Unmade
from addons.zatca.services.onboarding.certifying import CLOCK_WRONG
from addons.zatca.services.onboarding.clock import clock_error
from addons.zatca.services.sending import states
from addons.zatca.services.sending.words import WORDS
from core.api import Trouble, phrase, utc_now

FIRST_WARNING: Final = timedelta(hours=12)
LAST_WARNING: Final = timedelta(hours=4)
"""How long before its deadline a document is warned of: 12 and 20 hours after its issue."""

CERTIFICATE_ENDS: Final = timedelta(days=60)
_CLOCK_SEEN: Final = timedelta(days=1)


def troubles(session: Session) -> list[Trouble]:
    """Everything at once, the worst first."""
    now = utc_now()
    found = [
        *_deadlines(session, now),
        *_refused(session),
        *_unmade(session),
        *_clock(session, now),
        *_devices(session, now),
    ]
    return sorted(found, key=lambda one: one.severity != "bad")


def _deadlines(session: Session, now: datetime) -> Iterator[Trouble]:
    waiting = Document.state.in_(OPEN_STATES)
    urgent = _count(session, waiting, Document.deadline_at <= now + LAST_WARNING)
    if urgent:
        yield Trouble(
            "zatca.deadline",
            phrase("{count} electronic invoices must be sent within hours", count=urgent),
            phrase(
                "They were issued 20 hours ago or more and are not reported or cleared yet; the"
                " authority wants them within 24."
            ),
            url="/zatca/documents",
        )
    soon = _count(session, waiting, Document.deadline_at <= now + FIRST_WARNING) - urgent
    if soon:
        yield Trouble(
            "zatca.half_day",
            phrase("{count} electronic invoices wait for half a day", count=soon),
            phrase("They were issued 12 hours ago or more and are not reported or cleared yet."),
            severity="warning",
            url="/zatca/documents",
        )


def _refused(session: Session) -> Iterator[Trouble]:
    refused = _count(session, Document.state.in_(sorted(states.MENDABLE)))
    if refused:
        yield Trouble(
            "zatca.refused",
            phrase("{count} electronic invoices were refused", count=refused),
            phrase("Each says on its page what is wrong and which field mends it."),
            url="/zatca/documents",
        )


def _unmade(session: Session) -> Iterator[Trouble]:
    unmade = session.scalar(select(func.count()).select_from(Unmade)) or 0
    if unmade:
        yield Trouble(
            "zatca.unmade",
            phrase("{count} sales have no electronic invoice yet", count=unmade),
            phrase("Each says on its page what has to be mended before it can be made."),
            url="/zatca/waiting",
        )


def _clock(session: Session, now: datetime) -> Iterator[Trouble]:
    """By the last answer of the day: documents that are dated wrongly are refused."""
    answered = select(Exchange).where(Exchange.status.is_not(None), Exchange.at > now - _CLOCK_SEEN)
    last = session.scalars(answered.order_by(Exchange.id.desc()).limit(1)).one_or_none()
    if last is not None and clock_error(last.headers, last.at):
        words = WORDS[CLOCK_WRONG]
        yield Trouble(
            "zatca.clock",
            phrase(words.sentence),
            phrase(
                "Nothing is sent before it is right: have it set by a time service (NTP). What"
                " waits is sent by itself then."
            ),
            url=f"/zatca/exchanges/{last.id}",
        )


def _devices(session: Session, now: datetime) -> Iterator[Trouble]:
    stopped_or_ending = Device.stopped_at.is_not(None) | (
        Device.expires_at <= now + CERTIFICATE_ENDS
    )
    watched = (*sorted(SIGNING), "expired")
    for device in session.scalars(
        select(Device).where(Device.state.in_(watched), stopped_or_ending).order_by(Device.id)
    ):
        url = f"/zatca/registration/{device.id}"
        if device.stopped_at is not None:
            yield Trouble(
                f"zatca.stopped.{device.id}",
                phrase("Nothing of {device} is sent", device=device.name),
                device.stopped_why,
                url=url,
            )
        if device.expires_at is not None and device.expires_at <= now + CERTIFICATE_ENDS:
            ended = device.expires_at <= now
            yield Trouble(
                f"zatca.certificate.{device.id}",
                phrase("The certificate of {device} has ended", device=device.name)
                if ended
                else phrase("The certificate of {device} ends soon", device=device.name),
                phrase("It signs no invoice after that: renew it with a one-time password."),
                severity="bad" if ended else "warning",
                url=url,
            )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Document).where(*conditions)) or 0
