"""What a shop decides, and how it reaches the carrier that brings its parcels."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from sqlalchemy.orm import Session

from core.api import OptionSet, Unavailable, phrase


@dataclass(frozen=True, slots=True)
class ShopOptions:
    """Settings of the shop."""

    carrier_url: str = field(default="", metadata={"title": "Address of the carrier"})
    carrier_key: str = field(
        default="",
        metadata={"title": "Key for the carrier", "secret": True, "help": "As on its web site."},
    )


def reach_carrier(session: Session, options: ShopOptions) -> str:
    """Ask the carrier who we are to it."""
    try:
        answer = httpx.get(options.carrier_url, headers={"x-key": options.carrier_key}, timeout=5)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Unavailable(phrase("The carrier does not answer: {why}", why=str(error))) from error
    return phrase("The carrier knows us as {name}.", name=answer.text[:40])


OPTIONS = OptionSet(ShopOptions, "Shop", test=reach_carrier)
