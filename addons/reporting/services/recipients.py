"""To whom a report is sent: e-mail addresses, of which those of users count only while these can
sign in."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Conflict, InvalidInput, phrase

MOST: Final = 50
_ADDRESS: Final = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}\.?[^\s@<>,;\".]+")
_SWITCHED_OFF: Final = text(
    "SELECT lower(email) FROM core.user_account WHERE NOT is_active AND lower(email) = ANY(:named)"
)


def addresses(written: str, field: str) -> list[str]:
    """The addresses in a text, each once; raises InvalidInput naming the first that is none."""
    found: list[str] = []
    for part in re.split(r"[\s,;]+", written.strip()):
        if not part:
            continue
        if not _ADDRESS.fullmatch(part):
            raise InvalidInput.of(
                field, phrase("“{text}” is not an e-mail address.", text=part[:100])
            )
        if part.lower() not in (one.lower() for one in found):
            found.append(part)
    if not found:
        raise InvalidInput.of(field, phrase("Say to whom it is sent."))
    if len(found) > MOST:
        raise InvalidInput.of(field, phrase("Send it to at most {count} people.", count=MOST))
    return found


def deliverable(session: Session, written: str) -> list[str]:
    """The addresses without those of users who were switched off; raises Conflict if none is
    left."""
    named = addresses(written, "recipients")
    gone = set(session.scalars(_SWITCHED_OFF, {"named": [one.lower() for one in named]}))
    left = [one for one in named if one.lower() not in gone]
    if not left:
        raise Conflict(phrase("None of those to whom it is sent can sign in any more."))
    return left
