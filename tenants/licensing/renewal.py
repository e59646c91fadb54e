"""Renews licences in the background: the job that asks the licence server, and what it kept of how
that went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.addons.options import options
from core.db.base import utc_now
from core.errors import AppError, Conflict
from core.i18n import phrase
from tenants.licensing import licences
from tenants.licensing import revocations as licence_revocations
from tenants.licensing.keys import trusted
from tenants.licensing.models import KnownRevocations, OrganizationLicence
from tenants.licensing.server import Answer, LicenceServer, Offered, ServerSilent, ask
from tenants.licensing.watch import watch_row

JOB: Final = "tenants.renew_licences"
SOON: Final = timedelta(days=30)
"""How long before the end a licence is first offered for renewal."""
LATE: Final = timedelta(days=90)
"""How long after the end it still is."""
BATCH: Final = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Renewed:
    """What came of asking: how many licences were renewed and lists taken in, and what was not
    accepted, each with the reason."""

    licences: int = 0
    lists: int = 0
    refused: tuple[str, ...] = ()


def renew_in_background(session: Session) -> None:
    """The job: ask if there is a server, and keep how it went. That it cannot be reached is no
    failure of the job; it is shown, and tried again with the next run."""
    server = options(session, LicenceServer)
    if not server.url or not trusted(session):
        return
    watch = watch_row(session)
    watch.asked_at = utc_now()
    try:
        outcome = renew_from(session, server)
    except ServerSilent as error:
        watch.problem = error.message
        log.warning("licence server not asked", reason=error.message)
        return
    watch.renewed_at = utc_now()
    watch.problem = "; ".join(outcome.refused)
    log.info("licences renewed", licences=outcome.licences, refused=len(outcome.refused))


def renew_now(session: Session) -> Renewed:
    """The same because somebody asks; raises ServerSilent, or Conflict if no server is set."""
    server = options(session, LicenceServer)
    if not server.url:
        raise Conflict(
            phrase("No licence server is set."),
            fix=phrase("Set one under Settings → Options on the control plane."),
        )
    return renew_from(session, server)


def renew_from(session: Session, server: LicenceServer) -> Renewed:
    """Ask the server for all licences that end soon or ended lately; raises ServerSilent."""
    due = list(session.scalars(_due()))
    known = session.scalars(select(KnownRevocations))
    lists = {row.key_id: row.list_version for row in known}
    batches = [due[at : at + BATCH] for at in range(0, len(due), BATCH)] or [[]]
    renewed = taken = 0
    refused: list[str] = []
    for batch in batches:
        answer = ask(server, [row.token for row in batch], lists)
        taken += _take_lists(session, answer, refused)
        renewed += _take_licences(session, batch, answer, refused)
    return Renewed(renewed, taken, tuple(refused))


def try_server(session: Session, server: LicenceServer) -> str:
    """Ask for nothing, to see whether the server answers; what to tell the operator."""
    if not server.url:
        return phrase("No server is set: licences are added by hand.")
    ask(server, [], {})
    return phrase("The licence server answered.")


def _due() -> Select[OrganizationLicence]:
    row, now = OrganizationLicence, utc_now()
    return (
        select(row)
        .where(row.revoked_at.is_(None), row.replaced_by.is_(None))
        .where(row.until.is_not(None), row.until < now + SOON, row.until > now - LATE)
        .order_by(row.id)
    )


def _take_lists(session: Session, answer: Answer, refused: list[str]) -> int:
    taken = 0
    for text in answer.lists:
        try:
            with session.begin_nested():
                licence_revocations.receive(session, text)
            taken += 1
        except AppError as error:
            refused.append(error.message)
    return taken


def _take_licences(
    session: Session, sent: Sequence[OrganizationLicence], answer: Answer, refused: list[str]
) -> int:
    """Keep what was offered for the licences that were sent, each by itself."""
    by_serial = {row.serial: row for row in sent}
    taken = 0
    for offered in answer.licences:
        row = by_serial.get(offered.replaces)
        if row is None:
            refused.append(phrase("It offered a licence for one that was not asked about."))
            continue
        try:
            with session.begin_nested():
                _follow(session, row, offered)
            taken += 1
        except AppError as error:
            refused.append(error.message)
    return taken


def _follow(session: Session, row: OrganizationLicence, offered: Offered) -> None:
    new = licences.add(session, offered.text)
    if new.organization_id != row.organization_id or new.id == row.id:
        raise licences.not_a_successor()
    row.replaced_by = new.serial
    session.flush()
