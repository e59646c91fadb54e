"""Where sales come from that become electronic invoices.

Whoever sells is asked for a sale by its id, when it is posted and when its document is made anew:

    Extension(SaleSource, "sales.invoice", INVOICES)

The key is the `source_type` under which its documents are kept. Whoever prints its sales as PDF
with the electronic invoice inside says so under the same key:

    Extension(PaperSource, "sales.invoice", PAPERS)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from sqlalchemy.orm import Session

from core.api import Pdf

Role = Literal["sale", "advance", "rounding"]
"""What a line is: goods, services and vouchers; an advance that is taken off; rounding to coins."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line as it was booked. `net` and `tax` are what it came to, negative where it was taken off
    or came back; `before` is `net` before a discount on the document. `kept` is what quantity
    times `price` comes to after discounts of the line, in the terms of the price; None where
    nobody knows. `advance_id` is the sale of this source in which an advance was asked for."""

    label: str
    quantity: Decimal
    unit_id: int | None
    price: Decimal
    net: Decimal
    tax: Decimal
    tax_codes: tuple[str, ...]
    before: Decimal
    kept: Decimal | None = None
    role: Role = "sale"
    item_code: str = ""
    advance_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """What was sold, or taken back by a credit note (`kind` "381"); "386" asks for an advance, and
    "383", a debit note, for more than was asked before.

    `happened_at` is when the document was issued. `rate` is what one unit of `currency` is worth in
    the company's. `final` says that it has happened and nothing of it can be refused any more:
    sales of tills, which are simplified whoever bought. `references` are the numbers of what a
    note corrects, `notes` what is to be read on it besides. `signed` is what a till signed of it,
    as it said that."""

    source_type: str
    source_id: int
    number: str
    kind: Literal["388", "381", "383", "386"]
    happened_at: datetime
    day: date
    currency: str
    rate: Decimal
    lines: tuple[SoldLine, ...]
    contact_id: int | None = None
    branch_id: int | None = None
    register_id: int | None = None
    supply_day: date | None = None
    rounding: Decimal = Decimal(0)
    reason: str = ""
    references: tuple[str, ...] = ()
    payment_means: str = ""
    order_reference: str = ""
    notes: tuple[str, ...] = ()
    final: bool = False
    signed: Mapping[str, Any] | None = None


class SaleSource(Protocol):
    """Hands sales over."""

    def sales(self, session: Session, ids: Collection[int], /) -> Sequence[Sale]:
        """These sales, as they were posted, in the order of their ids."""
        ...


class Tills(Protocol):
    """Knows the tills that sign by themselves, by their registers."""

    def name(self, session: Session, register_id: int, /) -> str:
        """What people call it."""
        ...

    def holds_more(self, session: Session, register_id: int, /) -> bool:
        """Whether sales of it may still come."""
        ...


class PaperSource(Protocol):
    """Prints sales."""

    def pdf(self, session: Session, source_id: int, /) -> Pdf | None:
        """The sale as PDF/A-3, its electronic invoice inside; None where nothing is printed."""
        ...
