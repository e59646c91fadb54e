"""What labels of lots, bins and packages can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.catalog.api import Choice, LabelKind, Product, get_products
from addons.inventory.models import Location, Lot, Package
from addons.inventory.permissions import VIEW_STOCK
from addons.inventory.services.packages.finding import find_package
from addons.inventory.services.packages.story import contents_of
from core.api import Reader, msg

_SHOWN: Final = 30
_LINES: Final = 8
_GTIN: Final = 14


class StockLabels:
    """Labels of what the store keeps."""

    def kinds(self) -> Sequence[LabelKind]:
        """Lots and serial numbers, places, and packages."""
        return (
            LabelKind(
                "lot",
                msg("Lots and serial numbers"),
                VIEW_STOCK,
                (
                    Choice("product", msg("Product")),
                    Choice("lot", msg("Lot or serial number")),
                    Choice("expires_on", msg("Expires on")),
                    Choice("made_on", msg("Made on")),
                    Choice("sku", msg("Code")),
                    Choice("product_local", msg("Name in the other language")),
                    Choice("gs1", msg("GS1 code with product, expiry and lot")),
                ),
                _lots,
                _find_lots,
            ),
            LabelKind(
                "bin",
                msg("Places of the warehouse"),
                VIEW_STOCK,
                (
                    Choice("name", msg("Name")),
                    Choice("path", msg("Place")),
                    Choice("barcode", msg("Barcode")),
                ),
                _bins,
                _find_bins,
            ),
            LabelKind(
                "package",
                msg("Packages"),
                VIEW_STOCK,
                (
                    Choice("number", msg("Number")),
                    Choice("contents", msg("What lies in it")),
                    Choice("code", msg("SSCC with its identifier, or the number")),
                    Choice("type", msg("Kind")),
                    Choice("weight", msg("Weight in kg")),
                    Choice("tracking_number", msg("Tracking number")),
                    Choice("carrier", msg("Carrier")),
                    Choice("for", msg("For")),
                ),
                _packages,
                _find_packages,
            ),
        )


def gs1_of(product: Product, lot: Lot) -> str:
    """A lot as a GS1 element string: the item (01), its last day (17), and the lot (10) or serial
    number (21); General Specifications, section 3. Nothing for a product without a GTIN."""
    if not product.barcode.isdecimal() or len(product.barcode) not in (8, 12, 13, 14):
        return ""
    expires = f"(17){lot.expires_on:%y%m%d}" if lot.expires_on else ""
    named = "21" if product.tracking == "serial" else "10"
    return f"(01){product.barcode.zfill(_GTIN)}{expires}({named}){lot.name}"


def _lots(session: Session, ids: Sequence[int], writes: Reader) -> Mapping[int, Mapping[str, str]]:
    lots = session.scalars(select(Lot).where(Lot.id.in_(ids))).all()
    products = get_products(session, {one.product_id for one in lots})

    def day(value: date | None) -> str:
        return writes.day(value) if value else ""

    return {
        one.id: {
            "product": products[one.product_id].name,
            "product_local": products[one.product_id].name_local,
            "sku": products[one.product_id].sku,
            "lot": one.name,
            "expires_on": day(one.expires_on),
            "made_on": day(one.made_on),
            "gs1": gs1_of(products[one.product_id], one) or one.name,
        }
        for one in lots
    }


def _bins(session: Session, ids: Sequence[int], writes: Reader) -> Mapping[int, Mapping[str, str]]:
    found = session.scalars(select(Location).where(Location.id.in_(ids)))
    return {
        one.id: {"name": one.name, "path": one.path, "barcode": one.barcode or ""} for one in found
    }


def _packages(
    session: Session, ids: Sequence[int], writes: Reader
) -> Mapping[int, Mapping[str, str]]:
    found = session.scalars(select(Package).where(Package.id.in_(ids)))
    return {one.id: _package(session, one, writes) for one in found}


def _package(session: Session, package: Package, writes: Reader) -> Mapping[str, str]:
    contents = contents_of(session, package)
    lines = [
        f"{writes.number(one.quantity)} × {one.product.name} {one.lot}".strip()
        for one in contents[:_LINES]
    ]
    more = ["…"] if len(contents) > _LINES else []
    transfer = package.transfer
    return {
        "number": package.number,
        "code": package.label_code,
        "type": package.type.name if package.type else "",
        "weight": writes.number(package.gross_weight),
        "tracking_number": package.tracking_number
        or (transfer.tracking_number if transfer else ""),
        "carrier": transfer.carrier.name if transfer and transfer.carrier else "",
        "for": transfer.source_number if transfer else "",
        "contents": "\n".join([*lines, *more]),
    }


def _find_lots(session: Session, text: str) -> Sequence[Choice]:
    wanted = select(Lot).where(Lot.name.icontains(text.strip(), autoescape=True), Lot.active)
    lots = session.scalars(wanted.order_by(Lot.id.desc()).limit(_SHOWN)).all()
    products = get_products(session, {one.product_id for one in lots})
    return _choices(lots, lambda one: f"{one.name} {products[one.product_id].name}")


def _find_bins(session: Session, text: str) -> Sequence[Choice]:
    said = text.strip()
    wanted = select(Location).where(
        Location.active,
        Location.kind == "internal",
        or_(Location.path.icontains(said, autoescape=True), Location.barcode == said),
    )
    found = session.scalars(wanted.order_by(Location.path).limit(_SHOWN))
    return _choices(found, lambda one: one.path)


def _find_packages(session: Session, text: str) -> Sequence[Choice]:
    exact = find_package(session, text)
    if exact is not None:
        return _choices([exact], lambda one: one.number)
    wanted = select(Package).where(
        Package.number.icontains(text.strip(), autoescape=True), Package.state != "unpacked"
    )
    found = session.scalars(wanted.order_by(Package.id.desc()).limit(_SHOWN))
    return _choices(found, lambda one: one.number)


def _choices(rows: Iterable[Any], title: Any) -> list[Choice]:
    return [Choice(str(one.id), title(one)) for one in rows]
