"""One sale against what the server knows: which session, day, customer and goods it is, and what
differs from what the server would have found. What differs is flagged; what never was is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import (
    Product,
    TaxDocument,
    TaxDocumentLine,
    convert,
    rate_on,
    tax_codes,
    work_out,
)
from addons.pos.models import Method, TillSession
from addons.pos.services.booking.customers import buyer
from addons.pos.services.booking.days import Calendar
from addons.pos.services.booking.fields import wrong
from addons.pos.services.booking.known import Known, SoldLine
from addons.pos.services.booking.values import SaidLine, SaidSale
from addons.pos.services.sessions.opening import rescue_session
from core.api import AppError, InvalidInput, phrase

_NAMED: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_EXACT: Final = Context(prec=50, rounding=ROUND_HALF_UP)


class WaitsFor(Exception):
    """The sale cannot be booked before another operation is."""

    def __init__(self, sync_id: str) -> None:
        super().__init__(sync_id)
        self.sync_id = sync_id


@dataclass(slots=True)
class SettledLine:
    """A line with what the server knows of it."""

    said: SaidLine
    product: Product
    stock_quantity: Decimal
    origin: SoldLine | None
    line_id: int = 0


@dataclass(slots=True)
class SettledSale:
    """A sale that can be booked."""

    said: SaidSale
    session_id: int
    day: date
    rate: Decimal
    contact_id: int | None
    cashier_id: int | None
    lines: list[SettledLine]
    methods: list[Method]
    flags: list[str] = field(default_factory=list)
    sale_id: int = 0

    def flag(self, *names: str) -> None:
        """Mark it, once for each reason."""
        self.flags += [name for name in names if name not in self.flags]


def settle(session: Session, sale: SaidSale, known: Known, calendar: Calendar) -> SettledSale:
    """The sale, ready to be booked. Raises InvalidInput for what never was, and WaitsFor."""
    if sale.number in known.numbers:
        raise wrong(
            "number",
            phrase("Another sale has the number {number}.", number=sale.number),
            phrase("Give this one the number on its receipt, with a letter behind it."),
        )
    methods = _methods(sale, known)
    lines = [_line(one, place, sale, known) for place, one in enumerate(sale.lines)]
    day, flags = calendar.book_on(sale.occurred_at, sale.received_at)
    till_session = _session(session, sale, known, day, flags)
    settled = SettledSale(
        sale,
        till_session.id,
        day,
        rate_on(session, sale.currency, day) or Decimal(1),
        buyer(session, sale, known, flags),
        sale.cashier_id if sale.cashier_id in known.people else None,
        lines,
        methods,
    )
    settled.flag(*flags)
    _require_debtor(settled)
    _note_returns(settled)
    _note_goods(settled)
    _note_taxes(session, settled)
    known.numbers.add(sale.number)
    return settled


def _methods(sale: SaidSale, known: Known) -> list[Method]:
    found = []
    for place, paid in enumerate(sale.payments):
        method = known.methods.get(paid.method_id)
        if method is None:
            raise wrong(f"payments.{place}.method", phrase("There is no such way to pay."))
        if method.kind == "loyalty" and paid.code and not _NAMED.fullmatch(paid.code):
            raise wrong(f"payments.{place}.code", phrase("There is no such loyalty programme."))
        found.append(method)
    return found


def _session(
    session: Session, sale: SaidSale, known: Known, day: date, flags: list[str]
) -> TillSession:
    found = known.sessions.get(sale.session)
    if found is not None and found.state == "open" and found.register_id == sale.register_id:
        return found
    flags.append("late")
    return rescue_session(session, sale.register_id, day)


def _line(said: SaidLine, place: int, sale: SaidSale, known: Known) -> SettledLine:
    at = f"lines.{place}"
    product = known.products.get(said.product_id)
    if product is None:
        raise wrong(
            f"{at}.product",
            phrase("There never was such a product."),
            phrase("Choose the product that was sold."),
        )
    return SettledLine(
        said, product, _in_stock_unit(said, product, known, at), _origin(said, sale, known)
    )


def _in_stock_unit(said: SaidLine, product: Product, known: Known, at: str) -> Decimal:
    if said.unit_id is None or said.unit_id == product.unit_id:
        return said.quantity
    unit, stock = known.units.get(said.unit_id), known.units[product.unit_id]
    if unit is None:
        raise wrong(f"{at}.unit", phrase("There is no such unit."))
    try:
        return convert(said.quantity, unit, stock, f"{at}.unit")
    except InvalidInput:
        if unit.category_id != stock.category_id:
            raise
        # A part of what is counted in whole numbers went over the counter all the same.
        exact = _EXACT.divide(_EXACT.multiply(said.quantity, unit.factor), stock.factor)
        return exact.quantize(Decimal("1e-6"), context=_EXACT)


def _origin(said: SaidLine, sale: SaidSale, known: Known) -> SoldLine | None:
    if said.of is None:
        return None
    for name in (said.of.sync_id, said.of.number):
        found = known.sold.get((name, said.of.line)) if name else None
        if found is not None and found.product_id == said.product_id:
            return found
    if said.of.sync_id in known.pending and said.of.sync_id != sale.sync_id:
        raise WaitsFor(said.of.sync_id)
    return None


def _require_debtor(settled: SettledSale) -> None:
    if settled.contact_id is None and any(one.kind == "credit" for one in settled.methods):
        raise wrong(
            "customer",
            phrase("Nobody is named who owes what was not paid."),
            phrase("Choose the customer."),
        )


def _note_returns(settled: SettledSale) -> None:
    for line in settled.lines:
        if not line.said.back:
            continue
        if line.origin is None:
            settled.flag("no_receipt")
            continue
        line.origin.left += line.said.quantity
        line.origin.net += line.said.net
        if line.origin.left < 0:
            settled.flag("returned_more")


def _note_goods(settled: SettledSale) -> None:
    if any(not line.product.active or not line.product.sellable for line in settled.lines):
        settled.flag("product_gone")


def _note_taxes(session: Session, settled: SettledSale) -> None:
    """Flag taxes other than those of the products, and other amounts than theirs."""
    said = settled.said
    for line in settled.lines:
        codes = _usual_codes(session, line.product.tax_group, settled.contact_id)
        if codes is not None and set(codes) != set(line.said.tax_codes):
            settled.flag("tax")
    worked = _worked(session, settled)
    if worked is None:
        settled.flag("tax")
        return
    nets, taxes, total = worked
    if taxes != sorted((tax.code, tax.amount) for tax in said.taxes):
        settled.flag("tax")
    if total != said.total or nets != [line.net for line in said.lines]:
        settled.flag("total")


def _usual_codes(session: Session, group: str, contact_id: int | None) -> tuple[str, ...] | None:
    try:
        return tax_codes(session, group, "sale", contact_id)
    except AppError:
        return None


def _worked(
    session: Session, settled: SettledSale
) -> tuple[list[Decimal], list[Any], Decimal] | None:
    """The net amounts, the taxes and the total as the server works them out; None where it
    cannot, as for a tax that is gone."""
    said = settled.said
    lines = tuple(
        TaxDocumentLine(one.quantity, one.price, one.tax_codes, one.discount_percent, one.discount)
        for one in said.lines
    )
    try:
        worked = work_out(session, TaxDocument(lines, settled.day, said.currency))
    except (AppError, ValueError):
        return None
    taxes = sorted((tax.code, tax.amount) for tax in worked.taxes)
    return [line.net for line in worked.lines], taxes, worked.total
