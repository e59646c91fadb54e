"""That somebody asks to come in is told where administrators look for what waits for them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import Trouble, msg
from core.guests.access import waiting

GUESTS: Final = "/settings/guests"


def asking_guests(session: Session) -> list[Trouble]:
    """Requests that nobody has answered."""
    return [
        Trouble(
            key=f"guest:{access.id}",
            title=msg("Somebody asks to look into your company"),
            cause=f"{access.name}: {access.reason}",
            url=GUESTS,
            severity="warning",
        )
        for access in waiting(session)
    ]
