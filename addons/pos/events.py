"""What the tills tell the other addons. Amounts are in the register's currency; `rate` is what one
unit of it is worth in the company's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from addons.catalog.api import TaxShare
from core.api import Event

MethodKind = Literal["cash", "card", "transfer", "gift_card", "loyalty", "credit", "other"]


@dataclass(frozen=True, slots=True)
class BookedLine:
    """Goods and services of a sale that belong together in the books: those of one category that
    bear the same taxes. What came back is negative, and told apart by `returned`."""

    category_id: int | None
    returned: bool
    net: Decimal
    tax_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookedPayment:
    """What was paid in one way; negative where it was paid out. `journal` and `account` are codes
    of the books, and empty where nobody chose any. What a gift card pays is at the `rate` at which
    it was issued. What it, or points, did not have any more is of the kind
    "credit" where the customer is known, else "missing". What is owed falls `due`."""

    kind: MethodKind | Literal["missing"]
    journal: str
    account: str
    amount: Decimal
    rate: Decimal | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class BookedSale:
    """A sale of a till as it is booked: what its lines and taxes come to, with the rounding, was
    paid in these ways."""

    sale_id: int
    kind: Literal["sale", "refund"]
    number: str
    day: date
    contact_id: int | None
    currency: str
    rate: Decimal
    branch_id: int | None
    lines: tuple[BookedLine, ...]
    taxes: tuple[TaxShare, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    rounding: Decimal
    payments: tuple[BookedPayment, ...]


@dataclass(frozen=True, slots=True)
class SalesBooked(Event, name="pos.SalesBooked"):
    """Sales and refunds of tills were booked, all of them in this transaction."""

    sales: tuple[BookedSale, ...]


@dataclass(frozen=True, slots=True)
class CashMoved(Event, name="pos.CashMoved"):
    """Cash was put into a drawer or taken out of it without a sale. `journal` and `account` are
    those of the drawer."""

    move_id: int
    register: str
    day: date
    direction: Literal["in", "out"]
    currency: str
    rate: Decimal
    amount: Decimal
    journal: str
    account: str
    branch_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CountedDifference:
    """What was counted of a method of payment less what should have been there."""

    method_id: int
    method: str
    journal: str
    account: str
    amount: Decimal
    kind: MethodKind = "cash"


@dataclass(frozen=True, slots=True)
class SessionClosed(Event, name="pos.SessionClosed"):
    """A session of a till was counted and closed; `number` is that of its Z report."""

    session_id: int
    register: str
    number: str
    day: date
    currency: str
    rate: Decimal
    branch_id: int | None
    differences: tuple[CountedDifference, ...]
