"""Who looks at documents from outside: a visitor of the portal, or whoever holds a link to one.

A visitor sees what belongs to their contact, under every id that it ever had. Whoever holds a link
sees the one document that it names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, exists, false, select
from sqlalchemy.orm import Session

from addons.sales.models import (
    Delivery,
    Invoice,
    Payment,
    PaymentIntent,
    PaymentIntentPart,
    SalesOrder,
)
from core.api import Client, binding

HOME: Final = "/sales/portal"
Document = TypeVar("Document", SalesOrder, Invoice, Delivery, Payment, PaymentIntent)


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a guest's page, and of what can be done there. Secrets stand in the query,
    which no log of ours keeps."""

    path: str
    query: str = ""

    def to(self, action: str) -> str:
        """Where a form of the page goes, or the PDF is: `to("accept")`."""
        return f"{self.path}/{action}{self.query}"

    def __str__(self) -> str:
        return f"{self.path}{self.query}"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody outside. `contact_ids` are all ids of whose documents they see, `base` is the path
    below which their pages lie. Who came by a link, `link_id`, has its secret `key`, and
    `order_id` or `invoice_id` bounds them to its document."""

    via: Literal["portal", "link"]
    name: str
    email: str
    contact_ids: tuple[int, ...]
    base: str
    language: str
    client: Client
    person_id: int | None = None
    order_id: int | None = None
    invoice_id: int | None = None
    key: str = ""
    link_id: int | None = None

    @property
    def sees_all(self) -> bool:
        """Whether they see every document of the contact, not one alone."""
        return self.via == "portal"

    def place(self, kind: str, number: int) -> Place:
        """Where a document is: `place("orders", 7)`."""
        return Place(f"{self.base}/{kind}/{number}") if self.sees_all else self.shared

    @property
    def shared(self) -> Place:
        """Where the one document is that a link names."""
        return Place(self.base, f"?key={self.key}")

    def paying(self, intent_id: int) -> Place:
        """Where the guest sees what became of a payment."""
        return Place(f"{self.base}/paying/{intent_id}", "" if self.sees_all else f"?key={self.key}")


def belonging(statement: Select[Any], model: type[Document], guest: Guest) -> Select[Any]:
    """The statement, bounded to what belongs to this guest."""
    statement = statement.where(model.contact_id.in_(guest.contact_ids))
    if guest.sees_all:
        return statement
    if issubclass(model, SalesOrder):
        return statement.where(SalesOrder.id == (guest.order_id or 0))
    if issubclass(model, Invoice):
        return statement.where(Invoice.id == (guest.invoice_id or 0))
    if issubclass(model, PaymentIntent):
        return statement.where(_is_for(guest))
    return statement.where(false())


def _is_for(guest: Guest) -> ColumnElement[bool]:
    """Whether an intent pays the very document of a link, and nothing else."""
    if guest.order_id is not None:
        return PaymentIntent.order_id == guest.order_id
    part = select(PaymentIntentPart.invoice_id).where(
        PaymentIntentPart.intent_id == PaymentIntent.id
    )
    others = part.where(PaymentIntentPart.invoice_id != guest.invoice_id)
    mine = part.where(PaymentIntentPart.invoice_id == guest.invoice_id)
    return exists(mine) & ~exists(others)


def speak_as(session: Session, guest: Guest) -> None:
    """Attribute what this transaction changes to the guest, whom the audit trail names then. To be
    called before anything is written."""
    bound = binding(session)
    bound.author = replace(bound.author, label=f"{guest.name} ({guest.via})")
