"""The statement of account that a customer draws up at the portal, where books are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.contacts.api import canonical_ids
from addons.sales.extension_points import StatementsOfAccount
from addons.sales.services.portal.documents import Standing
from addons.sales.services.portal.guests import Guest
from core.api import NotFound, Pdf, extensions, phrase


def currencies_to_draw(session: Session, standings: Sequence[Standing]) -> Sequence[str]:
    """The currencies of the statements that are offered: those in which something is open, and the
    company's; none where nobody draws them up."""
    if not extensions(session, StatementsOfAccount):
        return ()
    return sorted({company_currency(session), *(one.currency for one in standings)})


def draw_statement(session: Session, guest: Guest, first: date, last: date, currency: str) -> Pdf:
    """The statement over these days as PDF, in the guest's language. Raises NotFound for who came
    by a link to one document, and where there is none; InvalidInput for days in the wrong order."""
    drawn = None
    if guest.sees_all:
        contact_id = next(iter(canonical_ids(session, guest.contact_ids[:1]).values()))
        for how in extensions(session, StatementsOfAccount).values():
            drawn = drawn or how.draw(session, contact_id, first, last, currency, guest.language)
    if drawn is None:
        raise NotFound(phrase("Nothing was booked in this currency."))
    return drawn
