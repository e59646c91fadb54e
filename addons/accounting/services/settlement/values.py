"""Open items, and what was settled, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from addons.accounting.services.entry_draft import LineDraft


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A posted line of a reconcilable account, and what is left of it.

    Amounts are signed: positive is owed to the company. `currency` is that of the books. What was
    agreed in another one stands in `original_currency`, `original_amount` and
    `original_residual`. `partner_id` is that of today's contact, even if the line names one
    that was merged into it; `partner` is the name as it stands in the entry.
    """

    line_id: int
    entry_id: int
    account_id: int
    partner_id: int | None
    date: date
    due_date: date | None
    currency: str
    amount: Decimal
    residual: Decimal
    original_currency: str
    original_residual: Decimal | None
    number: str
    reference: str
    original_amount: Decimal | None = None
    account: str = ""
    partner: str = ""
    text: str = ""
    entry_partner_id: int | None = None

    @property
    def owed_currency(self) -> str:
        """The currency in which it was agreed, and is paid."""
        return self.original_currency or self.currency

    @property
    def owed(self) -> Decimal:
        """What is left, in the currency in which it was agreed."""
        return self.residual if self.original_residual is None else self.original_residual

    @property
    def due(self) -> date:
        """When it is to be paid: at once, where nothing was agreed."""
        return self.due_date or self.date


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What is done with what matching leaves of the items: it goes to an account for good.

    `account` is a code. `amount`, without sign and in the currency that the items are settled in,
    limits it; without one it is all that is left. Raises where that is more than `tolerance`.
    Where the other side has several lines (a discount, and the VAT on it), `lines` holds them
    instead of `account`, in the books' currency, together as much as is written off.
    """

    account: str = ""
    amount: Decimal | None = None
    tolerance: Decimal | None = None
    label: str = ""
    lines: tuple[LineDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class SettledPart:
    """What was taken of a line, signed like the line."""

    line_id: int
    amount: Decimal
    original_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """Items that were settled; `id` is 0 until it is stored. `parts` names the given lines and
    those of its own entry; `exchange_difference` and `written_off` are what that entry posted to
    the result, a gain or a relief being positive, in the currency of the books."""

    id: int
    date: date
    kind: str
    account_id: int
    partner_id: int | None
    currency: str
    original_currency: str
    parts: tuple[SettledPart, ...]
    entry_id: int | None = None
    undone_on: date | None = None
    undone_by: str = ""
