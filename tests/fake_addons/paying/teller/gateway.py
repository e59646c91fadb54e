"""Two ways to pay: one leads to an address, the other posts a form there."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from addons.sales.api import Handover, PaymentOrder
from core.api import Unavailable, options
from tests.fake_addons.paying.teller.options import TellerOptions


@dataclass(frozen=True, slots=True)
class Teller:
    """A gateway that asks the service for a payment page."""

    title: str
    by_form: bool

    def currencies(self, session: Session, /) -> Collection[str]:
        return ("USD", "SAR") if options(session, TellerOptions).address else ()

    def start(self, session: Session, order: PaymentOrder, /) -> Handover:
        asked = {
            "intent": order.intent_id,
            "amount": f"{order.amount:f}",
            "currency": order.currency,
            "title": order.title,
            "back": order.return_url,
        }
        call = urllib.request.Request(  # noqa: S310, the stand-in beside the tests
            f"{options(session, TellerOptions).address}/payments",
            json.dumps(asked).encode(),
            {"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(call, timeout=10) as answer:  # noqa: S310
                page = json.load(answer)["page"]
        except OSError as error:
            raise Unavailable("The teller does not answer.", fix="Try again later.") from error
        return Handover(page, {"title": order.title} if self.by_form else {})


BY_LINK = Teller("Card", by_form=False)
BY_FORM = Teller("Wallet", by_form=True)
