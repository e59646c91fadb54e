"""What stands in other pages: beside orders and invoices what their customer saw and said, and on
the portal's first page what waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.contacts.api import Visitor, all_ids
from addons.sales.models import Invoice, SalesOrder
from addons.sales.permissions import VIEW_INVOICES, VIEW_ORDERS
from addons.sales.services.portal.answering import answers_of
from addons.sales.services.portal.documents import (
    open_documents,
    standings,
    waiting_counts,
)
from addons.sales.services.portal.guests import HOME, Guest
from addons.sales.services.portal.links import links_of
from addons.sales.services.portal.seen import views_of
from core.api import PUBLIC, Client, Slot, today


def _home(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    visitor: Visitor = given["visitor"]
    guest = Guest(
        via="portal",
        name=visitor.name,
        email=visitor.email,
        contact_ids=tuple(all_ids(session, visitor.contact_id)),
        base=HOME,
        language=visitor.language,
        client=Client("", ""),
        person_id=visitor.person_id,
    )
    return {
        "counts": waiting_counts(session, guest),
        "standings": standings(open_documents(session, guest), today(session)),
        "base": HOME,
    }


def _beside(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the customer saw of a document, and how they answered."""
    record: SalesOrder | Invoice = given["record"]
    views = views_of(session, record)
    links = links_of(session, record)
    answers = answers_of(session, record) if isinstance(record, SalesOrder) else []
    if not views and not answers and not links:
        return None
    kind = "orders" if isinstance(record, SalesOrder) else "invoices"
    return {
        "record": record,
        "views": views,
        "links": links,
        "answers": answers,
        "at": f"/sales/{kind}/{record.id}",
    }


def _tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    record = given["record"]
    if isinstance(record, SalesOrder) and record.number is not None:
        return {"at": f"/sales/orders/{record.id}"}
    if isinstance(record, Invoice) and not record.is_draft:
        return {"at": f"/sales/invoices/{record.id}"}
    return None


SLOTS: Final = (
    Slot("contacts.portal.home", "sales/portal/home.html", _home, PUBLIC, order=20),
    Slot("core.record.tools", "sales/portal/tools.html", _tools, VIEW_ORDERS, order=200),
    Slot("sales.orders.side", "sales/portal/side.html", _beside, VIEW_ORDERS, order=40),
    Slot("sales.invoices.side", "sales/portal/side.html", _beside, VIEW_INVOICES, order=40),
)
