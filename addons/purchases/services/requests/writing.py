"""Purchase requests: written, submitted, decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.purchases.models import PurchaseRequest, PurchaseRequestLine
from addons.purchases.services.line_editing import edited_lines, require_quantity
from addons.purchases.services.locking import lock
from addons.purchases.services.numbering import next_number
from addons.purchases.services.product_lines import measured, products_of
from core.api import Conflict, InvalidInput, actor, phrase, today

_FIELDS: Final = ("date", "needed_on", "branch_id", "warehouse", "reason", "requested_by_id")
_LINE_FIELDS: Final = (
    "position", "product_id", "label", "quantity", "unit_id", "needed_on", "supplier_id",
)  # fmt: skip


def create_request(session: Session, values: Mapping[str, Any]) -> PurchaseRequest:
    """A draft of a request, of whoever writes it unless it says whose it is."""
    who = actor(session)
    request = PurchaseRequest(
        state="draft", date=today(session), requested_by_id=who.user_id, requested_by=who.name
    )
    return _filled(session, request, values)


def update_request(
    session: Session, request: PurchaseRequest, values: Mapping[str, Any]
) -> PurchaseRequest:
    """Change a draft; lines that are given replace all that were there."""
    _require(request, "draft")
    return _filled(session, request, values)


def submit_request(session: Session, request: PurchaseRequest) -> PurchaseRequest:
    """Hand a draft in: it gets its number and waits for a decision."""
    request = lock(session, PurchaseRequest, request.id)
    _require(request, "draft")
    if not request.lines:
        raise InvalidInput.of("lines", phrase("A request needs a line."))
    request.number = request.number or next_number(session, "request", request.date)
    request.state = "submitted"
    session.flush()
    return request


def decide_request(session: Session, request: PurchaseRequest, *, approve: bool) -> PurchaseRequest:
    """Approve a request, so that it can be bought, or reject it. Raises Conflict where somebody
    else decided it before."""
    request = lock(session, PurchaseRequest, request.id)
    _require(request, "submitted")
    request.state = "approved" if approve else "rejected"
    request.decided_by = actor(session).name
    session.flush()
    return request


def cancel_request(session: Session, request: PurchaseRequest) -> PurchaseRequest:
    """Take a request back, of which nothing is ordered."""
    request = lock(session, PurchaseRequest, request.id)
    _require(request, "draft", "submitted", "approved")
    if any(line.ordered for line in request.lines):
        raise Conflict(
            phrase("Part of {request} is ordered.", request=request_title(request)),
            fix=phrase("Cancel the order first."),
        )
    request.state = "cancelled"
    session.flush()
    return request


def request_title(request: PurchaseRequest) -> str:
    """The number; of a draft whose it is."""
    return request.number or phrase(
        "Draft {id}, {person}", id=request.id, person=request.requested_by
    )


def _require(request: PurchaseRequest, *states: str) -> None:
    if request.state not in states:
        raise Conflict(
            phrase("{request} was decided or changed meanwhile.", request=request_title(request)),
            fix=phrase("Look at it again."),
        )


def _filled(
    session: Session, request: PurchaseRequest, values: Mapping[str, Any]
) -> PurchaseRequest:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                setattr(request, name, values[name])
        request.date = request.date or today(session)
        request.reason, request.warehouse = request.reason or "", request.warehouse or ""
        if "lines" in values:
            _write_lines(session, request, [dict(line) for line in values["lines"]])
    session.add(request)
    session.flush()
    return request


def _write_lines(session: Session, request: PurchaseRequest, sent: list[dict[str, Any]]) -> None:
    products = products_of(session, sent, [line.product_id for line in request.lines])

    def fill(line: PurchaseRequestLine, values: dict[str, Any], place: str) -> None:
        for name in _LINE_FIELDS:
            if name in values:
                setattr(line, name, values[name])
        line.quantity = require_quantity(line.quantity, f"{place}.quantity")
        product = None if line.product_id is None else products[line.product_id]
        line.label = line.label or (product.name if product else "")
        if not line.label:
            raise InvalidInput.of(
                f"{place}.label", phrase("Choose a product, or say what is wanted.")
            )
        if product is not None:
            line.unit_id = line.unit_id or product.purchase_unit_id or product.unit_id

    request.lines = edited_lines(request.lines, sent, PurchaseRequestLine, fill)
    asked = [(line.product_id, line.quantity, line.unit_id) for line in request.lines]
    for line, found in zip(request.lines, measured(session, asked, products), strict=True):
        line.stock_quantity = found.stock_quantity
