"""Calls by which a device is bound and learns what it needs, and the pictures of products."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from addons.catalog.api import find_picture
from addons.contacts.api import canonical_ids
from addons.pos.services.devices.binding import bind
from addons.pos.services.feed.pages import feed_page
from addons.pos.services.operations.senders import sender
from addons.pos.views.api_calls import FEED, POINTS
from addons.sales.api import find_card, offline_points, show_coupons
from core.api import (
    PUBLIC,
    File,
    InvalidInput,
    Json,
    NotFound,
    Reply,
    Request,
    Route,
    phrase,
    read_file,
    throttle,
    today,
)

_GUESSES: Final = throttle.Limit(free=10, cap=600)
_JSON: Final = "application/json"
_LEVEL: Final = 5
_MOST_ID: Final = 2**63


def bind_device(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/bindings: a code becomes a token."""
    counters = [throttle.counter(_GUESSES, "pos binding", request.client)]
    throttle.admit(session, counters)
    given = _object(request)
    code, device = _text(given, "code"), _text(given, "device")
    key = _text(given, "key") if "key" in given else ""
    try:
        bound = bind(session, code, device, key)
    except InvalidInput as error:
        return _missed(session, counters, error)
    binding = bound.binding
    register = binding.register
    return Json(
        {
            "token": bound.token,
            "register": {
                "id": register.id,
                "code": register.code,
                "name": register.name,
                "currency": register.currency,
            },
            "binding": binding.ordinal,
            "tenant": request.tenant.slug,
            "chain": binding.chain,
        },
        status=201,
    )


def feed(session: Session, request: Request) -> Reply:
    """GET /api/v1/pos/feed: what a till needs to know."""
    device = sender(session, request)
    page = feed_page(session, device, request.query.get("since", ""))
    content = orjson.dumps(page)
    headers = {"cache-control": "no-store", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, _LEVEL, mtime=0)
        headers["content-encoding"] = "gzip"
    return File(content, "feed.json", _JSON, inline=True, headers=headers)


def picture(session: Session, request: Request) -> Reply:
    """GET /api/v1/pos/pictures/<id>: a picture of a product."""
    sender(session, request)
    found = find_picture(session, request.path_params["id"])
    if found is None:
        raise NotFound(phrase("There is no such picture."))
    ending = found.media_type.partition("/")[2]
    return File(
        read_file(session, found.digest),
        f"picture-{found.id}.{ending}",
        found.media_type,
        inline=True,
        headers={"cache-control": "private, max-age=604800, immutable"},
    )


def gift_card(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/gift-cards: what a card still has. Guesses are slowed down."""
    device = sender(session, request)
    counters = [throttle.counter(_GUESSES, "pos gift card", str(device.id))]
    throttle.admit(session, counters)
    try:
        card = find_card(session, _text(_object(request), "code"))
    except InvalidInput as error:
        return _missed(session, counters, error)
    return Json(
        {
            "number": card.number,
            "currency": card.currency,
            "balance": card.balance if card.state == "active" else 0,
            "expires_on": card.expires_on,
        }
    )


def coupon(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/coupons: the promotion that a coupon opens, if it is good for this customer
    now. Guesses are slowed down."""
    device = sender(session, request)
    counters = [throttle.counter(_GUESSES, "pos coupon", str(device.id))]
    throttle.admit(session, counters)
    given = _object(request)
    code, customer = _text(given, "code"), given.get("customer")
    buyer = None if customer is None else _customer(session, customer)
    try:
        shown = show_coupons(session, "".join(code.split()), buyer, today(session))
        if len(shown) != 1:
            raise InvalidInput.of("code", phrase("Send the code of one coupon."))
    except InvalidInput as error:
        return _missed(session, counters, error)
    (one,) = shown
    return Json({"code": one.code, "promotion": one.promotion_id, "name": one.promotion})


def points(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/points: what a customer has of points by now."""
    sender(session, request)
    customer = _customer(session, _object(request).get("customer"))
    return Json({"points": offline_points(session, {customer}).get(customer, [])})


def _customer(session: Session, given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given < _MOST_ID:
        raise InvalidInput.of("customer", phrase("Send the id of a customer."))
    found = canonical_ids(session, {given}).get(given)
    if found is None:
        raise NotFound(phrase("There is no such customer."))
    return found


def _missed(session: Session, counters: Sequence[throttle.Counter], error: InvalidInput) -> Reply:
    """A wrong guess, told as any other error is (RFC 9457) and counted: were it raised, the count
    would go with the transaction."""
    throttle.count_failure(session, counters)
    problem = {
        "type": f"urn:problem-type:{error.code}",
        "status": error.status,
        "code": error.code,
        "detail": str(error.message),
        "fix": str(error.fix),
        "errors": [{"field": one.field, "detail": str(one.message)} for one in error.problems],
    }
    return Json(problem, status=error.status, media_type="application/problem+json")


def _object(request: Request) -> dict[str, Any]:
    given = request.json()
    if not isinstance(given, dict):
        raise InvalidInput.of("body", phrase("Send one JSON object."))
    return given


def _text(given: dict[str, Any], field: str) -> str:
    value = given.get(field, "")
    if not isinstance(value, str) or not value.strip() or "\x00" in value:
        raise InvalidInput.of(field, phrase("Send a text."))
    return value


ROUTES: Final = (
    Route("POST", "/api/v1/pos/bindings", bind_device, PUBLIC, never_blocked=True),
    Route("GET", "/api/v1/pos/feed", feed, PUBLIC, api=FEED),
    Route("GET", "/api/v1/pos/pictures/{id:int}", picture, PUBLIC),
    Route("POST", "/api/v1/pos/gift-cards", gift_card, PUBLIC, writes=False),
    Route("POST", "/api/v1/pos/coupons", coupon, PUBLIC, writes=False),
    Route("POST", "/api/v1/pos/points", points, PUBLIC, writes=False, api=POINTS),
)
"""Open to everybody: each asks for the device's own token, but for the first, which asks for a
code."""
