"""The units that a new company finds, with their codes in UN/ECE Recommendation 20.

The pound is 0.45359237 kg, the ounce a sixteenth of it, the inch 25.4 mm and the foot twelve of
them, exactly, by the agreement of 1959 (NIST Handbook 44, appendix C).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.models import Unit
from addons.catalog.services.units import any_unit, unit_category

# Category, then of each unit: code, name, factor, decimals, standard code.
_UNITS: Final[tuple[tuple[str, tuple[tuple[str, str, str, int, str], ...]], ...]] = (
    ("Pieces", (
        ("pcs", "Piece", "1", 0, "H87"),
        ("pair", "Pair", "2", 0, "PR"),
        ("dozen", "Dozen", "12", 0, "DZN"),
    )),
    ("Weight", (
        ("kg", "Kilogram", "1", 3, "KGM"),
        ("g", "Gram", "0.001", 1, "GRM"),
        ("t", "Tonne", "1000", 6, "TNE"),
        ("lb", "Pound", "0.45359237", 3, "LBR"),
        ("oz", "Ounce", "0.028349523125", 2, "ONZ"),
    )),
    ("Length", (
        ("m", "Metre", "1", 3, "MTR"),
        ("cm", "Centimetre", "0.01", 1, "CMT"),
        ("mm", "Millimetre", "0.001", 1, "MMT"),
        ("in", "Inch", "0.0254", 3, "INH"),
        ("ft", "Foot", "0.3048", 3, "FOT"),
    )),
    ("Area", (("m2", "Square metre", "1", 3, "MTK"),)),
    ("Volume", (
        ("l", "Litre", "1", 3, "LTR"),
        ("ml", "Millilitre", "0.001", 1, "MLT"),
        ("m3", "Cubic metre", "1000", 6, "MTQ"),
    )),
    ("Time", (
        ("min", "Minute", "1", 2, "MIN"),
        ("h", "Hour", "60", 3, "HUR"),
    )),
)  # fmt: skip


def ensure_units(session: Session) -> None:
    """Put them in where there are none yet."""
    if any_unit(session):
        return
    for title, several in _UNITS:
        category = unit_category(session, title)
        session.add_all(
            Unit(
                category_id=category.id,
                code=code,
                name=name,
                factor=Decimal(factor),
                digits=digits,
                standard_code=standard,
            )
            for code, name, factor, digits, standard in several
        )
    session.flush()
