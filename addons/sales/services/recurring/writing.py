"""The invoice of a period: each line says for which days, and how many of the whole they are."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.contacts.api import get_contact
from addons.sales.models import Invoice
from addons.sales.models.recurring import Contract, ContractLine
from addons.sales.services.amounts import step_of
from addons.sales.services.invoice_lines import set_invoice_lines
from addons.sales.services.invoices import blank_invoice, work_out_invoice
from addons.sales.services.recurring.charges import Charge, charges_of, invoice_day
from addons.sales.services.recurring.periods import Period
from addons.sales.services.recurring.terms import terms_of
from core.api import Reader, msg, reader

SOURCE: Final = "sales.contract"
_COPIED: Final = (
    "contact_id",
    "contact_name",
    "currency",
    "rate",
    "reference",
    "salesperson_id",
    "team_id",
    "branch_id",
    "discount_percent",
)
_FOR: Final = msg("{what}: {first} to {last}")
_FOR_DAYS: Final = msg("{what}: {first} to {last}, {days} of {of_days} days")
_FOR_PARTS: Final = msg("{what}: {days} of {of_days} days between {first} and {last}")


def written_invoice(
    session: Session, contract: Contract, period: Period, day: date | None = None
) -> Invoice | None:
    """The draft of a period's invoice, worked out and not yet in the session; None where nothing
    is charged. `day` stands in for its own, for one whose own is closed by now: what is charged
    stays the same. Raises what the writing of invoices raises."""
    own = invoice_day(terms_of(session, contract, None), period)
    if own is None:
        return None
    terms = terms_of(session, contract, own)
    charges = charges_of(terms, period, step_of(contract.currency))
    if not charges:
        return None
    contact = get_contact(session, contract.contact_id)
    speaks = reader(session, contact.language or "" if contact is not None else "")
    invoice = blank_invoice(session)
    invoice.with_promotions = False  # what was agreed is the price
    for name in _COPIED:
        setattr(invoice, name, getattr(contract, name))
    invoice.day = own if day is None else day
    with session.no_autoflush:
        set_invoice_lines(
            session,
            invoice,
            [_line(contract.lines[charge.key], charge, speaks) for charge in charges],
        )
        for line, charge in zip(invoice.lines, charges, strict=True):
            line.covers_from, line.covers_until = charge.spans[0].first, charge.spans[-1].last
        work_out_invoice(session, invoice)
    if contract.timing == "arrears":
        invoice.supply_day = period.span.last
    elif invoice.day != own:
        invoice.supply_day = own
    return invoice


def source_of(contract: Contract, period: Period) -> dict[str, str]:
    """By this the invoice of a period is known: there is one at the most."""
    return {"source_type": SOURCE, "source_id": f"{contract.id}:{period.span.first}"}


def _line(line: ContractLine, charge: Charge, speaks: Reader) -> dict[str, Any]:
    values: dict[str, Any] = {
        "product_id": line.product_id,
        "description": _described(line, charge, speaks),
        "quantity": charge.quantity,
        "price": charge.price,
        "discount_percent": charge.discount_percent,
    }
    if line.unit_id is not None:
        values["unit_id"] = line.unit_id
    if line.taxes:
        values["taxes"] = line.taxes
    return values


def _described(line: ContractLine, charge: Charge, speaks: Reader) -> str:
    if line.charge == "once":
        return line.description
    if charge.days == charge.of_days:
        words = _FOR
    else:
        words = _FOR_DAYS if len(charge.spans) == 1 else _FOR_PARTS
    return speaks.say(
        words,
        what=line.description,
        first=speaks.day(charge.spans[0].first),
        last=speaks.day(charge.spans[-1].last),
        days=str(charge.days),
        of_days=str(charge.of_days),
    )
