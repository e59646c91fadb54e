"""Quotations, orders and invoices by e-mail: as PDF, in the customer's language.

Asked for in a page, sent by a job; what was sent says so before it leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.contacts.api import Contact, get_contact
from addons.sales.models import Invoice, SalesOrder
from addons.sales.services.portal.links import new_link
from addons.sales.services.stamps import title_of
from core.api import (
    Conflict,
    MailFile,
    Resource,
    binding,
    can_send,
    enqueue,
    mail_files,
    msg,
    phrase,
    print_pdf,
    reader,
)

MAIL_ORDER: Final = "sales.mail_order"
MAIL_INVOICE: Final = "sales.mail_invoice"
_QUOTATION: Final = msg("Quotation {number} of {company}")
_ORDER: Final = msg("Your order {number} with {company}")
_INVOICE: Final = msg("Invoice {number} of {company}")
_CREDIT_NOTE: Final = msg("Credit note {number} of {company}")
_TITLED: Final = msg("{title} {number} of {company}")
_LINK: Final = msg("You see it here, too, and need no account:\n{link}")
_TEXT: Final = msg(
    "Dear {name},\nattached is {number}. It comes to {total} {currency}.\n\nYours sincerely\n"
    "{company}"
)


def ask_for_mail(session: Session, record: SalesOrder | Invoice) -> str:
    """Have a job send a document; returns the address that it goes to. Raises Conflict where it
    cannot be sent: nobody knows the address, or there is no mail server."""
    contact = get_contact(session, record.contact_id)
    if contact is None or not contact.email:
        raise Conflict(
            phrase("{name} has no e-mail address.", name=record.contact_name),
            fix=phrase("Enter it under Contacts, or print the document."),
        )
    if not can_send(session):
        raise Conflict(
            phrase("This installation has no mail server."),
            fix=phrase("Ask whoever runs it to name one. Print the document meanwhile."),
        )
    job = MAIL_ORDER if isinstance(record, SalesOrder) else MAIL_INVOICE
    enqueue(session, job, record_id=record.id)
    return contact.email


def mail_document(session: Session, resource: Resource, record: SalesOrder | Invoice) -> None:
    """Send a document to its customer; called by jobs alone."""
    contact = get_contact(session, record.contact_id)
    if contact is None or not contact.email:
        return
    form = next((one.name for one in resource.prints if one.when(record)), "")
    language = contact.language or ""
    pdf = print_pdf(session, resource, record, language, form=form, way="mail")
    subject, text = words_of_mail(session, record, contact)
    if record.number:
        link = new_link(session, record, contact.email)
        text = f"{text}\n\n{reader(session, language).say(_LINK, link=link)}"
    # Last: what has left cannot be undone.
    file = MailFile(pdf.name, "application/pdf", pdf.content)
    mail_files(session, to=[contact.email], subject=subject, text=text, files=[file])


def words_of_mail(
    session: Session, record: SalesOrder | Invoice, contact: Contact
) -> tuple[str, str]:
    """Subject and text of the mail that a document goes with, in the customer's language."""
    speaks = reader(session, contact.language or "")
    say: Callable[..., str] = speaks.say
    company = binding(session).tenant.title
    number = record.number or ""
    if isinstance(record, SalesOrder):
        title = _QUOTATION if record.is_quotation else _ORDER
    else:
        title = _INVOICE if record.kind == "invoice" else _CREDIT_NOTE
    values: dict[str, Any] = {"number": number, "company": company}
    own = title_of(session, record) if isinstance(record, Invoice) else ""
    if own:
        title, values["title"] = _TITLED, say(own)
    text = say(
        _TEXT,
        name=contact.name,
        total=speaks.number(record.total),
        currency=record.currency,
        **values,
    )
    return say(title, **values), text
