"""Where other addons take part in sales: ways to pay, and goods that a supplier delivers.

A gateway is an addon of its own that registers one object:

    Extension(PaymentGateway, "acme", GATEWAY)

Sales ask it to begin a payment and send the customer there. What became of it comes by
`confirm_payment`, `refuse_payment` and `cancel_payment` of `sales.api`, called in whatever route or
job the gateway's messages arrive. How one is made stands in docs/addon-author.md.

Whoever buys (purchases) orders what a supplier brings to the customer himself, by `DirectSupply`.
Sales hear what arrived there by `purchases.SuppliedDirectly`, whoever noted it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from core.api import Attachment, Pdf


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a customer is about to pay. `title` names the documents, for the gateway's own page;
    `language` is the customer's. The gateway sends the browser back to `return_url` whether it was
    paid or not: nothing is believed of what comes along with it."""

    intent_id: int
    amount: Decimal
    currency: str
    title: str
    customer: str
    email: str
    language: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Handover:
    """Where the customer pays: an address that is opened, or, with `fields`, one that a form is
    posted to. It begins with https."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


class PaymentGateway(Protocol):
    """A way to pay online."""

    @property
    def title(self) -> str:
        """What the customer chooses: "Card", "mada", "bKash". A message."""
        ...

    def currencies(self, session: Session, /) -> Collection[str]:
        """What can be paid in, by ISO codes; nothing while it is not set up."""
        ...

    def start(self, session: Session, order: PaymentOrder, /) -> Handover:
        """Begin a payment and say where the customer goes. Called inside the transaction that
        writes the intent down; raises an AppError that tells the customer why it cannot begin."""
        ...


class StatementsOfAccount(Protocol):
    """Draws statements of account up: what a customer owed before, what happened, what they owe.
    Where nobody does, customers see what is open alone."""

    def draw(
        self,
        session: Session,
        contact_id: int,
        first: date,
        last: date,
        currency: str,
        language: str,
        /,
    ) -> Pdf | None:
        """The statement in a currency over these days, both included, as PDF in this language; it
        is not kept. None where nothing was ever posted in that currency."""
        ...


class InvoiceStamps(Protocol):
    """Says what an authority wants to see on paper."""

    def title(self, session: Session, invoice_id: int, /) -> str:
        """What the law calls a posted invoice or credit note, as a message; empty where it has no
        name of its own."""
        ...

    def buyer(self, session: Session, invoice_id: int, /) -> Sequence[str]:
        """Where the customer is and under which tax number, line by line, as the authority was
        told; empty where it was not, and paper has it from the contact."""
        ...

    def qr(self, session: Session, invoice_id: int, /) -> str:
        """What the QR code of a posted invoice or credit note holds; empty where it has none."""
        ...

    def file(self, session: Session, invoice_id: int, /) -> Attachment | None:
        """The invoice for programs, which travels inside its PDF; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class DirectLine:
    """Goods of an order's line that a supplier is to bring to the customer: what has not arrived
    there, in the stock unit."""

    line_id: int
    product_id: int
    label: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class DirectWish:
    """All that suppliers shall bring to the customer of an order."""

    order_id: int
    number: str
    contact_id: int
    ship_to: str
    wanted_on: date | None
    branch_id: int | None
    lines: tuple[DirectLine, ...]


@dataclass(frozen=True, slots=True)
class DirectGoods:
    """Stock units of an order's line that arrived at the customer's, or go back from there, and
    the lots that they are of, as somebody typed them."""

    line_id: int
    quantity: Decimal
    lots: str = ""


@dataclass(frozen=True, slots=True)
class DirectOrder:
    """How an order to a supplier stands that serves a customer's: `binding` when he was asked, and
    by line what is open of it and what arrived, in stock units."""

    order_id: int
    title: str
    supplier: str
    binding: bool
    ended: bool
    expected_on: date | None
    open: Mapping[int, Decimal]
    arrived: Mapping[int, Decimal]


class DirectSupply(Protocol):
    """Orders goods from suppliers who bring them to the customer. An order is known by its id."""

    def offered(self, session: Session, product_ids: Collection[int], /) -> Collection[int]:
        """Those of these products that their first supplier delivers himself."""
        ...

    def hold(self, session: Session, order_id: int, /) -> None:
        """Lock what serves an order: always before the order itself is locked."""
        ...

    def order(self, session: Session, wish: DirectWish, /) -> None:
        """Bring the orders to suppliers into line with what is wanted: drafts for what nobody is
        asked for, less of drafts that ask for too much. Raises InvalidInput where nobody is known
        who sells it, and Conflict where a supplier was asked for more and has to be told first."""
        ...

    def hand_over(
        self, session: Session, order_id: int, goods: Sequence[DirectGoods], day: date, key: str, /
    ) -> None:
        """Note that goods arrived at the customer's; the same key again changes nothing. Raises
        Conflict for more than suppliers were asked for."""
        ...

    def take_back(
        self,
        session: Session,
        order_id: int,
        goods: Sequence[DirectGoods],
        day: date,
        key: str,
        replace: bool,
        reason: str,
        /,
    ) -> None:
        """Note that goods went from the customer back to the supplier, who sends others where they
        are replaced."""
        ...

    def standing(self, session: Session, order_id: int, /) -> Sequence[DirectOrder]:
        """The orders to suppliers that serve an order, the oldest first."""
        ...
