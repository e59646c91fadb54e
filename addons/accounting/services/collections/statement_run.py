"""Statements for everybody with whom something is open, made by a job. The same time and side
again makes and sends nothing twice."""

from __future__ import annotations

from datetime import date
from typing import Final, cast

from sqlalchemy.orm import Session

from addons.accounting.models.collections import AccountStatement
from addons.accounting.services.collections.account_statements import (
    partners_with_balance,
    statements_of,
)
from addons.accounting.services.collections.mailing import ask_for_mail
from addons.accounting.services.payments.agreed import Side
from addons.contacts.api import get_contact
from core.api import can_send, phrase, report_progress

JOB: Final = "accounting.make_statements"


def make_statements(session: Session, *, start: str, end: str, side: str, send: bool) -> str:
    """Make the statements of all partners with an open balance, and have them sent to those with
    an address where that is wanted."""
    first, last, whose = date.fromisoformat(start), date.fromisoformat(end), cast(Side, side)
    partners = partners_with_balance(session, whose, last)
    made: list[AccountStatement] = []
    for place, partner_id in enumerate(partners):
        source = f"{side}/{start}/{end}"
        made += statements_of(session, partner_id, whose, first, last, source=source)
        report_progress(session, (place + 1) / len(partners))
    sent = [one for one in made if send and _can_go(session, one)]
    for statement in sent:
        ask_for_mail(session, statement)
    return phrase("{count} statements made, {sent} to be sent", count=len(made), sent=len(sent))


def _can_go(session: Session, statement: AccountStatement) -> bool:
    if statement.sent_at is not None or not can_send(session):
        return False
    contact = get_contact(session, statement.partner_id)
    return contact is not None and bool(contact.email)
