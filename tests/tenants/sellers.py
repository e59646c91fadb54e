"""A market to test in: resellers with their staff, customers, and addons that are sold."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

import httpx
from sqlalchemy.orm import Session

from core.auth.models import User
from core.kernel import Kernel
from tenants import names
from tenants.control import control
from tenants.models import DatabaseServer, Organization, Reseller
from tenants.permissions import RESELLER
from tenants.selling import offers, resellers
from tenants.selling.models import Offer
from tenants.testing.browser import AppTransport, open_browser, sign_in


@dataclass(frozen=True, slots=True)
class Seller:
    """A reseller, and a browser in which one of its people is signed in."""

    id: int
    title: str
    browser: httpx.Client


def add_reseller(session: Session, **values: str) -> Reseller:
    """A reseller of a name that nobody else has."""
    mark = secrets.token_hex(4)
    return resellers.create(
        session, {"slug": f"seller-{mark}", "title": f"Seller {mark}", "currency": "SAR", **values}
    )


def add_customer(session: Session, reseller_id: int | None, title: str = "") -> str:
    """An organization without a database: nobody opens these, they are only sold to."""
    server = session.query(DatabaseServer).first()
    key = names.new_id()
    session.add(
        Organization(
            id=key,
            slug=f"c{key}",
            title=title or f"Customer {key}",
            status="active",
            server=server,
            database_name=names.database_name(key),
            runtime_role=f"run_{key}",
            runtime_secret="",
            owner_role=f"own_{key}",
            owner_secret="",
            addons=[],
            allowed_addons=[],
            reseller_id=reseller_id,
        )
    )
    session.flush()
    return key


def add_offer(session: Session, reseller: Reseller, addon: str, **values: object) -> Offer:
    """An addon that the reseller sells to everybody for 50, and pays 30 for."""
    terms = {"cost": Decimal(30), "period": "month", "unit": "company"}
    offer = offers.allow(session, reseller, addon, addon.title(), terms)
    offers.offer(session, offer, {"price": Decimal(50), "audience": "everyone", **values})
    return offer


@contextmanager
def seller(kernel: Kernel, transport: AppTransport) -> Iterator[Seller]:
    """A reseller with one of its people at the control plane."""
    with kernel.session(control(kernel)) as session:
        reseller = add_reseller(session)
    with open_browser(transport, "app.localhost") as browser:
        user_id = sign_in(kernel, control(kernel), browser, [RESELLER.code])
        with kernel.session(control(kernel)) as session:
            found = session.get_one(Reseller, reseller.id)
            resellers.add_staff(session, found, session.get_one(User, user_id))
        yield Seller(reseller.id, reseller.title, browser)
