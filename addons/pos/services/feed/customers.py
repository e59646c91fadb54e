"""Customers as a till is told of them: with their taxes, credit and points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import CreditStanding, OfflineTaxes, credits_of
from addons.contacts.api import OfflineCustomer, offline_customers_of
from addons.sales.api import offline_points


def told_customers(
    session: Session, taxes: OfflineTaxes, customers: Sequence[OfflineCustomer]
) -> list[dict[str, Any]]:
    """These customers, each with what it may owe, owes, and has of points."""
    ids = [one.id for one in customers]
    standings, points = credits_of(session, ids), offline_points(session, ids)
    return [_customer(one, taxes, standings, points) for one in customers]


def daily_customers(session: Session, taxes: OfflineTaxes) -> list[dict[str, Any]]:
    """Those with agreed credit or points, once more as they stand today: what they owe and have
    changes with documents that are no change of the customer."""
    ids = {*credits_of(session), *offline_points(session)}
    return told_customers(session, taxes, offline_customers_of(session, ids))


def _customer(
    customer: OfflineCustomer,
    taxes: OfflineTaxes,
    standings: Mapping[int, CreditStanding],
    points: Mapping[int, list[dict[str, Any]]],
) -> dict[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "name_local": customer.name_local,
        "phone": customer.phone,
        "email": customer.email,
        "tax_number": customer.tax_number,
        "company": customer.company_id,
        "groups": customer.groups,
        "treatment": taxes.treatment_of(customer.country, bool(customer.tax_number)),
        "credit": _credit(standings.get(customer.id)),
        "points": points.get(customer.id, []),
    }


def _credit(standing: CreditStanding | None) -> dict[str, Any] | None:
    if standing is None or standing.limit is None:
        return None
    return {
        "limit": f"{standing.limit:f}",
        "owed": f"{standing.owed:f}",
        "policy": standing.policy,
    }
