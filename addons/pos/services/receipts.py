"""Receipts: found by their number for a till that takes goods back, and set for paper and mail."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.catalog.api import offline_taxes
from addons.pos.models import Method, Operation, Register, Sale
from core.api import (
    Conflict,
    InvalidInput,
    MailFile,
    NotFound,
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
)

MAIL_RECEIPT: Final = "pos.mail_receipt"
_SUBJECT: Final = msg("Your receipt {number} from {company}")
_TEXT: Final = msg("Thank you for your purchase. Your receipt {number} is attached.\n\n{company}")
_RETURNED: Final = text("""
SELECT sold.line, -sum(back.quantity) AS quantity
  FROM pos.sale_line AS sold JOIN pos.sale_line AS back ON back.returns_line_id = sold.id
 WHERE sold.sale_id = :sale GROUP BY sold.line ORDER BY sold.line
""")


def find_receipt(session: Session, number: str) -> Sale:
    """The sale with this number; raises NotFound where there is none."""
    found = session.scalar(select(Sale).where(Sale.number == number.strip().upper()))
    if found is None:
        raise NotFound(phrase("There is no receipt {number}.", number=number))
    return found


def told_receipt(session: Session, sale: Sale) -> dict[str, Any]:
    """A receipt as a till needs it to take goods back: what was sent when it was sold, and what
    has come back of each line, at whichever till."""
    operation = session.get_one(Operation, sale.operation_id)
    register = session.get_one(Register, sale.register_id)
    returned = session.execute(_RETURNED, {"sale": sale.id})
    return {
        "sync_id": sale.sync_id,
        "number": sale.number,
        "register": register.code,
        "occurred_at": sale.occurred_at,
        "payload": operation.payload or operation.content["payload"],
        "returned": [
            {"line": row.line, "quantity": f"{row.quantity.normalize():f}"} for row in returned
        ],
    }


def ask_for_mail(session: Session, sale: Sale, address: str) -> None:
    """Have a job send a receipt. Raises InvalidInput for what is no address, and Conflict where
    there is no mail server."""
    address = address.strip()
    name, at, host = address.partition("@")
    if not (name and at and "." in host) or len(address) > 254 or any(map(str.isspace, address)):
        raise InvalidInput.of("email", phrase("This is no e-mail address."))
    if not can_send(session):
        raise Conflict(
            phrase("This installation has no mail server."),
            fix=phrase("Ask whoever runs it to name one. Print the receipt meanwhile."),
        )
    enqueue(session, MAIL_RECEIPT, sale_id=sale.id, address=address)


def mail_receipt(session: Session, resource: Resource, sale: Sale, address: str) -> None:
    """Send a receipt; called by a job alone."""
    pdf = print_pdf(session, resource, sale, way="mail")
    speaks, company = reader(session, ""), binding(session).tenant.title
    words = {"number": sale.number, "company": company}
    # Last: what has left cannot be undone.
    file = MailFile(pdf.name, "application/pdf", pdf.content)
    subject, told = speaks.say(_SUBJECT, **words), speaks.say(_TEXT, **words)
    mail_files(session, to=[address], subject=subject, text=told, files=[file])


def paper_of(session: Session, sale: Sale) -> Mapping[str, Any]:
    """What the receipt's template sets, in the company's language."""
    speaks, digits = reader(session, ""), currency_digits(sale.currency)
    register = session.get_one(Register, sale.register_id)
    tax_number = offline_taxes(session).tax_number

    def figure(value: Decimal) -> str:
        return speaks.number(value, digits)

    return {
        "title": speaks.say(msg("Receipt") if sale.kind == "sale" else msg("Refund")),
        "number": sale.number,
        "moment": speaks.moment(sale.occurred_at),
        "tax_number": f"{speaks.say(msg('Tax number'))} {tax_number}" if tax_number else "",
        "header": register.receipt_header,
        "footer": register.receipt_footer,
        "currency": sale.currency,
        "lines": [
            {
                "label": line.label,
                "detail": f"{speaks.number(line.quantity)} × {speaks.number(line.price)}",
                "amount": figure(line.net + line.tax),
            }
            for line in sale.lines
        ],
        "sums": [
            [speaks.say(msg("Net")), figure(sale.net)],
            *([f"{one.code}", figure(one.amount)] for one in sale.taxes),
            *([[speaks.say(msg("Rounding")), figure(sale.rounding)]] if sale.rounding else []),
        ],
        "total": [speaks.say(msg("Total")), f"{figure(sale.due)} {sale.currency}"],
        "payments": [
            *([_method(session, one.method_id), figure(one.amount)] for one in sale.payments),
            *([[speaks.say(msg("Change")), figure(sale.change)]] if sale.change else []),
        ],
    }


def _method(session: Session, method_id: int) -> str:
    return session.get_one(Method, method_id).name
