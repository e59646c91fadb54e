"""Where other addons take part in accounting: protocols that they implement and register.

A step of the closing checklist is registered by `register_extensions`, under its own name:

    Extension(ClosingStep, STEP.name, STEP)    with    STEP = Step("vat.return", msg("VAT"), …)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from addons.accounting.models import Period
    from addons.accounting.services.entry_draft import EntryDraft
    from core.api import Problem

StepStatus = Literal["done", "open", "blocked", "not_needed"]
"""Where a step of closing stands. `open` can be done now; `blocked` waits for something else
that the sentence names; `not_needed` says that this period has nothing of the kind."""


@dataclass(frozen=True, slots=True)
class StepState:
    """What a step finds in a period: its status, a sentence with the figures, the page where it
    is worked off, how many things are left, and whether `run` would do any of them."""

    status: StepStatus
    sentence: str
    url: str = ""
    count: int = 0
    can_run: bool = True

    @property
    def holds(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in ("done", "not_needed")


class ClosingStep(Protocol):
    """A step on the way to a closed period. `Step` is the usual implementation."""

    @property
    def name(self) -> str:
        """The addon's name and one of its own: `vat.return`. It is kept with what was ticked."""
        ...

    @property
    def title(self) -> str:
        """What is done here, as an instruction: "Post the depreciation"."""
        ...

    @property
    def order(self) -> int:
        """Its place: 100 drafts, 200 bank, 300 open items, 400 what is posted by the machine,
        500 accruals, 600 tax, 900 controls."""
        ...

    @property
    def by_hand(self) -> bool:
        """Whether a person says that it is done, because no machine can know."""
        ...

    @property
    def waivable(self) -> bool:
        """Whether a period may be closed without it, for a reason that is kept."""
        ...

    def check(self, session: Session, period: Period, /) -> StepState:
        """What stands in the books now. Called for every view of the page: cheap."""
        ...

    @property
    def run(self) -> Callable[[Session, Period], str] | None:
        """Does it, and says what was done; None where only people can. Running it twice does
        no more than running it once."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """A closing step made of functions."""

    name: str
    title: str
    order: int
    check: Callable[[Session, Period], StepState]
    run: Callable[[Session, Period], str] | None = None
    by_hand: bool = False
    waivable: bool = True


class TaxEngine(Protocol):
    """Works out and checks the taxes of entries. Asked only where a line bears a tax code."""

    def complete(self, session: Session, entry: EntryDraft, /) -> EntryDraft:
        """The entry, its lines as they were and in their order, followed by the tax lines that
        its bases need and it does not have."""
        ...

    def check(self, session: Session, entry: EntryDraft, /) -> Iterable[Problem]:
        """What is wrong with the taxes of an entry that is about to be posted."""
        ...

    def outdated(self, session: Session, entry: EntryDraft, /) -> Collection[int]:
        """The places of tax lines that were worked out from other bases than the entry has."""
        ...


class BudgetCommitments(Protocol):
    """What is ordered and not billed yet, which a budget must hold beside what is posted. An
    addon with orders registers one under its own name."""

    def committed(
        self,
        session: Session,
        account_ids: Collection[int],
        start: date,
        end: date,
        branch_id: int | None,
        /,
    ) -> Decimal:
        """The amount committed to these accounts between two days; of one branch if given."""
        ...


class StockLedger(Protocol):
    """Knows what the stock is worth by itself, so that the books can be held against it. Whoever
    keeps stock registers one under its own name."""

    def value_by_category(self, session: Session, day: date, /) -> Mapping[int | None, Decimal]:
        """What the goods of each category of products are worth at the end of a day, in the
        company's currency."""
        ...


class OwedInGoods(Protocol):
    """Knows by itself what the company owes to bearers of gift cards and of points, so that the
    books can be held against it. Whoever keeps them registers one under its own name."""

    def gift_cards(self, session: Session, /) -> Mapping[str, Decimal]:
        """What is left on gift cards, by currency."""
        ...

    def points(self, session: Session, /) -> Decimal:
        """What sales were put off for points, in the company's currency."""
        ...
