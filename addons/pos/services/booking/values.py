"""What a till says of a sale, read and checked, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

ZERO: Final = Decimal(0)
SaleKind = Literal["sale", "refund"]


@dataclass(frozen=True, slots=True)
class SaidTax:
    """A tax as the till worked it out."""

    code: str
    kind: str
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Origin:
    """The line that something comes back of: by the operation of its sale, or by its number."""

    sync_id: str
    number: str
    line: int


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line as the till has it."""

    line: int
    product_id: int
    label: str
    quantity: Decimal
    unit_id: int | None
    price: Decimal
    discount_percent: Decimal
    discount: Decimal
    tax_codes: tuple[str, ...]
    net: Decimal
    tax: Decimal
    taxes: tuple[SaidTax, ...]
    lots: tuple[tuple[str, Decimal], ...]
    of: Origin | None
    promotions: tuple[Mapping[str, Any], ...]

    @property
    def back(self) -> bool:
        """Whether it brings goods back."""
        return self.quantity < 0


@dataclass(frozen=True, slots=True)
class SaidPayment:
    """A payment as the till took it; `code` is that of a gift card."""

    method_id: int
    amount: Decimal
    tendered: Decimal | None
    reference: str
    code: str


@dataclass(frozen=True, slots=True)
class SaidCustomer:
    """Who bought: a contact by its id, or somebody who was entered at the till under a key."""

    id: int | None
    key: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    tax_number: str = ""


@dataclass(frozen=True, slots=True)
class SaidSale:
    """A sale or refund as the till has it. It adds up."""

    operation_id: int
    sync_id: str
    binding_id: int
    register_id: int
    kind: SaleKind
    occurred_at: datetime
    received_at: datetime
    session: str
    number: str
    cashier_id: int | None
    currency: str
    customer: SaidCustomer | None
    lines: tuple[SaidLine, ...]
    taxes: tuple[SaidTax, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    rounding: Decimal
    due: Decimal
    payments: tuple[SaidPayment, ...]
    change: Decimal
    coupons: tuple[str, ...]
    overrides: tuple[Mapping[str, Any], ...]
    note: str
