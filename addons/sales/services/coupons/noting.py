"""The coupons of a document: typed while it is a draft, as they are afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from addons.sales.models import Invoice, SalesOrder
from addons.sales.services.coupons.codes import typed_codes
from addons.sales.services.coupons.showing import FIELD, Shown, show_coupons
from core.api import Conflict, InvalidInput, phrase


def note_coupons(
    session: Session, document: SalesOrder | Invoice, values: Mapping[str, Any]
) -> Sequence[Shown]:
    """Write the codes that were sent into a document, and look at those that it has. Raises
    InvalidInput for a coupon that is not good, Conflict for other ones on a document that is
    binding."""
    sent = values.get(FIELD)
    codes = document.coupon_codes if sent is None else " ".join(typed_codes(sent))
    if document.state != "draft":
        if codes != document.coupon_codes:
            raise Conflict(
                phrase("The coupons of {number} stay.", number=document.number or ""),
                fix=phrase("Cancel it, and write another one."),
            )
        return ()
    if codes and isinstance(document, Invoice) and not document.takes_promotions:
        raise InvalidInput.of(
            FIELD,
            phrase("A coupon belongs to an order, or to an invoice without one."),
            fix=phrase("Take the code out."),
        )
    document.coupon_codes = codes
    return show_coupons(session, codes, document.contact_id, document.day) if codes else ()
