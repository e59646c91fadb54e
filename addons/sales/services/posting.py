"""Posts invoices and credit notes: they get their number, change nothing more, and others are told.

Locks are taken in the order invoice, orders; the number comes last but the event.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from addons.catalog.api import Instalment, TaxShare, get_products, require_open
from addons.sales.events import InvoiceLine as ToldLine
from addons.sales.events import InvoicePosted
from addons.sales.models import Invoice, InvoiceInstalment, InvoiceLine, SalesOrder
from addons.sales.services.amounts import ZERO, split, step_of
from addons.sales.services.applications import apply_note, apply_order_payments
from addons.sales.services.falling_due import instalments_of
from addons.sales.services.gift_cards.selling import require_cards, settle_cards
from addons.sales.services.holding import held, hold
from addons.sales.services.invoices import require_draft, work_out_invoice
from addons.sales.services.line_costs import costs_of_lines
from addons.sales.services.locking import lock_orders
from addons.sales.services.loyalty.awarding import award
from addons.sales.services.numbering import next_number, require_free
from addons.sales.services.ordered_quantities import note_invoiced, require_invoiceable
from addons.sales.services.promotions.claiming import claim_promotions
from addons.sales.services.rates import rate_of
from addons.sales.services.retaining import keep_back
from addons.sales.services.working_out import in_company, shares_from_json
from core.api import Conflict, InvalidInput, emit, phrase, utc_now


def post_invoice(session: Session, invoice: Invoice) -> Invoice:
    """Post a draft. Raises Conflict where somebody was faster, for what is closed, and for more
    than was delivered or ordered; InvalidInput for a document of nothing, a currency without a
    rate and more credit than was invoiced."""
    invoice = _locked(session, invoice.id)
    require_draft(invoice)
    orders = lock_orders(
        session, {line.order_id for line in invoice.lines if line.order_id is not None}
    )
    if not any(line.kind == "product" and line.quantity for line in invoice.lines):
        raise InvalidInput.of("lines", phrase("There is nothing on it."))
    require_open(session, invoice.day, "sale")
    require_cards(invoice)
    # Written once, when all is known, and not anew before each question on the way.
    with session.no_autoflush:
        rate = rate_of(session, invoice.currency, invoice.day, invoice.rate)
        require_invoiceable(session, invoice, orders)
        work_out_invoice(session, invoice)
        company_net = _share_company_net(session, invoice, rate)
        _set_categories_and_costs(session, invoice)
        due = _set_instalments(session, invoice, orders)
    session.flush()  # what was posted keeps its lines: they are written before it is
    if invoice.basis == "manual":
        claim_promotions(session, invoice, was_draft=True)
    with session.no_autoflush:
        invoice.rate, invoice.company_net, invoice.due_day = rate, company_net, due[0].due
        invoice.company_total = in_company(session, invoice.total, rate)
        if invoice.given_number:
            require_free(session, Invoice, invoice.given_number)
        note_invoiced(invoice, orders)
        invoice.number = invoice.given_number or next_number(
            session, "credit_note" if invoice.kind == "credit_note" else "invoice", invoice.day
        )
    invoice.state, invoice.posted_at = "posted", utc_now()
    invoice.payment_progress = "open" if invoice.total else "paid"
    session.flush()
    emit(session, _told(invoice, due))
    keep_back(session, invoice)
    settle_cards(session, invoice)
    apply_note(session, invoice)
    apply_order_payments(session, invoice, orders.keys())
    award(session, [invoice], invoice.day)
    return invoice


def _locked(session: Session, invoice_id: int) -> Invoice:
    known = held(session, Invoice, [invoice_id])
    if known is not None:
        return known[invoice_id]
    found = session.scalars(
        select(Invoice)
        .where(Invoice.id == invoice_id)
        .options(selectinload(Invoice.lines))
        .with_for_update(of=Invoice)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Conflict(phrase("This draft was deleted meanwhile."))
    hold(session, [found])
    return found


def _share_company_net(session: Session, invoice: Invoice, rate: Decimal) -> Decimal:
    """The net in the company's currency, shared out over the lines, which sum to it."""
    company_net = in_company(session, invoice.net, rate)
    lines = [line for line in invoice.lines if line.kind == "product"]
    exact = [line.net * rate for line in lines]
    parts = [in_company(session, amount, Decimal(1)) for amount in exact]
    left = company_net - sum(parts, ZERO)
    if left and lines:
        # What rounding leaves over goes to the lines by their size, in the smallest coins.
        sizes = [abs(amount) for amount in exact]
        step = min(abs(left), step_of(invoice.currency))
        shares = split(left, sizes if any(sizes) else [Decimal(1)] * len(sizes), step)
        parts = [part + share for part, share in zip(parts, shares, strict=True)]
    for line, part in zip(lines, parts, strict=True):
        line.company_net = part
    return company_net


def _set_categories_and_costs(session: Session, invoice: Invoice) -> None:
    wanted: Collection[int] = {
        line.product_id for line in invoice.lines if line.product_id is not None
    }
    products = get_products(session, wanted)
    for line in invoice.lines:
        if line.product_id is not None and line.category_id is None:
            line.category_id = products[line.product_id].category_id
    for line, cost in costs_of_lines(session, invoice).items():
        line.cost = cost


def _set_instalments(
    session: Session, invoice: Invoice, orders: dict[int, SalesOrder]
) -> tuple[Instalment, ...]:
    if invoice.kind == "credit_note":
        due: tuple[Instalment, ...] = (Instalment(invoice.day, invoice.total),)
    else:
        due = instalments_of(session, invoice, orders.values())
    invoice.instalments = [InvoiceInstalment(due=one.due, amount=one.amount) for one in due]
    return due


def _told(invoice: Invoice, due: tuple[Instalment, ...]) -> InvoicePosted:
    lines = tuple(_told_line(line) for line in invoice.lines if line.kind == "product")
    taxes = tuple(TaxShare(tax.code, tax.kind, tax.base, tax.amount) for tax in invoice.taxes)
    return InvoicePosted(
        invoice_id=invoice.id,
        kind=invoice.kind,  # type: ignore[arg-type]
        number=invoice.number or "",
        day=invoice.day,
        contact_id=invoice.contact_id,
        contact_name=invoice.contact_name,
        currency=invoice.currency,
        rate=invoice.rate or Decimal(1),
        branch_id=invoice.branch_id,
        lines=lines,
        taxes=taxes,
        net=invoice.net,
        tax=invoice.tax,
        total=invoice.total,
        instalments=due,
        corrects_id=invoice.corrects_id,
        releases_id=invoice.releases_id,
    )


def _told_line(line: InvoiceLine) -> ToldLine:
    return ToldLine(
        line.id,
        line.role,  # type: ignore[arg-type]
        line.product_id,
        line.category_id,
        line.description,
        line.quantity,
        line.unit,
        line.net,
        shares_from_json(line.tax_shares),
        line.covers_from,
        line.covers_until,
        line.corrects_line_id,
    )
