"""A sale's payload as values; raises InvalidInput, naming the field, for what contradicts itself.

A till may sell at prices and taxes that nobody here knows: that is flagged. But what it says of one
sale has to add up: lines and taxes to the total, payments to what was due.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from addons.pos.services.booking.fields import Fields, wrong
from addons.pos.services.booking.pending import Pending
from addons.pos.services.booking.values import (
    ZERO,
    Origin,
    SaidCustomer,
    SaidLine,
    SaidPayment,
    SaidSale,
    SaidTax,
    SaleKind,
)
from core.api import currency_digits, phrase

BESIDE: Final = frozenset({"reverse_charge", "withholding"})
"""Kinds of tax that are no part of what the customer pays."""
_UNTAXED: Final = frozenset({"zero", "exempt", "out_of_scope"})
_KINDS: Final = BESIDE | _UNTAXED | {"standard"}
_HUNDRED: Final = Decimal(100)


def read_sale(sent: Pending, payload: Any) -> SaidSale:
    """The sale or refund that an operation says."""
    given = Fields(payload)
    kind: SaleKind = "refund" if sent.type == "refund" else "sale"
    sale = SaidSale(
        operation_id=sent.id,
        sync_id=sent.sync_id,
        binding_id=sent.binding_id,
        register_id=sent.register_id,
        kind=kind,
        occurred_at=sent.occurred_at,
        received_at=sent.received_at,
        session=given.name("session", 64),
        number=given.name("number", 60),
        cashier_id=given.whole_or_none("cashier"),
        currency=_currency(given),
        customer=_customer(given),
        lines=tuple(_line(one) for one in given.objects("lines")),
        taxes=_taxes(given),
        net=given.amount("net"),
        tax=given.amount("tax"),
        total=given.amount("total"),
        rounding=given.amount("rounding", ZERO),
        due=given.amount("due"),
        payments=tuple(_payment(one) for one in given.objects("payments")),
        change=given.amount("change", ZERO),
        coupons=given.texts("coupons"),
        overrides=given.plain("overrides"),
        note=given.text("note"),
    )
    _require_sound(sale)
    return sale


def _currency(given: Fields) -> str:
    currency = given.name("currency", 3)
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise wrong("currency", phrase("A currency has three letters, such as SAR."))
    return currency


def _customer(given: Fields) -> SaidCustomer | None:
    if given.raw("customer") is None:
        return None
    told = Fields(given.raw("customer"), "customer")
    if told.raw("id") is not None:
        return SaidCustomer(told.whole("id"))
    return SaidCustomer(
        None,
        told.name("key", 64),
        told.name("name", 200),
        told.text("phone", 60).strip(),
        told.text("email", 200).strip(),
        told.text("tax_number", 60).strip(),
    )


def _line(given: Fields) -> SaidLine:
    return SaidLine(
        line=given.whole("line"),
        product_id=given.whole("product"),
        label=given.text("label", 500),
        quantity=given.amount("quantity"),
        unit_id=given.whole_or_none("unit"),
        price=given.amount("price"),
        discount_percent=given.amount("discount_percent", ZERO),
        discount=given.amount("discount", ZERO),
        tax_codes=given.texts("tax_codes"),
        net=given.amount("net"),
        tax=given.amount("tax"),
        taxes=_taxes(given),
        lots=_lots(given),
        of=_origin(given),
        promotions=given.plain("promotions"),
    )


def _taxes(given: Fields) -> tuple[SaidTax, ...]:
    return tuple(
        SaidTax(
            one.name("code", 60), one.name("kind", 20), one.amount("base"), one.amount("amount")
        )
        for one in given.objects("taxes")
    )


def _lots(given: Fields) -> tuple[tuple[str, Decimal], ...]:
    found = []
    for place, pair in enumerate(given.raw("lots") or ()):
        at = f"{given.at('lots')}.{place}"
        if not isinstance(pair, list) or len(pair) != 2:
            raise wrong(at, phrase("A lot is its name and a quantity."))
        lot = Fields({"name": pair[0], "quantity": pair[1]}, at)
        found.append((lot.name("name"), lot.amount("quantity")))
        if found[-1][1] <= 0:
            raise wrong(at, phrase("The quantity of a lot is above zero."))
    return tuple(found)


def _origin(given: Fields) -> Origin | None:
    if given.raw("of") is None:
        return None
    told = Fields(given.raw("of"), given.at("of"))
    return Origin(told.text("sale", 64), told.text("number", 60), told.whole("line"))


def _payment(given: Fields) -> SaidPayment:
    return SaidPayment(
        given.whole("method"),
        given.amount("amount"),
        given.amount_or_none("tendered"),
        given.text("reference", 200),
        given.text("code", 100),
    )


def _require_sound(sale: SaidSale) -> None:
    """Everything that one can see by looking at the sale alone."""
    if not sale.lines:
        raise wrong("lines", phrase("A sale has at least one line."))
    if len({one.line for one in sale.lines}) < len(sale.lines):
        raise wrong("lines", phrase("Two lines have the same number."))
    for place, line in enumerate(sale.lines):
        _require_line(sale, line, f"lines.{place}")
    step = Decimal(1).scaleb(-currency_digits(sale.currency))
    amounts = (sale.net, sale.tax, sale.total, sale.due, *(one.amount for one in sale.payments))
    if any(amount % step for amount in amounts):
        raise wrong("total", phrase("{currency} has no coins as small as that.",
                                    currency=sale.currency))  # fmt: skip
    _equal("net", sale.net, (one.net for one in sale.lines))
    _equal("tax", sale.tax, (one.tax for one in sale.lines))
    _equal("tax", sale.tax, (one.amount for one in sale.taxes if one.kind not in BESIDE))
    _require_summary(sale)
    _equal("total", sale.total, (sale.net, sale.tax))
    _equal("due", sale.due, (sale.total, sale.rounding))
    _equal("payments", sale.due, (one.amount for one in sale.payments))
    if abs(sale.rounding) > max(abs(sale.total), Decimal(1)):
        raise wrong("rounding", phrase("This is no rounding."))
    if sale.change < 0:
        raise wrong("change", phrase("Change is not negative."))


def _require_line(sale: SaidSale, line: SaidLine, at: str) -> None:
    if not line.quantity:
        raise wrong(f"{at}.quantity", phrase("The quantity of a line is not zero."))
    if sale.kind == "refund" and not line.back:
        raise wrong(f"{at}.quantity", phrase("A refund has only lines that come back."))
    if line.price < 0:
        raise wrong(f"{at}.price", phrase("A price is not negative."))
    if not ZERO <= line.discount_percent <= _HUNDRED:
        raise wrong(f"{at}.discount_percent", phrase("A discount is from 0 to 100 percent."))
    sign = -1 if line.back else 1
    if line.net * sign < 0 or line.tax * sign < 0:
        raise wrong(f"{at}.net", phrase("The amount of a line has the sign of its quantity."))
    if any(tax.kind not in _KINDS for tax in line.taxes):
        raise wrong(f"{at}.taxes", phrase("There is no such kind of tax."))
    if {tax.code for tax in line.taxes} != set(line.tax_codes):
        raise wrong(f"{at}.taxes", phrase("Its taxes are not those of its codes."))
    if any(tax.kind in _UNTAXED and tax.amount for tax in line.taxes):
        raise wrong(f"{at}.taxes", phrase("A tax of this kind has no amount."))
    charged = (tax.amount for tax in line.taxes if tax.kind not in BESIDE)
    _equal(f"{at}.tax", line.tax, charged)
    said = sum((quantity for _, quantity in line.lots), ZERO)
    if said > abs(line.quantity) and sale.kind == "sale" and not line.unit_id:
        raise wrong(f"{at}.lots", phrase("More of its lots are named than were sold."))


def _require_summary(sale: SaidSale) -> None:
    """The taxes of the receipt are those of its lines, each with its base and amount."""
    summed: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for line in sale.lines:
        for tax in line.taxes:
            base, amount = summed.get((tax.code, tax.kind), (ZERO, ZERO))
            summed[tax.code, tax.kind] = (base + tax.base, amount + tax.amount)
    told = {(tax.code, tax.kind): (tax.base, tax.amount) for tax in sale.taxes}
    if summed != told:
        raise wrong("taxes", phrase("The taxes of the receipt are not the sums of its lines'."))


def _equal(field: str, stated: Decimal, parts: Iterable[Decimal]) -> None:
    worked = sum(parts, ZERO)
    if stated != worked:
        raise wrong(
            field,
            phrase(
                "{stated} is stated, and its parts come to {worked}.",
                stated=f"{stated:f}",
                worked=f"{worked:f}",
            ),
            phrase("Compare it with the receipt on paper, and correct what is wrong."),
        )
