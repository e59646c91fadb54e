"""Where other addons take part in sales: ways to pay.

A gateway is an addon of its own that registers one object:

    Extension(PaymentGateway, "acme", GATEWAY)

Sales ask it to begin a payment and send the customer there. What became of it comes by
`confirm_payment`, `refuse_payment` and `cancel_payment` of `sales.api`, called in whatever route or
job the gateway's messages arrive. How one is made stands in docs/addon-author.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy.orm import Session


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
