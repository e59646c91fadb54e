"""Statements and reminders on their way by e-mail: as PDF, in the partner's language.

Called by jobs. What was sent says so before it leaves, so that a job which runs again sends
nothing twice; a mail server that refuses takes the mark back with the transaction.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.models.collections import AccountStatement
from addons.accounting.models.dunning import DunningLetter
from addons.contacts.api import get_contact
from core.api import (
    Conflict,
    MailFile,
    Resource,
    binding,
    can_send,
    currency_digits,
    enqueue,
    mail_files,
    msg,
    phrase,
    print_pdf,
    reader,
    utc_now,
)

STATEMENT_JOB = "accounting.mail_account_statement"
_SUBJECT = msg("Statement of account of {company}")
_TEXT = msg(
    "Dear {partner},\nattached is your statement of account from {start} to {end}."
    " Its balance is {closing} {currency}.\n\nYours sincerely\n{company}"
)


def ask_for_mail(session: Session, statement: AccountStatement) -> None:
    """Have a job send a statement; raises Conflict where it cannot be sent."""
    contact = get_contact(session, statement.partner_id)
    if contact is None or not contact.email:
        raise Conflict(
            phrase("{partner} has no e-mail address.", partner=statement.partner),
            fix=phrase("Enter it under Contacts, or print the statement."),
        )
    if not can_send(session):
        raise Conflict(
            phrase("This installation has no mail server."),
            fix=phrase("Ask whoever runs it to name one. Print it meanwhile."),
        )
    enqueue(
        session, STATEMENT_JOB, key=f"{STATEMENT_JOB}:{statement.id}", statement_id=statement.id
    )


def mail_statement(session: Session, resource: Resource, statement_id: int) -> None:
    """Send a statement that was not sent yet."""
    statement = session.get(AccountStatement, statement_id, with_for_update=True)
    if statement is None or statement.sent_at is not None:
        return
    speaks = reader(session, statement.language)
    company = binding(session).tenant.title
    text = speaks.say(
        _TEXT,
        partner=statement.partner,
        company=company,
        start=speaks.day(statement.start_date),
        end=speaks.day(statement.end_date),
        closing=speaks.number(statement.closing, currency_digits(statement.currency)),
        currency=statement.currency,
    )
    subject = speaks.say(_SUBJECT, company=company)
    _send(session, resource, statement, statement.partner_id, subject, text)


def mail_letter(session: Session, resource: Resource, letter_id: int) -> None:
    """Send a reminder that was confirmed and not sent yet."""
    letter = session.get(DunningLetter, letter_id, with_for_update=True)
    if letter is None or letter.sent_at is not None or letter.state != "confirmed":
        return
    _send(session, resource, letter, letter.partner_id, letter.subject, letter.body)


def _send(
    session: Session,
    resource: Resource,
    record: AccountStatement | DunningLetter,
    partner_id: int,
    subject: str,
    text: str,
) -> None:
    contact = get_contact(session, partner_id)
    if contact is None or not contact.email:
        return
    pdf = print_pdf(session, resource, record, record.language, way="mail")
    record.sent_at = utc_now()
    session.flush()
    # Last: what has left cannot be undone.
    file = MailFile(pdf.name, "application/pdf", pdf.content)
    mail_files(session, to=[contact.email], subject=subject, text=text, files=[file])
