"""A day at two tills, for a sample company: yesterday at the first, counted and closed with its Z
report, and this day at the second, which is still open.

It is told as a device tells it, and booked as everything is: nothing here knows how.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import (
    Product,
    TaxDocument,
    TaxDocumentLine,
    first_products,
    tax_codes,
    work_out,
)
from addons.pos.models import Binding, Register
from addons.pos.services.booking.applying import apply_register
from addons.pos.services.devices.binding import bind, make_code
from addons.pos.services.methods import cash_method, methods_of
from addons.pos.services.operations.envelopes import canonical_form, hash_of
from addons.pos.services.operations.receiving import receive
from addons.pos.services.operations.unpacking import Batch
from addons.pos.services.registers import create_register
from core.api import binding, phrase, today, utc_now

_FLOAT: Final = Decimal(200)
_LOOKED_AT: Final = 12
_RECEIPTS: Final = 18
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ZERO: Final = Decimal(0)


@dataclass(slots=True)
class _Device:
    """What a till keeps while it sells: its chain, its series, and the cash in the drawer."""

    session: Session
    register: Register
    binding: Binding
    at: datetime
    key: str = field(default_factory=lambda: _ulid())
    sent: list[dict[str, Any]] = field(default_factory=list)
    last: str = ""
    receipts: int = 0
    paid: dict[int, Decimal] = field(default_factory=dict)

    def say(self, kind: str, **payload: Any) -> None:
        """One operation behind the others, some minutes later."""
        self.at += timedelta(minutes=17)
        operation = {
            "sync_id": _ulid(),
            "register": self.register.id,
            "binding": self.binding.ordinal,
            "seq": len(self.sent) + 1,
            "type": kind,
            "version": 1,
            "occurred_at": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "prev_hash": self.last or self.binding.chain,
            "payload": {"session": self.key, "cashier": None, **payload},
        }
        self.last = hash_of(canonical_form(operation))
        self.sent.append(operation)

    def sell(self, lines: Sequence[tuple[Product, int]], method: int) -> None:
        """A receipt, paid in one way."""
        self.receipts += 1
        told = _worked(self.session, lines, self.register.currency, self.at)
        total = Decimal(told["total"])
        self.paid[method] = self.paid.get(method, ZERO) + total
        number = f"{self.register.code}-{self.binding.ordinal}-{self.receipts:05d}"
        payments = [{"method": method, "amount": told["total"]}]
        self.say("sale", number=number, currency=self.register.currency, payments=payments,
                 due=told["total"], **told)  # fmt: skip

    def close(self, cash: int) -> None:
        """Count: the cash is a little short, as it is in life."""
        held = {**self.paid, cash: self.paid.get(cash, ZERO) + _FLOAT}
        counted = [
            {"method": key, "amount": f"{amount - (1 if key == cash else 0):f}"}
            for key, amount in held.items()
        ]
        expected = [{"method": key, "amount": f"{amount:f}"} for key, amount in held.items()]
        self.say("session_closed", counted=counted, expected=expected, sales=self.receipts)

    def sync(self) -> None:
        """Send everything, and have it booked."""
        receive(self.session, self.binding, Batch(self.sent, "sample", "", 0, True))
        while apply_register(self.session, self.register.id):
            pass


def fill(session: Session) -> None:
    """Yesterday at the first till, and this morning at the second one."""
    products = [
        one
        for one in first_products(session, _LOOKED_AT)
        if one.sellable and one.sale_price and one.tracking == "none"
    ]
    first = session.scalars(select(Register).order_by(Register.id)).first()
    if not products or first is None:
        return
    second = create_register(session, {"code": "R02", "name": phrase("Till {number}", number="2")})
    zone = ZoneInfo(binding(session).tenant.timezone)
    morning = datetime.combine(today(session), time(9), zone).astimezone(UTC)
    closed = _day(session, first, products, morning - timedelta(days=1), _RECEIPTS)
    cash = cash_method(session, first.id)
    if cash is not None:
        closed.close(cash.id)
    closed.sync()
    _day(session, second, products, min(morning, utc_now() - timedelta(hours=3)), 6).sync()


def _day(
    session: Session, register: Register, products: Sequence[Product], at: datetime, count: int
) -> _Device:
    name = phrase("Counter tablet")
    bound = bind(session, make_code(session, register), name).binding
    device = _Device(session, register, bound, at)
    device.say("session_opened", float=f"{_FLOAT:f}")
    ways = [one.id for one in methods_of(session, register.id) if one.kind in ("cash", "card")]
    for turn in range(count if ways else 0):
        wanted = [(products[(turn * 3 + step) % len(products)], 1 + (turn + step) % 3)
                  for step in range(1 + turn % 3)]  # fmt: skip
        device.sell(wanted, ways[turn % len(ways)])
    return device


def _worked(
    session: Session, lines: Sequence[tuple[Product, int]], currency: str, at: datetime
) -> dict[str, Any]:
    """The lines of a receipt with their taxes, as an operation carries them."""
    codes = [tax_codes(session, product.tax_group, "sale", None) for product, _ in lines]
    asked = tuple(
        TaxDocumentLine(Decimal(count), product.sale_price, own)
        for (product, count), own in zip(lines, codes, strict=True)
    )
    worked = work_out(session, TaxDocument(asked, at.date(), currency))
    told = [
        {
            "line": place,
            "product": product.id,
            "label": product.name,
            "quantity": str(count),
            "price": f"{product.sale_price:f}",
            "tax_codes": list(own),
            "net": f"{line.net:f}",
            "tax": f"{line.tax:f}",
            "taxes": _taxes(line.taxes),
        }
        for place, ((product, count), own, line) in enumerate(
            zip(lines, codes, worked.lines, strict=True), start=1
        )
    ]
    tax = sum((line.tax for line in worked.lines), ZERO)
    net = sum((line.net for line in worked.lines), ZERO)
    return {"lines": told, "taxes": _taxes(worked.taxes), "net": f"{net:f}", "tax": f"{tax:f}",
            "total": f"{net + tax:f}"}  # fmt: skip


def _taxes(taxes: Sequence[Any]) -> list[dict[str, str]]:
    return [
        {"code": one.code, "kind": one.kind, "base": f"{one.base:f}", "amount": f"{one.amount:f}"}
        for one in taxes
    ]


def _ulid() -> str:
    number = (int(utc_now().timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(125, -5, -5))
