"""The page on which a storekeeper works a transfer off: scanned, typed, done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import Location, Lot, Package, Pick, Transfer
from addons.inventory.models.transfers import TRANSFER_KINDS, TRANSFER_STATES
from addons.inventory.permissions import MOVE_GOODS, VIEW_STOCK
from addons.inventory.services.packages.packing import packing_of
from addons.inventory.services.reservations.reserving import held_by
from addons.inventory.services.transfers import acts
from addons.inventory.services.transfers.drafts import title_of
from addons.inventory.services.transfers.picks import Picked, add_pick, remove_pick
from addons.inventory.services.transfers.scanning import Seen, take_scan
from addons.inventory.services.transfers.sheets import sheet_of
from addons.inventory.services.transfers.values import ACTIVE_STATES, INCOMING
from core.api import (
    AppError,
    Fragment,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    phrase,
    savepoint,
)

_NOTHING: Final = Seen("")


def show(session: Session, request: Request) -> Page:
    """The transfer, ready for the scanner."""
    return Page("inventory/transfers/work.html", _context(session, request))


def scan(session: Session, request: Request) -> Fragment:
    """What was scanned, noted; or why it cannot be."""
    form = request.form
    return answer(
        session,
        request,
        lambda: take_scan(
            session,
            request.path_params["id"],
            form.get("code", ""),
            place_id=whole(form.get("place", "")),
            asks_lot=whole(form.get("asks_lot", "")),
            quantity=figure(form.get("asks_quantity", "") or "1"),
            expires_on=_day(form.get("expires_on", "")),
            package_id=whole(form.get("package", "")),
        ),
    )


def take(session: Session, request: Request) -> Fragment:
    """A quantity that was typed beside a line, with its lot where there is one."""
    form = request.form

    def act() -> Seen:
        product_id = whole(form.get("product", ""))
        if product_id is None or product_id not in get_products(session, [product_id]):
            raise NotFound(phrase("There is no such product."))
        one = Picked(
            figure(form.get("quantity", "")),
            form.get("lot", "").strip(),
            _day(form.get("expires_on", "")),
            package_id=whole(form.get("package", "")),
        )
        line = add_pick(session, request.path_params["id"], product_id, one)
        return Seen("", line_id=line, package_id=one.package_id)

    return answer(session, request, act)


def put_back(session: Session, request: Request) -> Fragment:
    """Something that was picked in error."""

    def act() -> Seen:
        remove_pick(session, request.path_params["id"], request.path_params["pick"])
        return _NOTHING

    return answer(session, request, act)


def finish(session: Session, request: Request) -> Reply:
    """Do the transfer: what was picked, or all of it."""
    transfer_id = request.path_params["id"]
    try:
        with savepoint(session):
            done = acts.do_transfer(
                session, transfer_id, backorder=request.form.get("backorder", "1") == "1"
            )
    except AppError as error:
        context = _context(session, request)
        return Page(
            "inventory/transfers/work.html", {**context, "problem": error}, status=error.status
        )
    said = phrase("Done as {number}.", number=done.number)
    if done.backorder_id is not None:
        return Redirect(f"/inventory/transfers/{done.backorder_id}/handling", said)
    return Redirect(f"/inventory/transfers/{transfer_id}", said)


def answer(session: Session, request: Request, act: Callable[[], Seen]) -> Fragment:
    """What a transfer looks like after an act, or why that cannot be."""
    problem: AppError | None = None
    seen = Seen(
        "",
        place_id=whole(request.form.get("place", "")),
        asks_lot=whole(request.form.get("asks_lot", "")),
        package_id=whole(request.form.get("package", "")),
    )
    try:
        with savepoint(session):
            seen = act()
    except AppError as error:
        problem = error
    context = _context(session, request, seen)
    return Fragment(
        "inventory/transfers/lines.html",
        {**context, "problem": problem},
        status=200 if problem is None else 422,
    )


def _context(session: Session, request: Request, seen: Seen = _NOTHING) -> Mapping[str, Any]:
    transfer = session.get(Transfer, request.path_params["id"])
    if transfer is None:
        raise NotFound(phrase("There is no such transfer."))
    sheet = sheet_of(session, transfer.id)
    lines = [line.id for line in sheet.lines]
    products = get_products(session, {line.product_id for line in sheet.lines})
    picks: dict[int, list[Any]] = {}
    for row in session.execute(
        select(Pick, Lot.name, Location.path, Package.number)
        .outerjoin(Lot, Lot.id == Pick.lot_id)
        .outerjoin(Package, Package.id == Pick.package_id)
        .outerjoin(Location, Location.id == Pick.from_location_id)
        .where(Pick.line_id.in_(lines))
        .order_by(Pick.id)
    ):
        picks.setdefault(row[0].line_id, []).append(row)
    held = held_by(session, lines) if sheet.state in ACTIVE_STATES else {}
    places = {one.location_id for found in held.values() for one in found}
    lots = {one.lot_id for found in held.values() for one in found if one.lot_id}
    asked = products.get(seen.asks_lot or 0)
    if seen.asks_lot and asked is None:
        asked = get_products(session, [seen.asks_lot]).get(seen.asks_lot)
    return {
        "transfer": transfer,
        "title": title_of(transfer),
        "sheet": sheet,
        "products": products,
        "picks": picks,
        "in_hand": {
            line: sum((row[0].quantity for row in found), Decimal(0))
            for line, found in picks.items()
        },
        "held": held,
        "paths": dict(
            session.execute(select(Location.id, Location.path).where(Location.id.in_(places))).all()
        ),
        "lots": dict(session.execute(select(Lot.id, Lot.name).where(Lot.id.in_(lots))).all()),
        "kinds": dict(TRANSFER_KINDS),
        "states": dict(TRANSFER_STATES),
        "is_open": sheet.state in ACTIVE_STATES,
        "comes_in": sheet.kind in INCOMING,
        "may_move": request.actor.may(MOVE_GOODS.code),
        "seen": seen,
        "asked": asked,
        "place": session.get(Location, seen.place_id) if seen.place_id else None,
        "package": session.get(Package, seen.package_id) if seen.package_id else None,
        **packing_of(session, transfer.id),
        "problem": None,
    }


def figure(written: str) -> Decimal:
    """A quantity that a form holds; raises InvalidInput."""
    try:
        return Decimal(written.strip())
    except InvalidOperation as error:
        raise InvalidInput.of(
            "quantity", phrase("{written} is no quantity.", written=written[:40])
        ) from error


def _day(written: str) -> date | None:
    if not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise InvalidInput.of(
            "expires_on", phrase("{written} is no day.", written=written[:40])
        ) from error


def whole(written: str) -> int | None:
    """A whole number that a form holds, or nothing."""
    return int(written) if written.isdecimal() and len(written) < 19 else None


ROUTES: Final = (
    Route("GET", "/transfers/{id:int}/handling", show, VIEW_STOCK),
    Route("POST", "/transfers/{id:int}/handling/scan", scan, MOVE_GOODS),
    Route("POST", "/transfers/{id:int}/handling/take", take, MOVE_GOODS),
    Route("POST", "/transfers/{id:int}/handling/picks/{pick:int}/remove", put_back, MOVE_GOODS),
    Route("POST", "/transfers/{id:int}/handling", finish, MOVE_GOODS),
)
