"""What the start page shows to whom: their cards in their order, and what more there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.permissions import MANAGE_ROLES
from core.auth.roles import all_roles
from core.web.dashboards.drawing import Drawing, Drawn
from core.web.dashboards.kept import Kept
from core.web.dashboards.layout import Layout
from core.web.dashboards.layouts import arranged
from core.web.dashboards.offers import Offer, offers, pinned
from core.web.request import Request

ARRANGING = "arrange"


@dataclass(frozen=True, slots=True)
class Board:
    """The cards of a page. `more` can be added; `roles` are those that the actor may give this
    arrangement to begin with."""

    cards: Sequence[Drawn]
    arranging: bool
    own: bool
    more: Sequence[Offer] = ()
    roles: Sequence[tuple[int, str]] = ()


def layout_of(session: Session, kept: Kept) -> tuple[Layout, bool, dict[str, Offer]]:
    """The actor's arrangement, whether it is their own, and everything that it can hold."""
    on_offer = offers(session, kept)
    suggested = [offer.placed for offer in on_offer.values() if offer.shown]
    found = arranged(session, suggested)
    return found.layout, found.own, {**on_offer, **pinned(found.layout)}


def board(session: Session, request: Request, kept: Kept, *, arranging: bool) -> Board:
    """The cards of the actor's start page, drawn."""
    layout, own, on_offer = layout_of(session, kept)
    drawing = Drawing(session, request, kept)
    cards = [
        drawing.card(on_offer[placed.key], wide=placed.wide)
        for placed in layout.shown
        # An addon may have been switched off, a right withdrawn, a tile have nothing to say.
        if placed.key in on_offer
    ]
    if not arranging:
        return Board(cards, arranging=False, own=own)
    there = set(layout.keys())
    more = [offer for key, offer in on_offer.items() if key not in there]
    roles: list[tuple[int, str]] = []
    if actor(session).may(MANAGE_ROLES.code):
        roles = [(role.id, role.title) for role in all_roles(session)]
    return Board(cards, arranging=True, own=own, more=more, roles=roles)
