"""What purchases tell the other addons. Amounts are in the document's currency; `rate` is what one
unit of it is worth in the company's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from addons.catalog.api import Instalment, TaxShare
from core.api import Event

BillLineRole = Literal["goods", "expense", "landed_cost", "advance", "rounding"]
"""What a line of a bill is: goods that stock is kept of; anything else; a cost that goes onto
goods; an advance, or one taken off again; the rounding of the total."""


@dataclass(frozen=True, slots=True)
class OrderApproved(Event, name="purchases.OrderApproved"):
    """An order to a supplier is binding."""

    order_id: int
    number: str
    day: date
    contact_id: int
    currency: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class OrderClosed(Event, name="purchases.OrderClosed"):
    """Nothing more is expected of an order: it was received, cancelled, or closed short."""

    order_id: int
    number: str


@dataclass(frozen=True, slots=True)
class DirectlySupplied:
    """Stock units of a line of a customer's document that arrived at his place, or, below zero,
    went back to the supplier. `value` is what they cost, in the company's currency, with the same
    sign."""

    for_line_id: int
    product_id: int
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class SuppliedDirectly(Event, name="purchases.SuppliedDirectly"):
    """A supplier brought goods to a customer, or got them back from him: those of the document
    that `for_type` and `for_id` name. `title` says which order, and whose. `transfer_id` and
    `transfer_number` are those of the stock, where somebody keeps it."""

    order_id: int
    title: str
    for_type: str
    for_id: int
    day: date
    transfer_id: int | None
    transfer_number: str
    lines: tuple[DirectlySupplied, ...]


@dataclass(frozen=True, slots=True)
class ConsumedLine:
    """A line of an order that buys goods which were used already, by these moves."""

    order_line_id: int
    move_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConsumptionOrdered(Event, name="purchases.ConsumptionOrdered"):
    """Goods of a supplier that were used are bought by an order, and are to be billed by it."""

    order_id: int
    number: str
    day: date
    lines: tuple[ConsumedLine, ...]


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a bill, worked out. `quantity` is in the product's stock unit; `net` is positive on
    debit notes too. `order_id` and `order_line_id` name what was ordered."""

    line_id: int
    role: BillLineRole
    product_id: int | None
    category_id: int | None
    order_id: int | None
    order_line_id: int | None
    label: str
    quantity: Decimal
    unit: str
    net: Decimal
    taxes: tuple[TaxShare, ...]


@dataclass(frozen=True, slots=True)
class BillPosted(Event, name="purchases.BillPosted"):
    """A supplier's bill, or a debit note to him, is in the books and cannot change any more."""

    bill_id: int
    kind: Literal["bill", "debit_note"]
    number: str
    supplier_reference: str
    day: date
    contact_id: int
    contact_name: str
    currency: str
    rate: Decimal
    branch_id: int | None
    lines: tuple[BillLine, ...]
    taxes: tuple[TaxShare, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    instalments: tuple[Instalment, ...]
    corrects_id: int | None


@dataclass(frozen=True, slots=True)
class PaidBill:
    """A part of a payment that goes to a bill, or comes from a debit note."""

    bill_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SupplierPaid(Event, name="purchases.SupplierPaid"):
    """A supplier was paid, or paid back (`kind` "refund"). What no bill took is an advance."""

    payment_id: int
    kind: Literal["payment", "refund"]
    number: str
    day: date
    contact_id: int
    currency: str
    rate: Decimal
    amount: Decimal
    journal: str
    account: str
    bills: tuple[PaidBill, ...]
    branch_id: int | None = None


@dataclass(frozen=True, slots=True)
class DebitApplied(Event, name="purchases.DebitApplied"):
    """What a supplier owed the company was set against a bill: an advance that no bill had taken
    when it was paid, or a debit note. Told for every such application, that of a debit note to the
    bill it corrects included; a payment's own bills are in `SupplierPaid`. `application_id` is
    unique among applications."""

    application_id: int
    source: Literal["payment", "debit_note"]
    source_id: int
    bill_id: int
    amount: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class SupplierPaymentReversed(Event, name="purchases.SupplierPaymentReversed"):
    """A payment to a supplier was taken back."""

    payment_id: int
    day: date
    reason: str
