"""A company with a till and goods, and the batches that the till would send."""

from __future__ import annotations

import gzip
import hashlib
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import select, text

from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.charts.install import install_chart
from addons.catalog.services.products import create_product
from addons.inventory.services.ledger.places import outside, stock_location
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft
from addons.pos.models import Binding, Method, Register
from addons.pos.services.devices.binding import bind, make_code
from addons.pos.services.operations.receiving import receive
from addons.pos.services.operations.unpacking import read_batch
from addons.pos.services.setting_up import set_up
from addons.vat.services.install import install
from benchmarks.stage import Stage
from core.api import utc_now
from core.jobs.serving import work_off
from core.tenancy.tenant import Tenant

PRODUCTS: Final = 200
LINES: Final = 3
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(slots=True)
class BenchTill:
    """A till that is bound, with an open session; it makes the sales that it would send."""

    stage: Stage
    tenant: Tenant
    token: str
    register: int
    binding_id: int
    ordinal: int
    last_hash: str
    cash: int
    products: list[int]
    seq: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def sales(self, count: int) -> bytes:
        """A packed batch of so many sales of three lines."""
        return self.packed([self.sale() for _ in range(count)])

    def packed(self, operations: list[dict[str, Any]]) -> bytes:
        """A batch as it goes over the wire."""
        return gzip.compress(orjson.dumps({"operations": operations, "app": "bench"}), 6)

    def operation(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The next operation."""
        self.seq += 1
        made = {
            "sync_id": "0" + "".join(self.chance.choices(_LETTERS, k=25)),
            "register": self.register,
            "binding": self.ordinal,
            "seq": self.seq,
            "type": kind,
            "version": 1,
            "occurred_at": utc_now().isoformat(),
            "prev_hash": self.last_hash,
            "payload": payload,
        }
        canonical = orjson.dumps(made, option=orjson.OPT_SORT_KEYS)
        self.last_hash = hashlib.sha256(canonical).hexdigest()
        return made

    def sale(self) -> dict[str, Any]:
        """A sale of three of the products, paid in cash."""
        tax = {"code": "SA-S15", "kind": "standard"}
        lines = [
            {
                "line": place,
                "product": product,
                "label": "",
                "quantity": "1",
                "unit": None,
                "price": "10.00",
                "discount_percent": "0",
                "discount": "0.00",
                "promotions": [],
                "tax_codes": ["SA-S15"],
                "net": "10.00",
                "tax": "1.50",
                "taxes": [{**tax, "base": "10.00", "amount": "1.50"}],
                "lots": [],
                "of": None,
            }
            for place, product in enumerate(self.chance.sample(self.products, LINES), start=1)
        ]
        net, due = Decimal("10.00") * LINES, Decimal("11.50") * LINES
        return self.operation(
            "sale",
            {
                "session": "S",
                "number": f"R01-{self.ordinal}-{self.seq:05d}",
                "cashier": None,
                "currency": "SAR",
                "customer": None,
                "lines": lines,
                "taxes": [{**tax, "base": str(net), "amount": str(due - net)}],
                "net": str(net),
                "tax": str(due - net),
                "total": str(due),
                "rounding": "0.00",
                "due": str(due),
                "payments": [{"method": self.cash, "amount": str(due), "tendered": str(due)}],
                "change": "0.00",
                "coupons": [],
                "overrides": [],
                "note": "",
            },
        )

    def take(self, body: bytes) -> dict[str, Any]:
        """Receive a batch as the call does, in a transaction of its own."""
        with self.stage.kernel.session(self.tenant) as session:
            found = select(Binding).where(Binding.id == self.binding_id)
            binding = session.scalars(found.with_for_update(key_share=True)).one()
            return receive(session, binding, read_batch(body, "gzip"))

    def book(self) -> None:
        """Do what a worker would."""
        work_off(self.stage.kernel, self.tenant)

    def require_booked(self, count: int) -> None:
        """Fail unless so many sales are done and nothing else waits."""
        asked = text("SELECT count(*) FROM pos.sale WHERE flags = '{}' AND register_id = :own")
        with self.stage.kernel.session(self.tenant, readonly=True) as session:
            found = session.scalar(asked, {"own": self.register})
        if found != count:
            raise RuntimeError(f"{found} of {count} sales were booked")


def open_till(stage: Stage, slug: str, products: int = PRODUCTS) -> BenchTill:
    """A Saudi company with books, taxes and goods, and a till with an open session."""
    tenant = stage.tenant(slug)
    with stage.kernel.session(tenant) as session:
        install_chart(session, "saudi_arabia")
        ensure_years(session, [utc_now().date()])
        install(session, "SA")
        set_up(session)
        ids = [_product(session, number) for number in range(products)]
        from_id, to_id = outside(session, "opening"), stock_location(session)
        moves = [
            MoveDraft(one, from_id, to_id, Decimal(1_000_000), price=Decimal(4)) for one in ids
        ]
        post_moves(session, moves, day=utc_now().date(), number="", reason="Opening")
        register = session.scalars(select(Register).order_by(Register.id)).first()
        assert register is not None
        register.currency = "SAR"
        bound = bind(session, make_code(session, register), "Bench")
        cash = session.scalars(select(Method.id).where(Method.kind == "cash")).first()
        assert cash is not None
        binding = bound.binding
        till = BenchTill(
            stage, tenant, bound.token, register.id, binding.id, binding.ordinal, binding.chain,
            cash, ids,
        )  # fmt: skip
    till.take(till.packed([till.operation("session_opened", {"session": "S", "float": "0.00"})]))
    till.book()
    return till


def _product(session: Any, number: int) -> int:
    values = {
        "name": f"Goods {number}",
        "sale_price": Decimal(10),
        "tax_group": "standard",
    }
    return create_product(session, values).id
