"""Reviews for programs: `/api/v1/core/reviews/<addon>`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from sqlalchemy.orm import Session

from core.addons.permissions import MANAGE_ADDONS, SEE_ADDONS
from core.db.session import binding
from core.declare import ApiCall, Route
from core.errors import InvalidInput
from core.i18n import phrase
from core.kernel import Kernel
from core.reviews import LONGEST, MOST_STARS
from core.web.catalogue import reviewing
from core.web.catalogue.entries import stock
from core.web.catalogue.pages import entry_of
from core.web.replies import Json, Reply
from core.web.request import Request

REVIEWS: Final = "/api/v1/core/reviews/{name}"
_TEXT: Final = {"type": "string"}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_STARS: Final = {"type": "integer", "minimum": 1, "maximum": MOST_STARS}
_ANSWER: Final = {
    "type": ["object", "null"],
    "properties": {
        "text": _TEXT,
        "by": {"enum": ["publisher", "operator"]},
        "at": _MOMENT,
    },
}
_REVIEW: Final = {
    "type": "object",
    "required": ["id", "stars", "text", "version", "written_at", "company", "is_own", "answer"],
    "properties": {
        "id": {"type": "integer"},
        "stars": _STARS,
        "text": _TEXT,
        "version": {**_TEXT, "description": "The version of the addon that was reviewed."},
        "written_at": _MOMENT,
        "company": {**_TEXT, "description": "Empty where the company is not named."},
        "is_own": {"type": "boolean"},
        "answer": _ANSWER,
    },
}
_SENT: Final = {
    "type": "object",
    "required": ["stars"],
    "properties": {
        "stars": _STARS,
        "text": {**_TEXT, "maxLength": LONGEST},
        "named": {
            "type": "boolean",
            "description": "Whether others read the company's name beside it.",
        },
    },
}
_OWN: Final = {
    "type": ["object", "null"],
    "properties": {
        **_SENT["properties"],
        "version": _TEXT,
        "written_at": _MOMENT,
        "hidden": {**_TEXT, "description": "Why the operator hides it; empty while it is shown."},
    },
}
_REVIEWS: Final = {
    "type": "object",
    "required": ["count", "average", "pages", "own", "items"],
    "properties": {
        "count": {"type": "integer"},
        "average": {"type": ["string", "null"], "description": "Of all stars; null without any."},
        "pages": {"type": "integer"},
        "own": _OWN,
        "items": {"type": "array", "items": _REVIEW},
    },
}
_QUERY: Final = {
    "stars": {**_STARS, "description": "Those with so many stars alone."},
    "order": {"enum": ["newest", "best", "worst"]},
    "reviews": {"type": "integer", "minimum": 1, "description": "The page of them."},
}


def list_reviews(session: Session, request: Request) -> Reply:
    """What is said of the addon, one page of it, and what the company itself says."""
    return Json(_all(session, request))


def write(session: Session, request: Request) -> Reply:
    """Publish the company's review in the place of the one before. It is shown to others."""
    entry, sent = entry_of(stock(session), request), request.json()
    if not isinstance(sent, dict):
        raise InvalidInput.of("stars", phrase("Choose one to five stars."))
    reviewing.write(session, entry, reviewing.drafted(session, entry, sent))
    return Json(_all(session, request))


def remove(session: Session, request: Request) -> Reply:
    """Take the company's review back for good."""
    reviewing.remove(session, entry_of(stock(session), request))
    return Json(_all(session, request))


def _all(session: Session, request: Request) -> dict[str, Any]:
    reviews = _kernel(session).reviews
    name = entry_of(stock(session), request).listing.name
    found, own = reviews.of(session, name, reviewing.asked(request.query)), None
    if mine := reviews.own(session, name):
        own = {**asdict(mine.draft), "written_at": mine.written_at, "hidden": mine.hidden}
    rating = found.rating
    return {
        "count": 0 if rating is None else rating.count,
        "average": None if rating is None else f"{rating.average:.2f}",
        "pages": found.pages,
        "own": own,
        "items": [asdict(each) for each in found.reviews],
    }


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route(
        "GET",
        REVIEWS,
        list_reviews,
        SEE_ADDONS,
        api=ApiCall(
            "reviews", "Read reviews of an addon", answer=_REVIEWS, query=_QUERY, problems=("404",)
        ),
    ),
    Route(
        "PUT",
        REVIEWS,
        write,
        MANAGE_ADDONS,
        api=ApiCall(
            "write_review",
            "Publish the company's review of an addon",
            sent=_SENT,
            answer=_REVIEWS,
            problems=("403", "404", "422"),
        ),
    ),
    Route(
        "DELETE",
        REVIEWS,
        remove,
        MANAGE_ADDONS,
        api=ApiCall(
            "remove_review",
            "Take the company's review of an addon back",
            answer=_REVIEWS,
            problems=("404",),
        ),
    ),
)
