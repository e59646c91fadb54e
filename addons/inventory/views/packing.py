"""Packing on the page on which a transfer is worked off, and the page that finds and moves whole
packages by scanning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.models import Location, Package, Transfer
from addons.inventory.models.packages import PACKAGE_STATES
from addons.inventory.permissions import MOVE_GOODS, VIEW_STOCK
from addons.inventory.services.packages.finding import find_package, lock_package
from addons.inventory.services.packages.moving import move_package
from addons.inventory.services.packages.packing import begin_package, pack_all, undo_packing
from addons.inventory.services.packages.standing import nest
from addons.inventory.services.packages.story import contents_of, follow_url, shipment_url
from addons.inventory.services.transfers.scanning import Seen
from addons.inventory.views.work import answer, whole
from core.api import (
    AppError,
    Conflict,
    Fragment,
    NotFound,
    Page,
    Request,
    Route,
    Slot,
    phrase,
    savepoint,
)


def begin(session: Session, request: Request) -> Fragment:
    """A new package: empty for what is scanned next, or with all that is in hand."""

    def act() -> Seen:
        transfer_id = request.path_params["id"]
        kind = whole(request.form.get("type_id", ""))
        if request.form.get("all") == "1":
            package = pack_all(session, transfer_id, kind)
            return Seen(phrase("Packed as {number}.", number=package.number))
        package = begin_package(session, transfer_id, kind)
        said = phrase("What follows goes into {number}.", number=package.number)
        return Seen(said, package_id=package.id)

    return answer(session, request, act)


def undo(session: Session, request: Request) -> Fragment:
    """A package that was begun in error: what lies in it is in hand and loose."""

    def act() -> Seen:
        package = session.get(Package, request.path_params["package"])
        if package is None or package.transfer_id != request.path_params["id"]:
            raise NotFound(phrase("There is no such package."))
        undo_packing(session, package.id)
        return Seen("")

    return answer(session, request, act)


def show_scan(session: Session, request: Request) -> Page:
    """Scan a package, then where it goes."""
    return Page("inventory/packages/scan.html", _found(session, None))


def scan(session: Session, request: Request) -> Fragment:
    """The package that was scanned; or the place that the one in hand goes to; or the package that
    it is put onto."""
    form = request.form
    hand = whole(form.get("package", ""))
    onto = form.get("onto") == "1"
    problem: AppError | None = None
    said = ""
    try:
        with savepoint(session):
            hand, said = _scanned(session, form.get("code", "").strip(), hand, onto=onto)
    except AppError as error:
        problem = error
    context = {**_found(session, hand), "said": said, "problem": problem}
    return Fragment(
        "inventory/packages/found.html", context, status=200 if problem is None else 422
    )


def beside_transfer(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The packages of a transfer, and where its shipment is followed."""
    transfer: Transfer = given["record"]
    packages = session.scalars(
        select(Package).where(Package.transfer_id == transfer.id).order_by(Package.id).limit(50)
    ).all()
    follow = shipment_url(transfer.carrier, transfer.tracking_number)
    return {"packages": packages, "follow": follow} if packages or follow else None


def _scanned(
    session: Session, code: str, hand: int | None, *, onto: bool
) -> tuple[int | None, str]:
    package = find_package(session, code)
    if package is not None and hand is not None and onto:
        held = lock_package(session, hand)
        nest(session, held.id, package.id)
        said = phrase("{inner} lies on {outer}.", inner=held.number, outer=package.number)
        return hand, said
    if package is not None:
        return package.id, ""
    place = session.scalar(select(Location).where(Location.barcode == code, Location.active))
    if place is None:
        raise NotFound(
            phrase("{code} is no package and no place.", code=code[:80]),
            fix=phrase("Scan the label of a package, or the barcode of a bin."),
        )
    if hand is None:
        raise Conflict(
            phrase("Scan a package first."), fix=phrase("Then scan the place that it goes to.")
        )
    done = move_package(session, hand, place.id)
    return hand, phrase("Moved to {place} as {number}.", place=place.path, number=done.number)


def _found(session: Session, package_id: int | None) -> dict[str, Any]:
    package = session.get(Package, package_id) if package_id is not None else None
    if package is not None:
        session.refresh(package)
    return {
        "package": package,
        "contents": contents_of(session, package) if package else [],
        "follow": follow_url(session, package) if package else "",
        "package_states": dict(PACKAGE_STATES),
        "said": "",
        "problem": None,
    }


ROUTES: Final = (
    Route("POST", "/transfers/{id:int}/handling/packages", begin, MOVE_GOODS),
    Route("POST", "/transfers/{id:int}/handling/packages/{package:int}/undo", undo, MOVE_GOODS),
    Route("GET", "/package-scan", show_scan, VIEW_STOCK),
    Route("POST", "/package-scan", scan, MOVE_GOODS),
)
SLOTS: Final = (
    Slot(
        "inventory.transfers.side",
        "inventory/packages/transfer_side.html",
        beside_transfer,
        VIEW_STOCK,
        order=110,
    ),
)
