"""The shop over the control plane's database: what each company is offered, and asks for.

Offers are read, and requests written, on a connection apart from the broker's
(tenants.control_connection says why).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, LiteralString

import psycopg
import structlog
from psycopg.types.json import Jsonb
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.session import binding
from core.errors import InvalidInput
from core.i18n import phrase
from core.kernel import Kernel
from core.shop import Happening, Listings, Offer, Picture, Price, Seller, Shelf, Wish
from tenants.control import control
from tenants.control_connection import ControlConnection
from tenants.permissions import INSTALL, SEE, SEE_OFFERS
from tenants.selling import grants
from tenants.selling.catalogue import Catalogue
from tenants.selling.models import Offer as SoldAddon

LONGEST_NOTE: Final = 1000

log = structlog.get_logger(__name__)

_SELLER: Final[LiteralString] = """
SELECT seller.title, seller.email, seller.phone, seller.website
  FROM tenants.organization AS company
  JOIN tenants.reseller AS seller ON seller.id = company.reseller_id
 WHERE company.id = %(me)s
"""
_OFFERS: Final[LiteralString] = """
SELECT offer.addon, offer.title, offer.price, offer.currency, offer.period, offer.unit,
       offer.trial_days, offer.pitch, request.wish,
       EXISTS (SELECT FROM tenants.licence
                WHERE licence.organization_id = company.id AND licence.trial
                  AND licence.addons ? offer.addon) AS tried
  FROM tenants.organization AS company
  JOIN tenants.reseller AS seller ON seller.id = company.reseller_id
  JOIN tenants.offer ON offer.reseller_id = seller.id
  LEFT JOIN tenants.addon_request AS request
    ON request.organization_id = company.id AND request.addon = offer.addon
   AND request.status = 'open'
 WHERE company.id = %(me)s AND seller.status = 'active'
   AND (offer.audience = 'everyone'
        OR (offer.audience = 'chosen' AND EXISTS (
              SELECT FROM tenants.offer_customer AS chosen
               WHERE chosen.offer_id = offer.id AND chosen.organization_id = company.id)))
 ORDER BY offer.addon
"""
_HAPPENINGS: Final[LiteralString] = """
SELECT addon, wish, asked_by, created_at, status, answer, answered_at
  FROM tenants.addon_request WHERE organization_id = %(me)s
 ORDER BY id DESC LIMIT 50
"""
_ASK: Final[LiteralString] = """
INSERT INTO tenants.addon_request
       (organization_id, reseller_id, addon, title, wish, asked_by, note)
SELECT company.id, company.reseller_id, %(addon)s, %(title)s, %(wish)s, %(who)s, %(note)s
  FROM tenants.organization AS company WHERE company.id = %(me)s
ON CONFLICT (organization_id, addon) WHERE status = 'open'
  DO UPDATE SET wish = excluded.wish, note = excluded.note, asked_by = excluded.asked_by,
                reseller_id = excluded.reseller_id, updated_at = now(),
                version = addon_request.version + 1
"""
# It is told again every night, so nobody waits for the disk.
_REPORT: Final[LiteralString] = """
INSERT INTO tenants.customer_report (organization_id, addons, addons_on, users)
SELECT company.id, %(addons)s, %(count)s, %(users)s
  FROM tenants.organization AS company WHERE company.id = %(me)s
ON CONFLICT (organization_id) DO UPDATE
   SET addons = excluded.addons, addons_on = excluded.addons_on, users = excluded.users,
       reported_at = now()
