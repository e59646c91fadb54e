"""What is wrong with licences on the control plane: a clock that was set back, and a licence server
that does not answer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.declare import Remedy, Trouble, msg
from core.i18n import phrase
from core.jobs.queue import enqueue
from tenants.licensing.models import LicenceWatch
from tenants.licensing.renewal import JOB
from tenants.licensing.watch import read_clock
from tenants.permissions import MANAGE_LICENCES


def licence_troubles(session: Session) -> list[Trouble]:
    """Both, where there are any."""
    found = []
    clock = read_clock(session)
    if clock.is_set_back:
        found.append(
            Trouble(
                key="licences:clock",
                title=phrase("The clock was set back"),
                cause=phrase(
                    "It says {now}, and {seen} was seen already. Licences count by the latter"
                    " until the clock is right.",
                    now=clock.now.date().isoformat(),
                    seen=clock.seen_at.date().isoformat(),
                ),
            )
        )
    watch = session.get(LicenceWatch, 1)
    if watch is not None and watch.problem:
        found.append(
            Trouble(
                key="licences:server",
                title=phrase("Licences were not renewed"),
                cause=watch.problem,
                severity="warning",
                url="/tenants/licences",
                remedy=Remedy(msg("Ask again"), MANAGE_LICENCES, run=_ask_again),
            )
        )
    return found


def _ask_again(session: Session) -> str:
    enqueue(session, JOB)
    return phrase("The licence server is being asked.")
