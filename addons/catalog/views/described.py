"""The fields in which templates and products are described alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.models.shared import KINDS, TRACKINGS
from addons.catalog.services.trading import tax_groups
from core.api import Field, Section, Suggestion, msg


def suggest_tax_groups(session: Session, text: str) -> Sequence[Suggestion]:
    """The tax groups whose code or title holds the text."""
    asked = text.strip().casefold()
    return [
        Suggestion(choice.value, choice.title)
        for choice in tax_groups(session)
        if asked in choice.value.casefold() or asked in choice.title.casefold()
    ]


GENERAL: Final = (
    Field("name", msg("Name")),
    Field(
        "name_local",
        msg("Name in the other language"),
        help=msg("As it stands on papers in that language."),
    ),
    Field("kind", msg("Kind"), choices=KINDS),
    Field("category_id", msg("Category"), reference="catalog.categories"),
    Field("brand_id", msg("Brand"), reference="catalog.brands"),
    Field("active", msg("Active")),
)
TRADE: Final = Section(
    msg("Buying and selling"),
    (
        Field(
            "sale_price",
            msg("Sale price"),
            widget="money",
            help=msg("For one stock unit, in the company's currency, before tax."),
        ),
        Field(
            "tax_group",
            msg("Tax group"),
            suggest=suggest_tax_groups,
            help=msg("It decides, with the customer's country, which taxes are charged."),
        ),
        Field("sellable", msg("Can be sold")),
        Field("purchasable", msg("Can be bought")),
    ),
)
MEASURES: Final = Section(
    msg("Units and stock"),
    (
        Field(
            "unit_id",
            msg("Stock unit"),
            reference="catalog.units",
            required=False,
            help=msg("In which it is counted or measured. It cannot change once it was used."),
        ),
        Field("sale_unit_id", msg("Sold by the"), reference="catalog.units"),
        Field("purchase_unit_id", msg("Bought by the"), reference="catalog.units"),
        Field("tracking", msg("Tracking"), choices=TRACKINGS),
        Field("expires", msg("Has an expiry date"), help=msg("For lots and serial numbers.")),
        Field("weight", msg("Weight in kg"), help=msg("Of one stock unit.")),
        Field("volume", msg("Volume in litres"), help=msg("Of one stock unit.")),
    ),
)
MORE: Final = Section(
    msg("More"),
    (
        Field(
            "tariff_code",
            msg("Tariff code"),
            help=msg("Of the Harmonized System, for customs: 1006.30."),
        ),
        Field("origin", msg("Country of origin"), help=msg("Two letters: SA, BD.")),
        Field("description", msg("Description"), widget="multiline"),
    ),
)
