"""What an answer makes of a document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from addons.zatca.authority.answers import Answer, Message, Outcome
from addons.zatca.documents.reading import read
from addons.zatca.models import Document
from addons.zatca.services.sending import states
from addons.zatca.services.sending.patience import pause_after

HEARD_LATER: Final = "answer-lost"
"""The authority had the document before we heard so; the code of our own note about it."""


def apply(document: Document, answer: Answer, now: datetime) -> None:
    """Give the document the state, the findings and the time of its next try that follow."""
    document.next_try_at = None
    document.answered_at = now
    match answer.outcome:
        case Outcome.ACCEPTED:
            _accepted(document, answer)
        case Outcome.DUPLICATE:
            # The number is random and the hash is of these very bytes: it is this document.
            known = (*answer.warnings, Message(HEARD_LATER, "", ""))
            document.warnings = findings(known if document.attempts < 2 else answer.warnings)
            document.errors = []
            states.move(document, states.REPORTED + (_suffix(document.warnings)))
        case Outcome.REJECTED | Outcome.TOO_LARGE:
            document.errors = findings(answer.errors)
            document.warnings = findings(answer.warnings)
            rejected = answer.outcome is Outcome.REJECTED
            states.move(document, states.REJECTED if rejected else states.NOT_CLEARED)
        case Outcome.UNKNOWN:
            states.move(document, states.UNKNOWN)
            document.next_try_at = now + pause_after(document.attempts, answer.retry_after)
        case _:
            put_back(document, now, answer.retry_after)


def put_back(document: Document, now: datetime, asked: float | None = None) -> None:
    """Let a document that was surely not received wait for its next try."""
    document.next_try_at = now + pause_after(document.attempts, asked)
    states.move(document, states.PENDING)


def findings(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """As the document's columns keep them."""
    return [
        {"code": each.code, "category": each.category, "message": each.text} for each in messages
    ]


def _accepted(document: Document, answer: Answer) -> None:
    document.errors = []
    document.warnings = findings(answer.warnings)
    if answer.cleared is None:
        states.move(document, states.REPORTED + _suffix(document.warnings))
        return
    document.cleared_xml = answer.cleared
    document.cleared_qr = read(answer.cleared).qr or None
    states.move(document, states.CLEARED + _suffix(document.warnings))


def _suffix(warnings: list[Any]) -> str:
    return states.WITH_WARNINGS if warnings else ""
