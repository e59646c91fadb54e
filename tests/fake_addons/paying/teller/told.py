"""Where the service tells what became of a payment, signed with the secret of both."""

from __future__ import annotations

import hashlib
import hmac
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.sales.api import cancel_payment, confirm_payment, refuse_payment
from core.api import Forbidden, Json, Reply, Request, options
from tests.fake_addons.paying.teller.options import TellerOptions

SIGNATURE = "x-teller-signature"


def told(session: Session, request: Request) -> Reply:
    """Note the news; refuse what the service did not sign."""
    secret = options(session, TellerOptions).secret
    expected = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    given = request.headers.get(SIGNATURE, "")
    if not secret or not hmac.compare_digest(expected.encode(), given.encode()):
        raise Forbidden("This was not signed by the teller.")
    news = request.json()
    if news["outcome"] == "paid":
        payment = confirm_payment(
            session, news["intent"], news["reference"], Decimal(news["amount"]), news["currency"]
        )
        return Json({"payment": payment.id})
    end = refuse_payment if news["outcome"] == "refused" else cancel_payment
    return Json({"state": end(session, news["intent"], news["reason"]).state})
