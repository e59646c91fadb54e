"""Arranging one's start page: each step is a form of its own, so that it works by mouse, by keys,
by touch and without a script.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy.orm import Session

from core.addresses import parts_of
from core.auth.permissions import MANAGE_ROLES
from core.auth.roles import get_role
from core.errors import Forbidden, InvalidInput
from core.i18n import phrase
from core.web.dashboards.board import ARRANGING, board, layout_of
from core.web.dashboards.kept import recall
from core.web.dashboards.layout import Layout, Pin
from core.web.dashboards.layouts import forget_own, keep, keep_for_role
from core.web.dashboards.offers import PIN, Offer, PinnedList, list_at
from core.web.dashboards.onboarding import dismiss
from core.web.replies import Fragment, Redirect, Reply
from core.web.request import Request
from core.web.resources.links import VIEW
from core.web.resources.showing import translator
from core.web.resources.views.store import views_of

HERE = f"/?{ARRANGING}=1"
Change = Callable[[Layout, dict[str, Offer], Request], Layout]


def move(session: Session, request: Request) -> Reply:
    """Put a card in another place: the how manieth is `place`."""
    return _changed(session, request, _moved)


def resize(session: Session, request: Request) -> Reply:
    """Make a card wide, or narrow again."""
    wide = request.form.get("wide") == "1"
    return _changed(session, request, lambda layout, _, r: layout.sized(_key(r), wide=wide))


def remove(session: Session, request: Request) -> Reply:
    """Put a card away."""
    return _changed(session, request, lambda layout, _, r: layout.without(_key(r)))


def add(session: Session, request: Request) -> Reply:
    """Show a card that is on offer."""
    return _changed(session, request, _added)


def reset(session: Session, request: Request) -> Reply:
    """Go back to what one's role begins with."""
    _person(request)
    forget_own(session)
    return Redirect(HERE, message=phrase("Your start page is as it was in the beginning."))


def give_to_role(session: Session, request: Request) -> Reply:
    """Let a role begin with this arrangement; those who have their own keep it."""
    if not request.actor.may(MANAGE_ROLES.code):
        raise Forbidden(phrase("Only who manages roles can say what they begin with."))
    text = request.form.get("role", "")
    if not text.isdecimal() or len(text) > 18:
        raise InvalidInput.of("role", phrase("Choose a role."))
    role = get_role(session, int(text))
    layout, _, _ = layout_of(session, recall(session))
    keep_for_role(session, role, layout)
    message = phrase("Whoever is {role} begins with this start page.", role=role.title)
    return Redirect(HERE, message=message)


def pin(session: Session, request: Request) -> Reply:
    """Put a list, as it is filtered and sorted, on one's start page."""
    _person(request)
    address = _list_address(request)
    found = list_at(session, address)
    if found is None:
        raise InvalidInput.of("address", phrase("Only a list that you may see can be pinned."))
    title = _list_title(session, request, found)
    layout, _, _ = layout_of(session, recall(session))
    keep(session, layout.pinned(f"{PIN}{secrets.token_hex(4)}", Pin(title, address)))
    message = phrase("“{title}” is on your start page now.", title=title)
    return Redirect(address, message=message)


def dismiss_checklist(session: Session, request: Request) -> Reply:
    """Show no first steps any more."""
    _person(request)
    dismiss(session)
    return Redirect("/")


def _list_address(request: Request) -> str:
    """The list that the button stands on; htmx tells the address as it is by now."""
    now = parts_of(request.headers.get("hx-current-url", ""))
    if now.path:
        return f"{now.path}?{now.query}" if now.query else now.path
    return request.form.get("address", "")


def _list_title(session: Session, request: Request, found: PinnedList) -> str:
    """What the list is called, and the view that it is opened in."""
    title = translator(session, request)(found.shape.resource.title)
    named = found.query.get(VIEW, "")
    view = views_of(session, found.shape, named).find(named) if named else None
    return f"{title}: {translator(session, request)(view.title)}" if view else title


def _changed(session: Session, request: Request, change: Change) -> Reply:
    _person(request)
    kept = recall(session)
    layout, _, on_offer = layout_of(session, kept)
    keep(session, change(layout, on_offer, request))
    if request.wants == "fragment":
        found = board(session, request, kept, arranging=True)
        return Fragment("core/dashboards/board.html", {"board": found})
    return Redirect(HERE)


def _moved(layout: Layout, on_offer: dict[str, Offer], request: Request) -> Layout:
    text = request.form.get("place", "")
    if not text.removeprefix("-").isdecimal() or len(text) > 4:
        raise InvalidInput.of("place", phrase("Say the how manieth place."))
    # Places are counted among the cards that are seen: one without anything to say is passed.
    seen = [key for key in layout.keys() if key in on_offer and key != _key(request)]  # noqa: SIM118
    place = max(0, min(int(text), len(seen)))
    rest = [key for key in layout.keys() if key != _key(request)]  # noqa: SIM118
    behind = rest.index(seen[place]) if place < len(seen) else len(rest)
    return layout.moved(_key(request), behind)


def _added(layout: Layout, on_offer: dict[str, Offer], request: Request) -> Layout:
    offer = on_offer.get(_key(request))
    if offer is None:
        raise InvalidInput.of("key", phrase("This card is not on offer any more."))
    return layout.having(offer.key, wide=offer.wide)


def _key(request: Request) -> str:
    return request.form.get("key", "")


def _person(request: Request) -> None:
    if request.actor.user_id is None:
        raise Forbidden(phrase("Only a person has a start page."))
