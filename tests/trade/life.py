"""The life of a random company: what it has done so far, and steps that are taken back whole where
the product refuses them.

`step` marks a method that does something. What the product refuses with an AppError leaves nothing
behind; any other error is a bug and fails the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.ledger import seal_now
from addons.inventory.models import LandedCost
from addons.purchases.models import Bill, Order
from addons.purchases.models import Payment as Paid
from addons.sales.models import Invoice, Payment, SalesOrder
from core.api import AppError
from tests.trade.whole import Whole

D: Final = Decimal
FIRST: Final = date(2026, 3, 1)
"""The first day on which something may happen; the first month of the story is March."""
WHICH: Final = st.integers(0, 11)
"""Chooses among the documents there are."""
FEW: Final = st.integers(1, 9)
CENTS: Final = st.integers(1, 3_000)
DAYS: Final = st.integers(0, 45).map(lambda days: FIRST + timedelta(days=days))
Chosen = TypeVar("Chosen")
Doing = TypeVar("Doing", bound=Callable[..., None])
STEPS: Final[dict[str, dict[str, st.SearchStrategy[Any]]]] = {}
"""What is drawn for each step, by the name of its method."""
_BOOKED_BEFORE: Final = text("""
SELECT account.code, sum(line.amount) AS amount FROM accounting.journal_line AS line
  JOIN accounting.account ON account.id = line.account_id
 WHERE line.date < :day GROUP BY account.code
""")


class NothingThere(Exception):
    """There is nothing that a step could go on with."""


def step(**given: st.SearchStrategy[Any]) -> Callable[[Doing], Doing]:
    """Something that a company does, with what is drawn for it. Whether there is anything to do it
    with it finds out itself: what is drawn must not depend on what the product did before."""

    def decorate(doing: Doing) -> Doing:
        STEPS[doing.__name__] = given
        return doing

    return decorate


def any_step() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """One of all steps, each as likely as another, with what it needs."""
    return st.one_of(
        [st.tuples(st.just(name), st.fixed_dictionaries(given)) for name, given in STEPS.items()]
    )


class Life(RuleBasedStateMachine):
    """What every side of a company shares: its session and its documents."""

    def __init__(self, session: Session, stack: ExitStack, done: Counter[str]) -> None:
        """A company that lives until `stack` is closed. `done` counts how often each step was taken
        in all lives together: a rule that is always refused proves nothing."""
        super().__init__()
        self.session, self.stack, self.done = session, stack, done
        self.changed, self.sound = True, False
        self.whole = Whole(self.session)
        self.buyer, self.shop = self.whole.buyer, self.whole.shop
        self.mill, self.guest = self.buyer.supplier(), self.shop.customer()
        self.products: list[int] = []
        self.lots: int | None = None
        self.orders: list[Order] = []
        self.bills: list[Bill] = []
        self.paid: list[Paid] = []
        self.sales: list[SalesOrder] = []
        self.invoices: list[Invoice] = []
        self.payments: list[Payment] = []
        self.landed: list[LandedCost] = []
        self.sent: list[int] = []
        self.open_day = FIRST
        self.closed_with: dict[str, Decimal] = {}

    def attempt(self, name: str, doing: Callable[[], None]) -> bool:
        """Do it, unless there is nothing to do it with or the product refuses; whether it was."""
        with suppress(NothingThere, AppError), self.session.begin_nested():
            doing()
            seal_now(self.session)
            self.changed = True
            self.done[name] += 1
            return True
        self.session.expire_all()
        return False

    def one_of(self, known: Sequence[Chosen], which: int) -> Chosen:
        """One of these. Raises NothingThere for none."""
        if not known:
            raise NothingThere
        return known[which % len(known)]

    def booked_before(self, day: date) -> dict[str, Decimal]:
        """What was posted to each account on the days before this one."""
        rows = self.session.execute(_BOOKED_BEFORE, {"day": day})
        return {row.code: row.amount for row in rows}

    def teardown(self) -> None:
        self.stack.close()