RETURNING set_config('synchronous_commit', 'off', true)
"""


class ControlShop:
    """The `Shop` of a process. Thread-safe."""

    def __init__(self, connection: ControlConnection, catalogue: Catalogue) -> None:
        self._connection = connection
        self._catalogue = catalogue

    def listings(self, kernel: Kernel) -> Listings:
        """Everything there is, from what is known already."""
        return self._catalogue.listings(kernel)

    def picture(self, kernel: Kernel, name: str, number: int) -> Picture:
        """A screenshot of a listing, counted from 1."""
        return self._catalogue.picture(kernel, name, number)

    def shelf(self, session: Session) -> Shelf:
        """What the reader may have: on the control plane what they sell, elsewhere what the
        company is offered."""
        tenant = binding(session).tenant
        return _sold_by(session) if tenant.is_control else self._offered_to(tenant.id)

    def ask(self, session: Session, addon: str, wish: Wish, note: str) -> None:
        """Ask the company's seller for an addon."""
        note = note.strip()
        if len(note) > LONGEST_NOTE:
            sentence = phrase("Write at most {count} characters.", count=LONGEST_NOTE)
            raise InvalidInput.of("note", sentence)
        kernel, tenant = _kernel(session), binding(session).tenant
        listing = self.listings(kernel).by_name.get(addon)
        offered = self._offered_to(tenant.id).offers.get(addon)
        if offered is None and (listing is None or not listing.installed):
            raise InvalidInput.of("addon", phrase("This addon is not offered to you."))
        values = {
            "me": tenant.id,
            "addon": addon,
            "title": listing.title if listing is not None else offered.title if offered else addon,
            "wish": wish,
            "who": actor(session).name,
            "note": note,
        }
        self._connection.run(_ASK, values)

    def start_trial(self, session: Session, addon: str) -> datetime:
        """Begin the trial that the company is offered."""
        kernel, tenant = _kernel(session), binding(session).tenant
        with kernel.session(control(kernel)) as outside:
            return grants.start_trial(outside, kernel.secrets, tenant.id, addon)

    def report(self, company_id: str, addons: Mapping[str, int], users: int) -> None:
        """Note what a company has switched on, and how many people work in it."""
        values = {
            "me": company_id,
            "addons": Jsonb(dict(addons)),
            "count": len(addons),
            "users": users,
        }
        try:
            self._connection.run(_REPORT, values)
        except psycopg.Error:
            # It is told again every night; nothing of the company's may fail for it.
            log.warning("report lost", tenant=company_id, exc_info=True)

    def _offered_to(self, company_id: str) -> Shelf:
        values = {"me": company_id}
        sellers = self._connection.run(_SELLER, values)
        offers = [_offer(row) for row in self._connection.run(_OFFERS, values)]
        happenings = [
            happening
            for row in self._connection.run(_HAPPENINGS, values)
            for happening in _happenings(row)
        ]
        happenings.sort(key=lambda each: each.at, reverse=True)
        return Shelf(
            seller=Seller(*sellers[0]) if sellers else None,
            offers={offer.addon: offer for offer in offers},
            happenings=tuple(happenings),
        )


def _offer(row: tuple[Any, ...]) -> Offer:
    addon, title, amount, currency, period, unit, days, pitch, wish, tried = row
    return Offer(
        addon=addon,
        title=title,
        price=Price(amount, currency, period, unit),
        trial_days=days,
        pitch=pitch,
        tried=tried,
        asked=wish,
    )


def _happenings(row: tuple[Any, ...]) -> list[Happening]:
    addon, wish, who, asked_at, status, answer, answered_at = row
    asked = phrase("A trial was asked for.") if wish == "trial" else phrase("It was asked for.")
    found = [Happening(asked_at, addon, asked, who)]
    if status == "open":
        return found
    said = {
        "granted": phrase("The request was granted."),
        "declined": phrase("The request was declined."),
    }[status]
    return [*found, Happening(answered_at, addon, " ".join(filter(None, (said, answer))))]


def _sold_by(session: Session) -> Shelf:
    """What whoever works for a reseller may sell. Who looks after all of them sees every listing
    at no price, since each reseller has their own."""
    who = actor(session)
    if who.may(SEE.code):
        install = "/tenants/install/" if who.may(INSTALL.code) else ""
        return Shelf(sees_all=True, install=install)
    if who.scope(SEE_OFFERS.code) != "team":
        return Shelf()
    # Columns and no records: a reseller may sell a thousand addons, and all are on the shelves.
    theirs = select(*SoldAddon.__table__.columns).where(SoldAddon.reseller_id.in_(who.teams))
    return Shelf(offers={row.addon: _sold(row) for row in session.execute(theirs)})


def _sold(sold: Row[*tuple[Any, ...]]) -> Offer:
    def price(amount: Any, currency: str) -> Price | None:
        if amount is None:
            return None
        return Price(amount, currency, sold.period, sold.unit)

    return Offer(
        addon=sold.addon,
        title=sold.title,
        price=price(sold.price, sold.currency),
        trial_days=sold.trial_days,
        pitch=sold.pitch,
        cost=price(sold.cost, sold.cost_currency),
        margin=sold.margin,
        url=f"/tenants/offers/{sold.id}",
    )


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
