"""Writing drafts of invoices and credit notes by hand, and working them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models import Invoice
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import ZERO, require_percent
from addons.sales.services.coupons.noting import note_coupons
from addons.sales.services.credited import set_taxes, take_shares
from addons.sales.services.customers import customer_of
from addons.sales.services.holding import hold
from addons.sales.services.invoice_lines import set_invoice_lines
from addons.sales.services.numbering import require_free
from addons.sales.services.promotions.applying import Decided, decide_invoice, keep_decision
from addons.sales.services.retaining import set_retention
from addons.sales.services.total_rounding import round_total
from addons.sales.services.working_out import shares_as_json, taxed
from core.api import Conflict, InvalidInput, actor, add_new, options, phrase, today

FIELDS: Final = (
    "day",
    "supply_day",
    "reference",
    "currency",
    "rate",
    "salesperson_id",
    "team_id",
    "branch_id",
    "with_promotions",
    "discount_percent",
    "discount",
    "retention_percent",
    "retained_until",
    "terms",
    "note",
    "reason",
    "source_type",
    "source_id",
)
_KEPT: Final = frozenset(
    {
        "day",
        "reference",
        "currency",
        "with_promotions",
        "discount_percent",
        "discount",
        "retention_percent",
        "terms",
        "note",
        "reason",
    }
)


def create_invoice(session: Session, values: Mapping[str, Any]) -> Invoice:
    """A draft written by hand, or brought by an import with its own number (`given_number`).
    Raises InvalidInput that names the field, Conflict for a number that is there already."""
    invoice = blank_invoice(session, kind=values.get("kind") or "invoice")
    if invoice.kind not in ("invoice", "credit_note"):
        raise InvalidInput.of("kind", phrase("An invoice, or a credit note."))
    # What was written elsewhere, and comes by a file or from another program, keeps its prices.
    invoice.with_promotions = not (values.get("given_number") or values.get("source_type"))
    decided = _write(session, invoice, values)
    add_new(session, invoice)
    keep_decision(session, invoice, decided, new=True)
    hold(session, [invoice])
    return invoice


def blank_invoice(session: Session, *, kind: str = "invoice", basis: str = "manual") -> Invoice:
    """A draft that says nothing yet but the company's day, currency and terms."""
    return Invoice(
        kind=kind,
        basis=basis,
        state="draft",
        day=today(session),
        currency=company_currency(session),
        salesperson_id=actor(session).user_id,
        terms=options(session, SalesOptions).terms if kind == "invoice" else "",
        coupon_codes="",
        with_promotions=True,
        given_number="",
        reference="",
        note="",
        reason="",
        contact_name="",
        discount_percent=ZERO,
        discount=ZERO,
        net=ZERO,
        tax=ZERO,
        total=ZERO,
        retention_percent=ZERO,
        retained=ZERO,
        settled=ZERO,
        payment_progress="open",
        instalments=[],
    )


def update_invoice(session: Session, invoice: Invoice, values: Mapping[str, Any]) -> Invoice:
    """Change a draft; raises Conflict for what was posted."""
    require_draft(invoice)
    decided = _write(session, invoice, values)
    session.flush()
    keep_decision(session, invoice, decided, new=False)
    return invoice


def delete_invoice(session: Session, invoice: Invoice) -> None:
    """Delete a draft; what was posted is taken back by a credit note."""
    require_draft(invoice)
    session.delete(invoice)
    session.flush()


def require_draft(invoice: Invoice) -> None:
    """Raise Conflict for an invoice that was posted."""
    if not invoice.is_draft:
        raise Conflict(
            phrase("{number} was posted and stays as it is.", number=invoice.number or ""),
            fix=phrase("Take it back by a credit note."),
        )


def write_invoice(session: Session, invoice: Invoice, values: Mapping[str, Any]) -> None:
    """Put these values into a draft whose prices are agreed, and work it out: no promotion lowers
    them."""
    invoice.with_promotions = False
    _set_head(session, invoice, values)
    if "lines" in values:
        set_invoice_lines(session, invoice, values["lines"])
    work_out_invoice(session, invoice)


def _write(session: Session, invoice: Invoice, values: Mapping[str, Any]) -> Decided:
    """Put these values into a draft, decide about promotions, and work it out."""
    _set_head(session, invoice, values)
    if "lines" in values:
        set_invoice_lines(session, invoice, values["lines"])
    if any(line.order_line_id is not None for line in invoice.lines):
        # What an order agreed on has had its promotions.
        invoice.with_promotions = False
    coupons = note_coupons(session, invoice, values)
    decided = decide_invoice(session, invoice, coupons)
    work_out_invoice(session, invoice)
    return decided


def _set_head(session: Session, invoice: Invoice, values: Mapping[str, Any]) -> None:
    wanted = values.get("contact_id", invoice.contact_id)
    if invoice.contact_id is None or wanted != invoice.contact_id:
        if any(line.order_id or line.corrects_line_id for line in invoice.lines):
            raise Conflict(
                phrase("This invoice has lines of somebody's order."),
                fix=phrase("Write another invoice."),
            )
        customer = customer_of(session, wanted)
        invoice.contact_id, invoice.contact_name = customer.id, customer.name
    for name in FIELDS:
        if name in values and not (values[name] is None and name in _KEPT):
            setattr(invoice, name, values[name])
    invoice.currency = invoice.currency.strip().upper()
    if len(invoice.currency) != 3 or not (
        invoice.currency.isascii() and invoice.currency.isalpha()
    ):
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))
    if invoice.rate is not None and (not invoice.rate.is_finite() or invoice.rate <= 0):
        raise InvalidInput.of("rate", phrase("A rate is more than nothing."))
    require_percent(invoice.discount_percent, "discount_percent")
    given = (values.get("given_number") or "").strip()
    if given and given != invoice.given_number:
        require_free(session, Invoice, given)
        invoice.given_number = given


def work_out_invoice(session: Session, invoice: Invoice) -> None:
    """Write what the lines come to into them, the summary of taxes, the totals, and what is kept
    back of them."""
    _work_out(session, invoice)
    set_retention(invoice)


def _work_out(session: Session, invoice: Invoice) -> None:
    invoice.lines = [
        line
        for line in invoice.lines
        if line.role != "rounding" or line.corrects_line_id is not None
    ]
    priced = [line for line in invoice.lines if line.kind == "product"]
    if any(line.corrects_line_id is not None for line in priced):
        take_shares(session, invoice, priced)
        return
    if not priced:
        invoice.net = invoice.tax = invoice.total = ZERO
        invoice.taxes = []
        return
    if not invoice.discount.is_finite() or invoice.discount < 0:
        raise InvalidInput.of("discount", phrase("A discount cannot be less than nothing."))
    found = taxed(
        session,
        priced,
        invoice.day,
        invoice.currency,
        invoice.discount_percent,
        invoice.discount,
    )
    for line, result in zip(priced, found.lines, strict=True):
        line.net, line.tax = result.net, result.tax
        line.tax_shares = shares_as_json(result.taxes)
    invoice.net, invoice.tax, invoice.total = found.net, found.tax, found.total
    set_taxes(invoice, found.taxes)
    if invoice.total < 0:
        raise InvalidInput.of(
            "lines",
            phrase("An invoice cannot come to less than nothing."),
            fix=phrase("Write a credit note."),
        )
    if invoice.basis != "retention":
        round_total(session, invoice)
