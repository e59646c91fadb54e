"""Makes the company that somebody asked for, and invites who will look after it.

One job does both, so that nobody is invited to what is not there. Killed at any point it is run
again; what it did is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from sqlalchemy.orm import Session

from core.conversation.addresses import origin
from core.db.session import binding
from core.declare import Job, msg
from core.errors import Conflict
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.mail.outgoing import can_send
from tenants.life import finishing, steps
from tenants.life.jobs import telling
from tenants.making.first_administrator import FirstAdministrator, invite
from tenants.making.reading import Asked
from tenants.models import Organization
from tenants.selling import grants

_SECONDS: Final = 3600


def make(session: Session, asked: Asked) -> Organization:
    """Enter the company, with the job that makes it. Raises InvalidInput or Conflict, also where no
    mail could invite anybody."""
    if not can_send(session):
        raise Conflict(
            phrase("Mail is not set up here yet, so nobody can be invited."),
            fix=phrase("Name a mail server, or use `aorabooks tenant create` and `user create`."),
        )
    kernel: Kernel = binding(session).context["kernel"]
    made = steps.enter(session, asked.company)
    if asked.grant is not None:
        grants.grant(session, kernel.secrets, made, asked.grant)
    enqueue(
        session,
        steps.MAKE,
        title=phrase("Make {slug}", slug=made.slug),
        organization_id=made.id,
        first=asdict(asked.first),
    )
    return made


def _carry_out(session: Session, *, organization_id: str, first: Mapping[str, str]) -> None:
    kernel: Kernel = binding(session).context["kernel"]
    progress = telling(session)
    finishing.finish(kernel, organization_id, progress)
    tenant = kernel.directory.find_id(organization_id)
    if tenant is None or tenant.status != "active":
        return  # deleted or suspended since; whoever did that knows
    who = FirstAdministrator(**first)
    progress(phrase("Inviting {email}", email=who.email))
    with kernel.session(tenant) as inside:
        invite(inside, who, locale=tenant.locale, origin=origin(inside))


JOBS: Final = (
    Job(
        steps.MAKE,
        msg("Make an organization and invite its first administrator"),
        _carry_out,
        timeout_seconds=_SECONDS,
    ),
)
