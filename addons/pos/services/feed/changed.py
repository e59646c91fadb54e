"""Which products, rules and customers changed since a till last asked, and which are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from addons.catalog.api import offline_price_rules_of, offline_products_of, products_told_by
from addons.contacts.api import canonical_ids, offline_customers_of
from addons.pos.services.feed.customers import told_customers
from addons.pos.services.feed.sections import Reader
from addons.sales.api import owners_of_points
from core.api import ChangePlace, RecordChange, changes_since

_OF_PRODUCT: Final = (
    "catalog.barcode",
    "catalog.packaging",
    "catalog.known_cost",
    "catalog.bundle",
)
"""Tables whose rows name the product they belong to."""
_PRODUCTS: Final = ("catalog.product", *_OF_PRODUCT, "catalog.bundle_part", "catalog.picture")
_PLACE: Final = frozenset({"path"})
_WHICH: Final = frozenset({"active", "currency"})
_WATCHED: Final = (
    *_PRODUCTS,
    "catalog.category",
    "catalog.price_list",
    "catalog.price_rule",
    "contacts.contact",
    "sales.loyalty_account",
)


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Rows by section, ids that are gone by section, and where the till is then."""

    sections: dict[str, list[Any]]
    gone: dict[str, list[int]]
    place: ChangePlace
    more: bool


def changed_rows(
    session: Session, reader: Reader, place: ChangePlace, most: int, pictures: str
) -> ChangedRows | None:
    """What changed after a place; None where that is another database's."""
    changes = changes_since(session, place, _WATCHED, most)
    if changes is None:
        return None
    by_table: dict[str, list[RecordChange]] = {}
    for one in changes.found:
        by_table.setdefault(one.table, []).append(one)
    products = _products(session, by_table)
    found = offline_products_of(session, products, pictures)
    rules = _ids(by_table, "catalog.price_rule")
    lists = _moved(by_table.get("catalog.price_list", ()), _WHICH)
    told_rules = offline_price_rules_of(session, reader.register.currency, rules, lists)
    contacts = _customers(session, by_table)
    people = offline_customers_of(session, contacts)
    return ChangedRows(
        {
            "products": [orjson.Fragment(text) for _, text in found],
            "price_rules": told_rules,
            "customers": told_customers(session, reader.taxes, people),
        },
        {
            "products": sorted(products - {key for key, _ in found}),
            "price_rules": sorted(rules - {rule["id"] for rule in told_rules}),
            "customers": sorted(contacts - {one.id for one in people}),
        },
        changes.place,
        changes.more,
    )


def _products(session: Session, by_table: Mapping[str, list[RecordChange]]) -> set[int]:
    """What the records belong to by now, and what they say themselves: those that are deleted
    name what they belonged to."""
    changed = {table: _ids(by_table, table) for table in _PRODUCTS if table in by_table}
    changed["catalog.category"] = _moved(by_table.get("catalog.category", ()), _PLACE)
    changed["catalog.template"] = _named(by_table.get("catalog.picture", ()), "template_id")
    parts = by_table.get("catalog.bundle_part", ())
    changed["catalog.bundle"] = changed.get("catalog.bundle", set()) | _named(parts, "bundle_id")
    found = products_told_by(session, changed)
    for table in _OF_PRODUCT:
        found |= _named(by_table.get(table, ()), "product_id")
    return found


def _customers(session: Session, by_table: Mapping[str, list[RecordChange]]) -> set[int]:
    """Customers that changed, those that they were merged into, and owners of points."""
    accounts = by_table.get("sales.loyalty_account", ())
    found = _ids(by_table, "contacts.contact") | _named(accounts, "contact_id")
    found |= owners_of_points(session, _ids(by_table, "sales.loyalty_account"))
    return found | set(canonical_ids(session, found).values()) if found else found


def _ids(by_table: Mapping[str, list[RecordChange]], table: str) -> set[int]:
    return {int(one.record_id) for one in by_table.get(table, ())}


def _moved(changes: Iterable[RecordChange], columns: frozenset[str]) -> set[int]:
    """The records of which one of these columns changed."""
    return {int(one.record_id) for one in changes if columns & one.changes.keys()}


def _named(changes: Iterable[RecordChange], column: str) -> set[int]:
    """The values that a column had and has in these changes."""
    return {
        int(value) for one in changes for value in one.changes.get(column, ()) if value is not None
    }
