"""Kinds of packages and carriers as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.inventory.models import Carrier, PackageType
from core.api import InvalidInput, phrase

_MEASURES: Final = ("length", "width", "height")
_SCHEMES: Final = ("https://", "http://")


def create_kind(session: Session, values: Mapping[str, Any]) -> PackageType:
    """A kind of package. Raises InvalidInput that names the field."""
    return update_kind(session, PackageType(kind="parcel", tare=Decimal(0)), values)


def update_kind(session: Session, kind: PackageType, values: Mapping[str, Any]) -> PackageType:
    """Change a kind of package."""
    for name, value in values.items():
        setattr(kind, name, Decimal(0) if name == "tare" and value is None else value)
    for name in _MEASURES:
        measure = getattr(kind, name)
        if measure is not None and measure <= 0:
            raise InvalidInput.of(name, phrase("A measure is more than zero."))
    if kind.tare < 0:
        raise InvalidInput.of("tare", phrase("A weight is not below zero."))
    if kind.max_weight is not None and kind.max_weight <= kind.tare:
        raise InvalidInput.of("max_weight", phrase("It weighs more than that when it is empty."))
    session.add(kind)
    session.flush()
    return kind


def create_carrier(session: Session, values: Mapping[str, Any]) -> Carrier:
    """A carrier. Raises InvalidInput that names the field."""
    return update_carrier(session, Carrier(), values)


def update_carrier(session: Session, carrier: Carrier, values: Mapping[str, Any]) -> Carrier:
    """Change a carrier."""
    for name, value in values.items():
        setattr(carrier, name, (value or "").strip() if name == "tracking_url" else value)
    url = carrier.tracking_url or ""
    if url and not (url.startswith(_SCHEMES) and "{number}" in url and " " not in url):
        raise InvalidInput.of(
            "tracking_url",
            phrase("Write an address with {{number}} in it."),
            fix=phrase("Such as https://carrier.example/follow?number={{number}}."),
        )
    session.add(carrier)
    session.flush()
    return carrier
