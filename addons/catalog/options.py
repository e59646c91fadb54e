"""What a company decides about its catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from core.api import OptionSet, msg


def _words(title: str, help_text: str) -> dict[str, str]:
    return {"title": title, "help": help_text}


@dataclass(frozen=True, slots=True)
class CatalogOptions:
    """Settings of the catalog."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = field(
        default="USD",
        metadata=_words(
            msg("Currency of prices"),
            msg("Three letters. With accounting, its company currency counts instead."),
        ),
    )
    sku_pattern: Annotated[
        str, Field(pattern=r"^([^{}]|\{[^{}:]+(:0?\d{1,2})?\})+$", max_length=64)
    ] = field(
        default="{number:06}",
        metadata=_words(
            msg("Pattern of product codes"),
            msg(
                "For products without a code: {template}, {category}, {brand}, the name of an"
                " attribute such as {color}, and {number:05} for a number without gaps."
            ),
        ),
    )
    default_unit: Annotated[str, Field(min_length=1)] = field(
        default="pcs",
        metadata=_words(
            msg("Unit of new products"), msg("The code of a unit: where none is given.")
        ),
    )
    default_tax_group: str = field(
        default="",
        metadata=_words(
            msg("Tax group of new products"), msg("The code of a tax group: where none is given.")
        ),
    )
    weight_prefixes: Annotated[str, Field(pattern=r"^\s*(2\d(\s*,\s*2\d)*)?\s*$")] = field(
        default="",
        metadata=_words(
            msg("Barcodes that hold a weight"),
            msg("First two digits, 20 to 29, of EAN-13 codes from a scale: 21, 22."),
        ),
    )
    price_prefixes: Annotated[str, Field(pattern=r"^\s*(2\d(\s*,\s*2\d)*)?\s*$")] = field(
        default="",
        metadata=_words(
            msg("Barcodes that hold a price"),
            msg("First two digits, 20 to 29, of EAN-13 codes from a scale: 23."),
        ),
    )
    weight_digits: Annotated[int, Field(ge=0, le=4)] = field(
        default=3,
        metadata=_words(
            msg("Decimals of an embedded weight"), msg("3 where 01250 means 1.250 kg.")
        ),
    )
    price_digits: Annotated[int, Field(ge=0, le=4)] = field(
        default=2,
        metadata=_words(msg("Decimals of an embedded price"), msg("2 where 01250 means 12.50.")),
    )


OPTIONS = OptionSet(CatalogOptions, msg("Catalog"))


@dataclass(frozen=True, slots=True)
class PriceOptions:
    """Settings of prices and margins."""

    minimum_margin: Annotated[Decimal, Field(ge=-1000, lt=100)] = field(
        default=Decimal(0),
        metadata=_words(
            msg("Smallest margin (%)"),
            msg("Of the price without taxes. 0 means that nothing is sold below its cost."),
        ),
    )
    below_margin: Literal["allow", "warn", "refuse"] = field(
        default="warn",
        metadata=_words(
            msg("Below the smallest margin"),
            msg("What happens to a sale: allow it, warn, or refuse it to all who lack the right."),
        ),
    )


PRICE_OPTIONS = OptionSet(PriceOptions, msg("Prices"))
