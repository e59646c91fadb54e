"""Where other addons take part in trade: protocols that they implement and register.

Trade works without any of them. `DocumentTaxes` is implemented by VAT, `Books` by accounting and
`StockKeeping` by inventory; the functions in `services.trading` ask whoever is there and know what
holds where nobody is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from addons.catalog.services.offline.taxes import OfflineTaxes
    from addons.catalog.services.values import (
        Availability,
        CreditStanding,
        Expectation,
        GoneGoods,
        Instalment,
        MoneyJournal,
        Movement,
        Tally,
        TaxDocument,
        TaxedDocument,
        TaxStatement,
    )
    from core.api import Permission, Reader

Side = Literal["sale", "purchase"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from: what is stored, and what is read."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class LabelKind:
    """What labels can be designed for and printed of. `fields` are what a label can show;
    `values(session, ids, reader)` says it of records, as texts in the reader's language;
    `find(session, text)` offers records, by a scanned code too, and the first ones for no text.
    `permission` is what one needs to see them."""

    name: str
    title: str
    permission: Permission
    fields: tuple[Choice, ...]
    values: Callable[[Session, Sequence[int], Reader], Mapping[int, Mapping[str, str]]]
    find: Callable[[Session, str], Sequence[Choice]]


class LabelSource(Protocol):
    """Offers records of an addon for labels that a company designs."""

    def kinds(self) -> Sequence[LabelKind]:
        """What labels can be printed of."""
        ...


class DocumentTaxes(Protocol):
    """Says which taxes a line bears, and works documents out."""

    def groups(self, session: Session, /) -> Sequence[Choice]:
        """The tax groups that a product may belong to."""
        ...

    def codes(
        self, session: Session, group: str, side: Side, contact_id: int | None, /
    ) -> tuple[str, ...]:
        """The codes of the taxes of a product of this group, sold to or bought from a contact."""
        ...

    def work_out(self, session: Session, document: TaxDocument, /) -> TaxedDocument:
        """The document with its taxes, rounded as the company decided."""
        ...

    def offline(self, session: Session, /) -> OfflineTaxes:
        """All taxes of sales as values, for those who work documents out without a network."""
        ...

    def statements(
        self, session: Session, codes: Collection[str], day: date, /
    ) -> Mapping[str, TaxStatement]:
        """How the taxes of these codes are named on electronic invoices of that day, by code. What
        is unknown, or has no rate yet, is left out."""
        ...


class Books(Protocol):
    """What trade asks the books before it posts to them by its events."""

    def company_currency(self, session: Session, /) -> str:
        """Three letters."""
        ...

    def rate(self, session: Session, currency: str, day: date, /) -> Decimal:
        """What one unit of a currency is worth in the company's on that day; an AppError that
        names the currency and the day where there is no rate."""
        ...

    def instalments(
        self,
        session: Session,
        contact_id: int,
        side: Side,
        day: date,
        total: Decimal,
        currency: str,
        /,
    ) -> tuple[Instalment, ...]:
        """When a document of that day falls due, by the terms agreed with the contact. The parts
        sum to the total."""
        ...

    def credit(self, session: Session, contact_id: int, /) -> CreditStanding:
        """What a customer owes, and may owe, in the company's currency."""
        ...

    def credits(
        self, session: Session, contact_ids: Collection[int] | None, /
    ) -> Mapping[int, CreditStanding]:
        """The same of those among these customers, or among all, with whom something was agreed."""
        ...

    def money_journals(self, session: Session, /) -> Sequence[MoneyJournal]:
        """Banks and tills through which payments go."""
        ...

    def require_open(self, session: Session, day: date, side: Side | None, /) -> None:
        """An AppError that names the lock where nothing may be posted on that day."""
        ...

    def tally(self, session: Session, source_type: str, /) -> Mapping[int, Tally]:
        """The entries that documents of a kind have, by blocks of `TALLY_BLOCK` of their ids."""
        ...


class StockKeeping(Protocol):
    """Keeps goods: expects what was ordered, moves it, and knows what there is.

    A document that moves goods is known by (source_type, source_id), a line of it by `line_id`.
    What crossed the border of the company is told by the event `inventory.GoodsMoved`.
    """

    def warehouses(self, session: Session, /) -> Sequence[Choice]:
        """The warehouses; values are their ids."""
        ...

    def expect(self, session: Session, expectation: Expectation, /) -> None:
        """Expect these quantities for a document. Said again, it changes what has not moved yet,
        and a quantity of 0 withdraws it; less than has moved raises Conflict."""
        ...

    def move(self, session: Session, movement: Movement, /) -> None:
        """Move expected goods of a document now, through every step on their way. Raises Conflict
        with the product where stock is short and may not be negative, and InvalidInput where a lot
        or serial number is needed."""
        ...

    def book_gone(
        self, session: Session, source_type: str, goods: Sequence[GoneGoods], reason: str, /
    ) -> Collection[int]:
        """Write down goods of many documents that have left, or come back, without anybody
        expecting them, as at a till. It has happened, so nothing is refused for what should have
        been: the lines are returned whose goods were not there, whose lot nobody had said or
        known, or that brought back more than went. Raises an AppError where nothing may be posted
        on their day. A document's goods are handed over once."""
        ...

    def available(
        self, session: Session, product_ids: Collection[int], warehouse_id: int | None, /
    ) -> Mapping[int, Availability]:
        """What there is of each product in a warehouse, or in all of them."""
        ...

    def unit_costs(
        self, session: Session, product_ids: Collection[int], /
    ) -> Mapping[int, Decimal]:
        """What a stock unit of each product costs now, in the company's currency; products of
        which nothing is known are left out."""
        ...

    def tally(self, session: Session, source_type: str, /) -> Mapping[int, Tally]:
        """How often goods of the lines of documents of a kind were moved, by blocks of
        `TALLY_BLOCK` of the lines' ids: all moves of one transaction are once."""
        ...
