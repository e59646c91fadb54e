"""The page of a board."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.web.displays.board import lanes
from core.web.displays.frame import ask_display, list_link, panel, show
from core.web.displays.offered import offered
from core.web.replies import Reply
from core.web.request import Request
from core.web.resources.shape import Shape


def board_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The columns of cards."""
    asked, board = ask_display(session, shape, request, "board"), offered(shape).board
    assert board is not None
    opened = panel(asked, session, request)
    if opened is not None:
        return opened
    found = [] if asked.problems else lanes(session, asked, board)
    plain = list_link(asked).without("group", "in")
    context = {
        "lanes": found,
        "lane_urls": {lane.state: plain.having(board.by, lane.state).url() for lane in found},
        "movable": any(card.ways for lane in found for card in lane.cards),
        "by": board.by,
    }
    return show(asked, session, request, "board", context)
