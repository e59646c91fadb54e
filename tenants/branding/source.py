"""Brands for the directory, and their pictures for whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, LiteralString

from sqlalchemy import Label

from core.brand.values import PLATFORM, Brand, Picture
from tenants.branding.models import KeptBrand
from tenants.control_connection import ControlConnection

FIELDS: Final = (
    *("id", "revision", "name", "short_name", "accent_light", "accent_dark", "has_logo"),
    *("sender_name", "sender_address", "login_text", "docs_url", "support_url", "domain"),
)
COLUMNS: Final[tuple[Label[Any], ...]] = tuple(
    getattr(KeptBrand, name).label(f"shown_{name}") for name in FIELDS
)
"""What a query for tenants selects of their brands."""

_PICTURE: Final[LiteralString] = """
SELECT content, media_type FROM tenants.brand_picture
 WHERE brand_id = %(brand)s AND name = %(name)s
"""


def brand_of(values: Mapping[Any, Any]) -> Brand:
    """The brand in a row with `COLUMNS`; the platform's where it holds none."""
    if values["shown_id"] is None:
        return PLATFORM
    found = {name: values[f"shown_{name}"] for name in FIELDS}
    return Brand(**{**found, "domain": found["domain"] or ""})


class ControlBrands:
    """The `Brands` of a process."""

    def __init__(self, connection: ControlConnection) -> None:
        self._connection = connection

    def picture(self, brand_id: int, name: str) -> Picture | None:
        """The picture of this name, if the brand has it."""
        rows = self._connection.run(_PICTURE, {"brand": brand_id, "name": name})
        return Picture(bytes(rows[0][0]), rows[0][1]) if rows else None
