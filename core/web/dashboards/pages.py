"""The start page, and its cards one by one for those that come later or have changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import phrase
from core.web.dashboards.board import ARRANGING, board, layout_of
from core.web.dashboards.drawing import Drawing
from core.web.dashboards.kept import Kept, recall, remember
from core.web.dashboards.onboarding import checklist
from core.web.replies import Fragment, Page, Reply
from core.web.request import Request


def show_start(session: Session, request: Request) -> Reply:
    """The cards as the actor has arranged them, and before them what is still to be set up."""
    kept = recall(session)
    arranging = request.actor.kind == "user" and ARRANGING in request.query
    found = board(session, request, kept, arranging=arranging)
    steps = None if arranging else checklist(session, kept)
    remember(session, kept)
    return Page("core/dashboards/start.html", {"board": found, "checklist": steps})


def show_card(session: Session, request: Request) -> Reply:
    """One card, worked out anew."""
    kept = recall(session)
    fresh = Kept(kept.addons)
    _, _, on_offer = layout_of(session, fresh)
    offer = on_offer.get(request.path_params["key"])
    if offer is None:
        raise NotFound(phrase("This card is not on offer any more."))
    drawing = Drawing(session, request, fresh, patient=True)
    card = drawing.card(offer, wide="wide" in request.query)
    kept.figures |= fresh.figures
    kept.tiles = fresh.tiles
    remember(session, kept)
    return Fragment("core/dashboards/card.html", {"card": card})
