"""Writes the packagings and further barcodes of a product, as its form sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.models import Barcode, Packaging, Product
from addons.catalog.services.barcodes import require_free_codes
from addons.catalog.services.codes import require_code
from addons.catalog.services.units import MOST
from core.api import InvalidInput, phrase


def write_packagings(
    session: Session, product: Product, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Make the packagings those of these lines; raises InvalidInput naming line and field."""
    known: dict[Any, Packaging] = {one.id: one for one in product.packagings}
    # A line without an id that is called like one that is there is that one.
    known |= {one.name: one for one in product.packagings}
    kept: list[Packaging] = []
    names: set[str] = set()
    for place, line in enumerate(lines):
        one = known.get(line.get("id") or line.get("name")) or Packaging()
        at = f"packagings.{place}"
        one.name = (line.get("name", one.name) or "").strip()
        if not one.name or one.name in names:
            raise InvalidInput.of(
                f"{at}.name", phrase("Give each packaging a name of its own: Carton of 12.")
            )
        names.add(one.name)
        one.quantity = _positive(line.get("quantity", one.quantity), f"{at}.quantity")
        one.barcode = _several(line.get("barcode", one.barcode) or "", f"{at}.barcode")
        one.weight = line.get("weight", one.weight) or Decimal(0)
        for flag in ("for_sale", "for_purchase"):
            value = line.get(flag, getattr(one, flag))
            setattr(one, flag, True if value is None else value)
        one.position = line.get("position") or place + 1
        kept.append(one)
    product.packagings = kept
    session.flush()


def write_barcodes(session: Session, product: Product, lines: Sequence[Mapping[str, Any]]) -> None:
    """Make the further barcodes those of these lines; raises InvalidInput naming the line."""
    known: dict[Any, Barcode] = {one.id: one for one in product.barcodes}
    known |= {one.code: one for one in product.barcodes}
    kept: list[Barcode] = []
    for place, line in enumerate(lines):
        one = known.get(line.get("id") or line.get("code")) or Barcode(role="more")
        one.code = require_code(line.get("code", one.code) or "", f"barcodes.{place}.code")
        if not one.code:
            raise InvalidInput.of(f"barcodes.{place}.code", phrase("Give a barcode."))
        kept.append(one)
    product.barcodes = kept
    with session.no_autoflush:
        require_free_codes(
            session,
            [one.code for one in kept if one.id is None],
            [f"barcodes.{place}.code" for place, one in enumerate(kept) if one.id is None],
        )
    session.flush()


def _several(text: str, field: str) -> str:
    """The codes of a packaging, with spaces between them."""
    return " ".join(require_code(code, field) for code in text.split())


def _positive(value: Decimal | None, field: str) -> Decimal:
    if value is None or not value.is_finite() or not 0 < value < MOST:
        raise InvalidInput.of(field, phrase("Say how much of the product is in it."))
    return value


def write_lines(session: Session, product: Product, values: Mapping[str, Any]) -> None:
    """Write packagings and further barcodes, as far as they are given."""
    if "packagings" in values:
        write_packagings(session, product, values["packagings"])
    if "barcodes" in values:
        write_barcodes(session, product, values["barcodes"])
