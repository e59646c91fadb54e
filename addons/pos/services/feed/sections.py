"""The small sections of the feed: each is told whole, and again when it differs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import (
    OfflineTaxes,
    offline_brands,
    offline_categories,
    offline_price_lists,
    offline_units,
)
from addons.pos.models import Binding, Cashier, Register
from addons.pos.services.cashiers.pins import read_hash
from addons.pos.services.feed.settings import settings_of
from addons.pos.services.methods import methods_of
from addons.pos.services.sessions.people import names_of
from addons.pos.services.signing import terms_of
from addons.sales.api import as_json, offline_coupons, offline_programs, rules_between

AHEAD: Final = timedelta(days=14)
"""So long a till may be without a network and still know what is on offer."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the feed is for, and what its sections have in common."""

    register: Register
    binding: Binding
    taxes: OfflineTaxes
    day: date


def _methods(session: Session, to: Reader) -> Any:
    names = ("id", "name", "name_local", "kind", "opens_drawer")
    return [
        {name: getattr(one, name) for name in names} for one in methods_of(session, to.register.id)
    ]


def _cashiers(session: Session, to: Reader) -> Any:
    found = session.scalars(select(Cashier).where(Cashier.active).order_by(Cashier.id)).all()
    names = names_of(session, [one.user_id for one in found])
    return [_cashier(one, names) for one in found if one.user_id in names]


def _cashier(cashier: Cashier, names: Mapping[int, str]) -> dict[str, Any]:
    pin = read_hash(cashier.pin)
    return {
        "id": cashier.user_id,
        "name": names[cashier.user_id],
        "pin": None
        if pin is None
        else {"iterations": pin.iterations, "salt": pin.salt, "hash": pin.hash},
        "rights": {
            "discount_limit": f"{cashier.discount_limit.normalize():f}",
            "price": cashier.may_price,
            "refund": cashier.may_refund,
            "credit": cashier.may_credit,
            "drawer": cashier.may_open_drawer,
            "cash": cashier.may_move_cash,
            "override": cashier.may_override,
        },
    }


def _taxes(session: Session, to: Reader) -> Any:
    taxes = to.taxes
    return {
        "rules": [
            {
                "code": one.code,
                "name": one.name,
                "name_local": one.name_local,
                "kind": one.kind,
                "included": one.included,
                "compound": one.compound,
                "sequence": one.sequence,
                "rates": [
                    {"from": since.isoformat(), "rate": f"{rate.normalize():f}"}
                    for since, rate in one.rates
                ],
            }
            for one in taxes.rules
        ],
        "groups": taxes.usual,
        "treatments": taxes.named_treatments,
    }


def _promotions(session: Session, to: Reader) -> Any:
    return [as_json(rule) for rule in rules_between(session, to.day, to.day + AHEAD)]


_SECTIONS: Final[Mapping[str, Callable[[Session, Reader], Any]]] = {
    "settings": lambda session, to: settings_of(session, to.register, to.binding, to.taxes),
    "units": lambda session, _: offline_units(session),
    "categories": lambda session, _: offline_categories(session),
    "brands": lambda session, _: offline_brands(session),
    "price_lists": lambda session, to: offline_price_lists(session, to.register.currency),
    "taxes": _taxes,
    "promotions": _promotions,
    "coupons": lambda session, to: offline_coupons(session, to.day),
    "loyalty": lambda session, to: offline_programs(session, to.day),
    "methods": _methods,
    "cashiers": _cashiers,
    "einvoice": lambda session, to: terms_of(session, to.register),
}


def small_sections(
    session: Session, to: Reader, held: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The sections that differ from those whose digests a till holds, and the digests of all."""
    told: dict[str, Any] = {}
    digests: dict[str, str] = {}
    for name, read in _SECTIONS.items():
        content = read(session, to)
        digests[name] = _digest(content)
        if held.get(name) != digests[name]:
            told[name] = content
    return told, digests


def _digest(content: Any) -> str:
    # Twelve of its letters: a till holds one of few versions, and nobody gains by a collision.
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]
