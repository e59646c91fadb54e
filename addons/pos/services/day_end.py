"""The mail at the end of a day: the Z reports of a till, to whom its manager chose."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.pos.models import Register, TillSession
from addons.pos.options import addresses_in
from addons.pos.services.sessions.naming import report_name
from core.api import (
    MailFile,
    Resource,
    binding,
    can_send,
    currency_digits,
    enqueue,
    mail_files,
    msg,
    print_pdf,
    reader,
)

MAIL_REPORT: Final = "pos.mail_report"
_SUBJECT: Final = msg("{number}: {total} {currency} sold")
_TEXT: Final = msg(
    "{till} was closed.\n\nReceipts: {receipts}\nSold: {total} {currency}\n"
    "Difference: {difference} {currency}\n\nThe report is attached.\n\n{company}"
)


def addresses(register: Register) -> list[str]:
    """To whom the reports of a till go."""
    return addresses_in(register.report_email)


def ask_for_report(session: Session, register: Register, till_session: TillSession) -> None:
    """Have a job send the report of a session that was closed, where somebody wants it and the
    installation can send mail."""
    if addresses(register) and can_send(session):
        key = f"{MAIL_REPORT}:{till_session.id}"
        enqueue(session, MAIL_REPORT, key=key, session_id=till_session.id)


def mail_report(session: Session, resource: Resource, till_session: TillSession) -> None:
    """Send the report; called by a job alone."""
    register = till_session.register
    to: Sequence[str] = addresses(register)
    report = till_session.z
    if not to or report is None:
        return
    speaks, digits = reader(session, ""), currency_digits(till_session.currency)
    pdf = print_pdf(session, resource, till_session, way="mail")
    words = {
        "number": report_name(till_session),
        "till": f"{register.code} {register.name}",
        "receipts": str(sum(row["receipts"] for row in report["receipts"])),
        "total": speaks.number(
            sum((Decimal(row["total"]) for row in report["receipts"]), Decimal(0)), digits
        ),
        "difference": speaks.number(till_session.difference or Decimal(0), digits),
        "currency": till_session.currency,
        "company": binding(session).tenant.title,
    }
    # Last: what has left cannot be undone.
    file = MailFile(pdf.name, "application/pdf", pdf.content)
    subject, text = speaks.say(_SUBJECT, **words), speaks.say(_TEXT, **words)
    mail_files(session, to=to, subject=subject, text=text, files=[file])
