"""Prices in other currencies: goods cost what the price was worth on the day on which they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import rate_on
from addons.inventory.services.ledger.values import MoveDraft
from core.api import AppError


def at_rates_of_the_day(
    session: Session, moves: Sequence[MoveDraft], day: date, company_currency: str
) -> list[MoveDraft]:
    """The moves with the rates of the books on that day (IAS 21.21); with their own where the
    books know none."""
    known: dict[str, Decimal | None] = {"": Decimal(1), company_currency: Decimal(1)}
    rated = []
    for move in moves:
        if move.price is not None and move.currency not in known:
            known[move.currency] = _rate(session, move.currency, day)
        rate = known.get(move.currency) or move.rate
        rated.append(move if rate == move.rate else replace(move, rate=rate))
    return rated


def _rate(session: Session, currency: str, day: date) -> Decimal | None:
    try:
        return rate_on(session, currency, day)
    except AppError:
        return None
