"""The store of a random company: counts, goods that are thrown away or lost between its two
warehouses, prices and methods that change, and months that are closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st
from sqlalchemy import select

from addons.accounting.services.calendar import period_of, set_period_state
from addons.inventory.models import Location, Revaluation, Transfer
from addons.inventory.services.transfers.acts import do_transfer, write_off_missing
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import Wanted
from addons.inventory.services.valuation.revaluing import post_revaluation
from tests.trade.life import CENTS, DAYS, FEW, FIRST, WHICH, D, Life, NothingThere, step

HERE: Final = "WH/Stock"
THERE: Final = "B2/Stock"
OPEN: Final = ("waiting", "ready")


class Storing(Life):
    """What a storekeeper does, and the accountant who closes the month."""

    @step(which=WHICH, quantity=FEW)
    def count(self, which: int, quantity: int) -> None:
        product = self.one_of([one for one in self.products if one != self.lots], which)
        self.whole.count({product: D(quantity)})

    @step(which=WHICH, quantity=FEW, day=DAYS, use=st.booleans())
    def write_off(self, which: int, quantity: int, day: date, use: bool) -> None:
        self.hand(which, quantity, day, kind="consume" if use else "scrap", reason="Broken")

    @step(which=WHICH, quantity=FEW, day=DAYS, back=st.booleans())
    def send(self, which: int, quantity: int, day: date, back: bool) -> None:
        """Goods leave for the other warehouse, and are on their way from then on."""
        ends = (THERE, HERE) if back else (HERE, THERE)
        start, goal = (self.place(path) for path in ends)
        made = self.hand(
            which, quantity, day, kind="internal", from_location_id=start, to_location_id=goal
        )
        waiting = select(Transfer.id).where(Transfer.kind == "arrive", Transfer.state.in_(OPEN))
        self.sent = list(self.session.scalars(waiting.order_by(Transfer.id)))
        assert made not in self.sent

    @step(which=WHICH, quantity=FEW, day=DAYS)
    def arrive(self, which: int, quantity: int, day: date) -> None:
        """Some of what was sent arrives; the rest is still on its way."""
        sheet = lock_sheet(self.session, self.one_of(self.sent, which))
        line = self.one_of(sheet.lines, which)
        wanted = {line.id: Wanted(min(D(quantity), line.left))}
        do_transfer(self.session, sheet.id, day=day, wanted=wanted)

    @step(which=WHICH)
    def lose(self, which: int) -> None:
        write_off_missing(self.session, self.one_of(self.sent, which), "Lost on the way")

    def hand(self, which: int, quantity: int, day: date, **more: object) -> int:
        """A transfer of one product that somebody writes, confirms and does."""
        line = {"product_id": self.one_of(self.products, which), "quantity": D(quantity)}
        made = create_transfer(self.session, {**more, "day": day, "lines": [line]}).id
        confirm(self.session, made)
        do_transfer(self.session, made, day=day)
        return made

    def place(self, path: str) -> int:
        """The place of this path."""
        return self.session.scalars(select(Location.id).where(Location.path == path)).one()

    @step(which=WHICH, cents=CENTS, day=DAYS)
    def revalue(self, which: int, cents: int, day: date) -> None:
        """Another cost of a piece; of a standard product, another standard price."""
        self.decide(which, day, kind="cost", unit_cost=D(cents) / 100)

    @step(
        which=WHICH,
        cents=CENTS,
        day=DAYS,
        method=st.sampled_from(("fifo", "average", "standard")),
    )
    def change_method(self, which: int, cents: int, day: date, method: str) -> None:
        self.decide(which, day, kind="method", method=method, unit_cost=D(cents) / 100)

    def decide(self, which: int, day: date, **more: object) -> None:
        """A revaluation of one product."""
        product = self.one_of(self.products, which)
        asked = Revaluation(day=day, product_id=product, reason="Decided", **more)
        self.session.add(asked)
        self.session.flush()
        post_revaluation(self.session, asked)

    @step(days=st.integers(0, 45))
    def close_month(self, days: int) -> None:
        """The oldest month that is open is closed, for good."""
        if days < 30 or self.open_day.month > FIRST.month:
            raise NothingThere
        period = period_of(self.session, self.open_day)
        assert period is not None
        set_period_state(self.session, period, "closed", with_drafts=True)
        self.open_day = period.end_date + timedelta(days=1)
        self.closed_with = self.booked_before(self.open_day)
