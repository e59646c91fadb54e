"""A line as trade tells it, posted to the account of its purpose: bills and invoices alike."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from sqlalchemy.orm import Session

from addons.accounting.services.trade.accounts import Purpose, trade_account
from addons.accounting.services.trade.documents import TradeLine


class ToldTax(Protocol):
    """A tax of a line; its amount stands with the document."""

    @property
    def code(self) -> str: ...


class ToldLine(Protocol):
    """What an event says of a line, whoever publishes it."""

    @property
    def net(self) -> Decimal: ...
    @property
    def label(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def category_id(self) -> int | None: ...
    @property
    def taxes(self) -> Sequence[ToldTax]: ...


def trade_line(session: Session, line: ToldLine, purpose: Purpose, sign: int) -> TradeLine:
    """The line on the account that its category has for this purpose; `sign` is 1 where the
    document's lines are debits, -1 where they are credits."""
    return TradeLine(
        account=trade_account(session, purpose, line.category_id),
        net=sign * line.net,
        label=line.label,
        quantity=line.quantity,
        unit=line.unit,
        tax_codes=tuple(tax.code for tax in line.taxes),
    )
