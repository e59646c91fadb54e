"""Beside sales: orders from suppliers for what they bring to customers themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.services.direct import asking, handing_over
from addons.purchases.services.direct.lines import lock_serving, serving
from addons.purchases.services.orders.writing import order_title
from addons.sales.api import (
    ORDER_SOURCE,
    DirectGoods,
    DirectOrder,
    DirectSupply,
    DirectWish,
)
from core.api import Extension, today


class SuppliersDeliver:
    """The implementation of `sales.extension_points.DirectSupply`."""

    def offered(self, session: Session, product_ids: Collection[int], /) -> Collection[int]:
        """By the suppliers' prices that say so."""
        return asking.offered(session, product_ids, today(session))

    def hold(self, session: Session, order_id: int, /) -> None:
        """Lock the orders that serve it."""
        lock_serving(session, (ORDER_SOURCE, order_id))

    def order(self, session: Session, wish: DirectWish, /) -> None:
        """Draft, change or throw away orders."""
        goal = asking.Destination(
            (ORDER_SOURCE, wish.order_id),
            wish.number,
            wish.contact_id,
            wish.ship_to,
            wish.wanted_on,
            wish.branch_id,
        )
        wanted = [
            asking.Wanted(line.line_id, line.product_id, line.label, line.quantity)
            for line in wish.lines
        ]
        asking.ask(session, goal, wanted)

    def hand_over(
        self, session: Session, order_id: int, goods: Sequence[DirectGoods], day: date, key: str, /
    ) -> None:
        """Receive what arrived there."""
        handing_over.receive(session, (ORDER_SOURCE, order_id), _goods(goods), day, key)

    def take_back(
        self,
        session: Session,
        order_id: int,
        goods: Sequence[DirectGoods],
        day: date,
        key: str,
        replace: bool,
        reason: str,
        /,
    ) -> None:
        """Return what goes back from there."""
        handing_over.send_back(
            session,
            (ORDER_SOURCE, order_id),
            _goods(goods),
            day,
            key,
            replace=replace,
            reason=reason,
        )

    def standing(self, session: Session, order_id: int, /) -> Sequence[DirectOrder]:
        """How each of them stands."""
        found = []
        for order in serving(session, (ORDER_SOURCE, order_id)):
            open_: dict[int, Decimal] = {}
            arrived: dict[int, Decimal] = {}
            for line in order.lines:
                if line.for_line_id is not None:
                    key = line.for_line_id
                    open_[key] = open_.get(key, Decimal(0)) + line.stock_open
                    arrived[key] = arrived.get(key, Decimal(0)) + line.stock_kept
            found.append(
                DirectOrder(
                    order.id,
                    order_title(order),
                    order.contact_name,
                    order.state in ("approved", "done"),
                    not any(open_.values()),
                    order.expected_on,
                    open_,
                    arrived,
                )
            )
        return found


def _goods(goods: Sequence[DirectGoods]) -> list[handing_over.Goods]:
    return [handing_over.Goods(one.line_id, one.quantity, one.lots) for one in goods]


EXTENSIONS: Final = (Extension(DirectSupply, "purchases", SuppliersDeliver()),)
