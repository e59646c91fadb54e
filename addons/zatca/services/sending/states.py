"""What can become of a document, as docs/zatca.md draws it.

What was signed stays signed: a state says only what the authority knows of it. SUPERSEDED is given
where another document follows; everything else follows from an answer, or from its absence.
"""

from __future__ import annotations

from typing import Final

from addons.zatca.models import Document
from core.api import Conflict, phrase

PENDING: Final = "PENDING"
SENDING: Final = "SENDING"
UNKNOWN: Final = "UNKNOWN"
REPORTED: Final = "REPORTED"
CLEARED: Final = "CLEARED"
WITH_WARNINGS: Final = "_WITH_WARNINGS"
REJECTED: Final = "REJECTED"
NOT_CLEARED: Final = "NOT_CLEARED"
SUPERSEDED: Final = "SUPERSEDED"

WAITING: Final = (PENDING, UNKNOWN)
"""Documents that are sent when their time comes."""
MENDABLE: Final = frozenset({REJECTED, NOT_CLEARED})
"""Documents that a person must see to."""
DONE: Final = frozenset({REPORTED, CLEARED, REPORTED + WITH_WARNINGS, CLEARED + WITH_WARNINGS})
"""The authority has them, once and for all."""

_ANSWERED: Final = DONE | {REJECTED, NOT_CLEARED, UNKNOWN, PENDING}
NEXT: Final[dict[str, frozenset[str]]] = {
    PENDING: frozenset({SENDING}),
    SENDING: _ANSWERED,
    UNKNOWN: frozenset({SENDING}),
    REJECTED: frozenset({SUPERSEDED}),
    NOT_CLEARED: frozenset({PENDING, SUPERSEDED}),
    SUPERSEDED: frozenset(),
    **dict.fromkeys(DONE, frozenset()),
}


def move(document: Document, state: str) -> None:
    """Give the document its next state; raises Conflict for a step that there is not, as when
    somebody resends what the authority has."""
    if state not in NEXT[document.state]:
        raise Conflict(
            phrase(
                "Document {number} is {state}: this cannot be done with it any more.",
                number=document.number,
                state=document.state,
            )
        )
    document.state = state
