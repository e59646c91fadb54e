"""What prices are worked out from: products, with the rules that some lists have for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a list as a value, as the table has it."""

    id: int
    list_id: int
    target: str
    unit_id: int | None
    min_quantity: Decimal
    valid_from: date | None
    valid_until: date | None
    method: str
    amount: Decimal | None
    percent: Decimal
    base_list_id: int | None
    surcharge: Decimal
    rounding_step: Decimal | None
    rounding_ending: Decimal
    rounding: str

    @property
    def is_dated(self) -> bool:
        """Whether it holds for a while alone."""
        return self.valid_from is not None or self.valid_until is not None

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in its period."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Priced:
    """A product with what its price depends on: `targets` are the words by which rules are for it,
    the narrowest first. `of_parts` says that it is a bundle whose price is that of its parts."""

    id: int
    name: str
    unit_id: int
    sale_price: Decimal
    targets: tuple[str, ...]
    of_parts: bool
    rules: tuple[Rule, ...] = ()


_RULES: Final = text("""
SELECT p.id, p.name, p.unit_id, p.sale_price, p.template_id, p.brand_id, category.path,
       EXISTS (SELECT 1 FROM catalog.bundle AS b
                WHERE b.product_id = p.id AND b.active AND b.pricing = 'parts') AS of_parts,
       r.id AS rule_id, r.list_id, r.target, r.unit_id AS rule_unit, r.min_quantity, r.valid_from,
       r.valid_until, r.method, r.amount, r.percent, r.base_list_id, r.surcharge,
       r.rounding_step, r.rounding_ending, r.rounding
  FROM catalog.product AS p
  LEFT JOIN catalog.category AS category ON category.id = p.category_id
  LEFT JOIN catalog.price_rule AS r ON r.list_id = ANY(:lists) AND r.target = ANY(
    ARRAY['product:' || p.id, 'template:' || p.template_id, 'brand:' || p.brand_id, 'all']
    || ARRAY(SELECT 'category:' || one FROM unnest(category.path) AS one))
 WHERE p.id = ANY(:products)
 ORDER BY p.id, r.id
""").bindparams(bindparam("lists", type_=ARRAY(BIGINT)), bindparam("products", type_=ARRAY(BIGINT)))


def products_with_rules(
    session: Session, product_ids: Collection[int], list_ids: Collection[int]
) -> dict[int, Priced]:
    """These products, each with every rule that the lists have for it, whenever and from whatever
    quantity it holds. One statement; products that are unknown are left out."""
    given = {"products": sorted(set(product_ids)), "lists": sorted(list_ids)}
    found: dict[int, Priced] = {}
    for row in session.execute(_RULES, given).mappings():
        known = found.get(row["id"]) or _priced(row)
        if row["rule_id"] is not None:
            known = replace(known, rules=(*known.rules, _rule(row)))
        found[row["id"]] = known
    return found


def _priced(row: Mapping[Any, Any]) -> Priced:
    return Priced(
        row["id"], row["name"], row["unit_id"], row["sale_price"], _targets(row), row["of_parts"]
    )


def _targets(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """The words by which rules are for a product, the narrowest first: itself, its template, its
    categories from the innermost out, its brand, everything."""
    brand = (f"brand:{row['brand_id']}",) if row["brand_id"] is not None else ()
    inwards = reversed(row["path"] or ())
    categories = (f"category:{one}" for one in inwards)
    return (
        f"product:{row['id']}",
        f"template:{row['template_id']}",
        *categories,
        *brand,
        "all",
    )


def _rule(row: Mapping[Any, Any]) -> Rule:
    names = [name for name in Rule.__dataclass_fields__ if name not in ("id", "unit_id")]
    held = {name: row[name] for name in names}
    return Rule(id=row["rule_id"], unit_id=row["rule_unit"], **held)
