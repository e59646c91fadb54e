"""Price lists and their rules for those who sell without a network."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import PriceList, PriceListParty, PriceRule

_RULE: Final = (
    PriceRule.id,
    PriceRule.list_id,
    PriceRule.target,
    PriceRule.unit_id,
    PriceRule.min_quantity,
    PriceRule.valid_from,
    PriceRule.valid_until,
    PriceRule.method,
    PriceRule.amount,
    PriceRule.percent,
    PriceRule.base_list_id,
    PriceRule.surcharge,
    PriceRule.rounding_step,
    PriceRule.rounding_ending,
    PriceRule.rounding,
)
_AMOUNTS: Final = frozenset(
    ("min_quantity", "amount", "percent", "surcharge", "rounding_step", "rounding_ending")
)


def offline_price_lists(session: Session, currency: str) -> list[dict[str, Any]]:
    """The active lists in a currency, each with for whom it holds and when. Two statements."""
    lists = session.scalars(
        select(PriceList)
        .where(PriceList.active, PriceList.currency == currency)
        .order_by(PriceList.id)
    ).all()
    parties: dict[int, list[dict[str, Any]]] = {one.id: [] for one in lists}
    rows = session.scalars(
        select(PriceListParty)
        .where(PriceListParty.list_id.in_(parties))
        .order_by(PriceListParty.id)
    )
    for row in rows:
        period = {"valid_from": _day(row.valid_from), "valid_until": _day(row.valid_until)}
        parties[row.list_id].append({"party": row.party, **period})
    return [
        {
            "id": one.id,
            "name": one.name,
            "currency": one.currency,
            "digits": one.digits,
            "shows_discount": one.shows_discount,
            "parties": parties[one.id],
        }
        for one in lists
    ]


def offline_price_rules(
    session: Session, currency: str, after: int, most: int
) -> list[dict[str, Any]]:
    """The next rules, by their ids, of the active lists in a currency."""
    wanted = _rules(currency).where(PriceRule.id > after).limit(most)
    return [_rule(row) for row in session.execute(wanted)]


def offline_price_rules_of(
    session: Session, currency: str, ids: Collection[int], list_ids: Collection[int]
) -> list[dict[str, Any]]:
    """These rules, and all rules of these lists; those of other currencies and of lists that rest
    are left out."""
    if not ids and not list_ids:
        return []
    wanted = _rules(currency).where(PriceRule.id.in_(ids) | PriceRule.list_id.in_(list_ids))
    return [_rule(row) for row in session.execute(wanted)]


def _rules(currency: str) -> Any:
    lists = select(PriceList.id).where(PriceList.active, PriceList.currency == currency)
    return select(*_RULE).where(PriceRule.list_id.in_(lists)).order_by(PriceRule.id)


def _rule(row: Any) -> dict[str, Any]:
    told = {}
    for name, value in row._mapping.items():
        if name in _AMOUNTS:
            told[name] = None if value is None else f"{value.normalize():f}"
        else:
            told[name] = _day(value) if name.startswith("valid_") else value
    return told


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()
