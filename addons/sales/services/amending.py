"""Orders that are binding are amended: what they said is kept, and what happened already bounds
what may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import ExpectedLine
from addons.sales.models import OrderLine, SalesOrder
from addons.sales.services.amounts import ZERO
from addons.sales.services.credit import require_credit
from addons.sales.services.direct.supplying import hold_supply, order_directly
from addons.sales.services.expecting import expect_goods
from addons.sales.services.locking import lock_order
from addons.sales.services.margins import require_order_margin
from addons.sales.services.orders import update_order, write
from addons.sales.services.progress import refresh
from addons.sales.services.quoting import begin_version, require_lines
from addons.sales.services.rates import rate_of
from addons.sales.services.versions import keep_version
from core.api import Conflict, InvalidInput, phrase

_FROZEN: Final = ("product_id", "unit_id", "kind")
_SUPPLIED: Final = ("supply",)
_PRICED: Final = ("price", "discount_percent", "discount", "taxes")
_BINDING: Final = ("confirmed", "held", "done")


@dataclass(frozen=True, slots=True)
class _Was:
    values: Mapping[str, Any]
    goods: ExpectedLine | None


def change_order(session: Session, order: SalesOrder, values: Mapping[str, Any]) -> SalesOrder:
    """Change an order whatever its state: a draft as it is, a quotation that was sent as its next
    version, a binding order by an amendment. Raises Conflict for one that was called off."""
    if order.state == "sent":
        order = begin_version(session, order)
    if order.state in _BINDING:
        return amend(session, order, values)
    return update_order(session, order, values)


def amend(
    session: Session, order: SalesOrder, values: Mapping[str, Any], why: str = ""
) -> SalesOrder:
    """Change what a binding order says, keeping what it said before.

    Raises Conflict for another customer or currency and for lines taken out of which something was
    delivered or invoiced, InvalidInput for less than that, and what confirming raises where the
    order comes to more.
    """
    hold_supply(session, order)
    order = lock_order(session, order.id)
    if order.state not in _BINDING:
        raise Conflict(phrase("Only a binding order is amended."))
    for name in ("contact_id", "currency"):
        if name in values and values[name] not in (None, getattr(order, name)):
            raise Conflict(
                phrase("Customer and currency of {number} stay.", number=order.number or ""),
                fix=phrase("Cancel the order, and write another one."),
            )
    before = {line.id: _as_it_is(line) for line in order.lines}
    was_direct = any(line.is_direct for line in order.lines)
    total = order.total
    keep_version(session, order, why)
    write(session, order, values)
    require_lines(order)
    order.rate = rate = rate_of(session, order.currency, order.day, order.rate)
    _require_possible(order, before)
    if order.total > total:
        require_order_margin(session, order)
        require_credit(session, order, rate)
    refresh(order)
    session.flush()
    gone = before.keys() - {line.id for line in order.lines if not line.is_direct}
    withdrawn = [goods for key in sorted(gone) if (goods := before[key].goods) is not None]
    expect_goods(session, order, withdrawn=withdrawn)
    order_directly(session, order, was_direct=was_direct)
    return order


def _as_it_is(line: OrderLine) -> _Was:
    names = (*_FROZEN, *_SUPPLIED, *_PRICED, "delivered_stock", "invoiced", "description")
    goods = None
    ours = line.is_goods and line.is_sold and not line.is_direct
    if ours and line.product_id is not None:
        goods = ExpectedLine(line.id, line.product_id, ZERO)
    return _Was({name: getattr(line, name) for name in names}, goods)


def _require_possible(order: SalesOrder, before: Mapping[int, _Was]) -> None:
    """What was delivered or invoiced stays ordered, as it was priced."""
    now = {line.id for line in order.lines}
    for key, was in before.items():
        if key not in now and (was.values["delivered_stock"] or was.values["invoiced"]):
            raise Conflict(
                phrase(
                    "Something of {line} was delivered or invoiced.",
                    line=was.values["description"],
                ),
                fix=phrase("Lower its quantity instead, or take the goods back."),
            )
    for place, line in enumerate(order.lines):
        was = before.get(line.id)
        if was is None:
            continue
        _require_quantity(line, f"lines.{place}")
        if line.delivered_stock or line.invoiced:
            _require_same(line, was, _FROZEN, f"lines.{place}")
        if line.delivered_stock:
            _require_same(line, was, _SUPPLIED, f"lines.{place}")
        if line.invoiced:
            _require_same(line, was, _PRICED, f"lines.{place}")


def _require_quantity(line: OrderLine, at: str) -> None:
    happened: Decimal = max(line.delivered, line.invoiced + line.returned)
    if line.quantity < happened:
        raise InvalidInput.of(
            f"{at}.quantity",
            phrase(
                "{quantity} of {line} were delivered or invoiced already.",
                quantity=f"{happened.normalize():f}",
                line=line.description,
            ),
        )


def _require_same(line: OrderLine, was: _Was, names: Sequence[str], at: str) -> None:
    for name in names:
        if getattr(line, name) != was.values[name]:
            raise InvalidInput.of(
                f"{at}.{name}",
                phrase("{line} was delivered or invoiced as it was.", line=line.description),
                fix=phrase("Add another line for what is new."),
            )
