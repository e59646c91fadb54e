"""What sales tell the other addons. Amounts are in the document's currency; `rate` is what one unit
of it is worth in the company's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from addons.catalog.api import Instalment, TaxShare
from core.api import Event

LineRole = Literal["sale", "advance", "gift_card", "rounding", "retention"]
"""What a line of an invoice is: goods and services; an advance, or one taken off again; a gift card
that was sold; the rounding of the total; what was kept back of an earlier invoice."""


@dataclass(frozen=True, slots=True)
class OrderConfirmed(Event, name="sales.OrderConfirmed"):
    """A customer's order is binding."""

    order_id: int
    number: str
    day: date
    contact_id: int
    currency: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event, name="sales.OrderCancelled"):
    """An order, or what was not delivered of it, will not be carried out."""

    order_id: int
    number: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice, worked out. `net` is positive on credit notes too. What is asked for
    the days of a period says which; a line of a credit note, which line it takes back."""

    line_id: int
    role: LineRole
    product_id: int | None
    category_id: int | None
    label: str
    quantity: Decimal
    unit: str
    net: Decimal
    taxes: tuple[TaxShare, ...]
    covers_from: date | None = None
    covers_until: date | None = None
    corrects_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class InvoicePosted(Event, name="sales.InvoicePosted"):
    """An invoice or a credit note got its number, and cannot change any more. `corrects_id` is the
    invoice that a credit note takes back, `releases_id` the one of which this one asks for what was
    kept back."""

    invoice_id: int
    kind: Literal["invoice", "credit_note"]
    number: str
    day: date
    contact_id: int
    contact_name: str
    currency: str
    rate: Decimal
    branch_id: int | None
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[TaxShare, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    instalments: tuple[Instalment, ...]
    corrects_id: int | None
    releases_id: int | None = None


@dataclass(frozen=True, slots=True)
class RetentionKept(Event, name="sales.RetentionKept"):
    """A customer keeps a share of an invoice back until the work is accepted: until that day, at
    the latest. Told with the invoice; another invoice asks for it later, and `releases_id` of that
    one is this one."""

    invoice_id: int
    number: str
    day: date
    until: date
    contact_id: int
    currency: str
    rate: Decimal
    amount: Decimal
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """A part of a payment that goes to an invoice, or comes from a credit note."""

    invoice_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentReceived(Event, name="sales.PaymentReceived"):
    """A customer paid, or was paid back (`kind` "refund"). What no invoice took is an advance on
    account. By "money" it went through a journal and account of the books; a gift card or loyalty
    points paid what the company owed the bearer."""

    payment_id: int
    kind: Literal["payment", "refund"]
    number: str
    day: date
    contact_id: int
    currency: str
    rate: Decimal
    amount: Decimal
    method: Literal["money", "gift_card", "loyalty"]
    journal: str
    account: str
    invoices: tuple[PaidInvoice, ...]
    branch_id: int | None = None


@dataclass(frozen=True, slots=True)
class CreditApplied(Event, name="sales.CreditApplied"):
    """What a customer had to his credit was set against an invoice: an advance that no invoice had
    taken when it was received, or a credit note. Told for every such application, that of a
    credit note to the invoice it corrects included; a payment's own invoices are in
    `PaymentReceived`. `application_id` is unique among applications."""

    application_id: int
    source: Literal["payment", "credit_note"]
    source_id: int
    invoice_id: int
    amount: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class PaymentReversed(Event, name="sales.PaymentReversed"):
    """A payment was taken back: it bounced, or was entered in error."""

    payment_id: int
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class GiftCardAdjusted(Event, name="sales.GiftCardAdjusted"):
    """A gift card is worth more, or less where `amount` is negative, and nobody paid for it: it was
    given free, or adjusted. `rate` is the card's own."""

    move_id: int
    card_id: int
    number: str
    day: date
    currency: str
    rate: Decimal
    amount: Decimal
    branch_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class GiftCardExpired(Event, name="sales.GiftCardExpired"):
    """A gift card's last day has passed: what was left on it is the company's."""

    move_id: int
    card_id: int
    number: str
    day: date
    currency: str
    rate: Decimal
    amount: Decimal
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class PointsValued(Event, name="sales.PointsValued"):
    """Loyalty points came or went. `worth` is what sales put off for them, in the company's
    currency: positive for points that were earned."""

    move_id: int
    account_id: int
    number: str
    day: date
    contact_id: int
    points: Decimal
    worth: Decimal
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class CommissionApproved(Event, name="sales.CommissionApproved"):
    """What a person earned by sales in a month was approved and is final: to be paid with the next
    wages. Less than nothing is to be kept back."""

    statement_id: int
    user_id: int
    user_name: str
    first_day: date
    last_day: date
    currency: str
    total: Decimal
