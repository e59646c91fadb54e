"""Writes to those whom it concerns that a domain's proof is gone: at once, again before the domain
is given up, and when it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog

from core.db.base import utc_now
from core.errors import Unavailable
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.mail.administrators import mail_administrators
from core.mail.outgoing import can_send
from tenants.control import control
from tenants.models import Organization

Stage = Literal["gone", "soon", "given up"]

SOON: Final = timedelta(days=3)
"""So long before a domain is given up its people are told once more."""
_NEWS: Final = timedelta(days=2)
"""As long its absence is news. Who could not be told meanwhile is told before the end."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lost:
    """A domain without its proof: since when, why, and when it is served no more."""

    host: str
    organization_id: str
    problem: str
    since: datetime
    ends: datetime

    def stage(self) -> Stage | None:
        """What its people are to be told now; nothing in between."""
        now = utc_now()
        if self.ends <= now:
            return "given up"
        if self.ends - now <= SOON:
            return "soon"
        return "gone" if now - self.since < _NEWS else None


def tell(kernel: Kernel, lost: Lost) -> None:
    """Write to the company's administrators, and to its reseller or else the operator's; once a
    stage. Nothing depends on it: who is out of reach is told the next day."""
    stage = lost.stage()
    if stage is None:
        return
    subject, text = _letter(lost, stage)
    key = f"domain:{lost.host}:{lost.since.isoformat()}:{stage}"
    try:
        company = kernel.directory.find_id(lost.organization_id)
        if company is not None:
            with kernel.session(company) as session:
                mail_administrators(session, subject=subject, text=text, key=key)
        _tell_seller(kernel, lost, subject, text, key)
    except Unavailable as error:
        log.warning("nobody told of a domain", host=lost.host, reason=error.message)


def _tell_seller(kernel: Kernel, lost: Lost, subject: str, text: str, key: str) -> None:
    with kernel.session(control(kernel)) as session:
        organization = session.get(Organization, lost.organization_id)
        reseller = None if organization is None else organization.reseller
        if reseller is None or not reseller.email:
            mail_administrators(session, subject=subject, text=text, key=key)
        elif can_send(session):
            language = control(kernel).locale
            translate = kernel.languages.translate
            enqueue(
                session,
                "core.send_mail",
                key=f"{key}:reseller",
                to=reseller.email,
                subject=translate(language, subject),
                text=translate(language, text),
            )


def _letter(lost: Lost, stage: Stage) -> tuple[str, str]:
    """Subject and text, as phrases."""
    day = f"{lost.ends:%Y-%m-%d}"
    if stage == "given up":
        return (
            phrase("{host} is served no more", host=lost.host),
            phrase(
                "Hello,\n\nthe proof that {host} is yours did not come back, so your company is not"
                " found there any more. What was missing: {problem}\n\nUnder Settings, Domains you"
                " find it still. Put the proof back and check it there, as long as nobody else has"
                " claimed the domain.\n",
                host=lost.host,
                problem=lost.problem,
            ),
        )
    subject = (
        phrase("The proof of {host} is gone", host=lost.host)
        if stage == "gone"
        else phrase("{host} is served until {day} only", host=lost.host, day=day)
    )
    return subject, phrase(
        "Hello,\n\nnothing proves any more that {host} is yours. What is missing: {problem}\n\nYour"
        " company is found there until {day}. If the proof has not come back by then, the domain is"
        " served no more, and anybody may claim it. Under Settings, Domains stands what to enter at"
        " whoever keeps the domain's records.\n",
        host=lost.host,
        problem=lost.problem,
        day=day,
    )
