"""Tells the staff what a customer said or did: in the document's conversation, to whoever sells."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.sales.models import Invoice, SalesOrder
from addons.sales.services import related
from addons.sales.services.portal.guests import Guest
from core.api import Phrase, binding, note_from_outside, reader, throttle

_TALK = throttle.Limit(free=20, cap=900)
"""Notes in a row after which somebody outside has to wait; they are mailed to people."""


def tell(session: Session, document: SalesOrder | Invoice, author: str, said: str) -> None:
    """Note in the conversation of a document, in the company's language, and have the salesperson
    and the followers told."""
    resource = related.ORDERS if isinstance(document, SalesOrder) else related.INVOICES
    people = [] if document.salesperson_id is None else [document.salesperson_id]
    if isinstance(said, Phrase):
        said = reader(session, binding(session).tenant.locale).say(said)
    note_from_outside(
        session,
        resource,
        document,
        author=author,
        body=said,
        concerns=people,
    )


def comment(session: Session, guest: Guest, document: SalesOrder | Invoice, body: str) -> None:
    """Write what a guest says into the document's conversation. Raises InvalidInput for nothing
    and for more than fits, TooManyRequests for who writes again and again."""
    key = f"{type(document).__name__}:{document.id}"
    counters = [
        throttle.counter(_TALK, "sales portal note", key),
        throttle.counter(_TALK, "sales portal notes from", guest.client.network),
    ]
    throttle.admit(session, counters)
    throttle.count_failure(session, counters)
    tell(session, document, guest.name, body)
