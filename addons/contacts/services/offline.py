"""Customers as values for those who sell without a network, page by page or by their ids."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from addons.contacts.models import Contact

_Company = aliased(Contact)
_CUSTOMERS: Final[Any] = (
    select(
        Contact.id,
        Contact.name,
        Contact.name_local,
        Contact.phone,
        Contact.email,
        Contact.tax_number,
        func.coalesce(Contact.country, ""),
        Contact.parent_id,
        Contact.group_id,
        _Company.group_id,
    )
    .outerjoin(_Company, _Company.id == Contact.parent_id)
    .where(Contact.active, Contact.is_customer, Contact.merged_into_id.is_(None))
    .order_by(Contact.id)
)


@dataclass(frozen=True, slots=True)
class OfflineCustomer:
    """A customer: how to find and to reach it, and what its prices and taxes depend on. `groups`
    are its own, then that of the company where it works."""

    id: int
    name: str
    name_local: str
    phone: str
    email: str
    tax_number: str
    country: str
    company_id: int | None
    groups: tuple[int, ...]


def offline_customers(session: Session, after: int, most: int) -> list[OfflineCustomer]:
    """The next active customers by their ids."""
    rows = session.execute(_CUSTOMERS.where(Contact.id > after).limit(most))
    return [_customer(row) for row in rows]


def offline_customers_of(session: Session, ids: Collection[int]) -> list[OfflineCustomer]:
    """Those of these contacts that are active customers, and those who work there: the group of a
    company counts for its people."""
    if not ids:
        return []
    these = or_(Contact.id.in_(ids), Contact.parent_id.in_(ids))
    return [_customer(row) for row in session.execute(_CUSTOMERS.where(these))]


def _customer(row: Any) -> OfflineCustomer:
    *facts, own_group, company_group = row
    groups = dict.fromkeys(one for one in (own_group, company_group) if one is not None)
    return OfflineCustomer(*facts, groups=tuple(groups))
