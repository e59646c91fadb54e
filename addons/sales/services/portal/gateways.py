"""The ways to pay online that there are, asked of the addons that bring them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from addons.sales.extension_points import Handover, PaymentGateway, PaymentOrder
from core.api import InvalidInput, Unavailable, extensions, from_each, phrase

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Way:
    """A gateway that takes a currency: its key and what the customer reads."""

    key: str
    title: str


def ways_to_pay(session: Session, currency: str) -> list[Way]:
    """The gateways that take this currency; one that fails is left out."""
    takes = from_each(session, PaymentGateway, lambda one: currency in one.currencies(session))
    known = extensions(session, PaymentGateway)
    return [Way(key, known[key].title) for key, fits in takes if fits]


def start_at(session: Session, key: str, order: PaymentOrder) -> Handover:
    """Begin a payment at a gateway; raises InvalidInput for one that there is not, and Unavailable
    where it sends the customer to an address that is not safe."""
    gateway = extensions(session, PaymentGateway).get(key)
    if gateway is None or order.currency not in gateway.currencies(session):
        raise InvalidInput.of("gateway", phrase("Choose one of the ways to pay."))
    handover = gateway.start(session, order)
    parts = urlsplit(handover.url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise Unavailable(
            phrase("This way to pay is out of order."),
            fix=phrase("Choose another one, or pay by bank transfer."),
            retry_after=60,
        )
    return handover
