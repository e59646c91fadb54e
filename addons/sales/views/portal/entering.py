"""Who asks for a customer's page: a visitor of the portal, or whoever holds a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.contacts.api import (
    Visitor,
    all_ids,
    canonical_ids,
    get_contact,
    portal_contact,
    portal_page,
    to_the_door,
)
from addons.sales.models import Invoice, SalesOrder
from addons.sales.services.portal.guests import HOME, Guest, speak_as
from addons.sales.services.portal.links import open_link
from core.api import Forbidden, NotFound, Page, Reply, Request, client_of, msg, phrase

_READS: Final = ("GET", "HEAD")
SHARED: Final = f"{HOME}/shared"


@dataclass(frozen=True, slots=True)
class Entered:
    """A guest, and the visitor of the portal that they are, if they came through its door."""

    guest: Guest
    visitor: Visitor | None


Handler = Callable[[Session, Request, Entered], Reply]


def inside(handler: Handler) -> Callable[[Session, Request], Reply]:
    """A handler for a public route: it is called for guests alone. Who is none goes to the door;
    what is not theirs, or is over, is not there."""

    def answer(session: Session, request: Request) -> Reply:
        entered: Entered | None = None
        try:
            entered = _enter(session, request)
            if entered is None:
                return to_the_door(request)
            if request.method not in _READS:
                speak_as(session, entered.guest)
            return handler(session, request, entered)
        except NotFound as error:
            return framed(entered, "sales/portal/missing.html", {"error": error},
                          title=msg("There is nothing here"), status=404)  # fmt: skip

    answer.__doc__ = handler.__doc__
    return answer


def is_staff(request: Request) -> bool:
    """Whether somebody of the company is signed in in this browser, who tries a link out."""
    return request.actor.kind != "anonymous"


def require_customer(request: Request) -> None:
    """Raise Forbidden for somebody of the company: they cannot sign in a customer's name."""
    if is_staff(request):
        raise Forbidden(
            phrase("You are signed in as {name}. Only the customer answers.",
                   name=request.actor.name),
            fix=phrase("Confirm the order yourself, or mark it as lost."),
        )  # fmt: skip


def framed(
    entered: Entered | None,
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    status: int = 200,
    forms_to: str = "",
) -> Page:
    """A page of the portal around a piece of ours; without its menu for who came by a link. `title`
    is a message or a phrase."""
    guest = None if entered is None else entered.guest
    given = {"typed": {}, "error": None, "preview": False, **context, "guest": guest}
    if entered is not None and entered.visitor is not None:
        page = portal_page(entered.visitor, template, given, title=title, status=status)
    else:
        shown = {**given, "piece": template, "portal_title": title, "portal_field": ""}
        page = Page("sales/portal/shared.html", shown, status=status)
    return Page(page.template, page.context, status=status, forms_to=forms_to)


def _enter(session: Session, request: Request) -> Entered | None:
    if request.path.startswith(SHARED):
        return Entered(_holder(session, request, request.query.get("key", "")), None)
    visitor = portal_contact(session, request)
    if visitor is None:
        return None
    guest = Guest(
        via="portal",
        name=visitor.name,
        email=visitor.email,
        contact_ids=tuple(all_ids(session, visitor.contact_id)),
        base=HOME,
        language=request.locale,
        client=client_of(request),
        person_id=visitor.person_id,
    )
    return Entered(guest, visitor)


def _holder(session: Session, request: Request, token: str) -> Guest:
    """Whoever holds a link, as the contact of its document; raises NotFound where it is over."""
    link = open_link(session, token)
    document: SalesOrder | Invoice = (
        session.get_one(Invoice, link.invoice_id)
        if link.order_id is None
        else session.get_one(SalesOrder, link.order_id)
    )
    today = canonical_ids(session, [document.contact_id])[document.contact_id]
    contact = get_contact(session, today)
    return Guest(
        via="link",
        name=document.contact_name if contact is None else contact.name,
        email=link.sent_to,
        contact_ids=tuple(all_ids(session, today)),
        base=SHARED,
        key=token,
        link_id=link.id,
        language=request.locale,
        client=client_of(request),
        order_id=link.order_id,
        invoice_id=link.invoice_id,
    )
