"""The figures of the start page on what is owed: overdue receivables, payables due this week,
cheques payable today; and the trouble of cheques that were forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models.cheques import Cheque
from addons.accounting.services.collections.ageing import control_accounts
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.locks import today
from addons.accounting.services.payments.agreed import Side
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.values import OpenItem
from core.api import Amount, Trouble, phrase

_WAITING = ("received", "issued")


def receivables_overdue(session: Session) -> list[Amount]:
    """What customers should have paid before today, by currency of the books."""
    day = today(session)
    return _amounts(
        (item.currency, item.residual)
        for item in _items(session, "receivable")
        if item.residual > 0 and item.due < day
    )


def payables_this_week(session: Session) -> list[Amount]:
    """What suppliers are to be paid within seven days, and what is late already."""
    until = today(session) + timedelta(days=7)
    return _amounts(
        (item.currency, item.residual.copy_negate())
        for item in _items(session, "payable")
        if item.residual < 0 and item.due <= until
    )


def cheques_today(session: Session) -> list[Amount]:
    """How many cheques can be taken to the bank, or will be, as of today."""
    day = today(session)
    ripe = select(func.count()).where(Cheque.state.in_(_WAITING), Cheque.due_date <= day)
    return [Amount(session.scalar(ripe) or 0)]


def forgotten_cheques(session: Session) -> list[Trouble]:
    """Cheques in hand whose day has passed: nobody took them to the bank."""
    day = today(session)
    late = select(func.count(), func.min(Cheque.due_date)).where(
        Cheque.state == "received", Cheque.due_date < day
    )
    count, since = session.execute(late).one()
    if not count:
        return []
    return [
        Trouble(
            key="cheques-forgotten",
            title=phrase("Cheques in hand could have been deposited"),
            cause=phrase(
                "{count} cheques are past their day, the oldest since {day}.",
                count=count,
                day=since,
            ),
            severity="warning",
            url="/accounting/cheques?view=waiting",
        )
    ]


def _items(session: Session, side: Side) -> Iterable[OpenItem]:
    accounts = control_accounts(session, side)
    return open_items(session, account_ids=accounts) if accounts else ()


def _amounts(found: Iterable[tuple[str, Decimal]]) -> list[Amount]:
    held: dict[str, list[Decimal]] = {}
    for currency, amount in found:
        held.setdefault(currency, []).append(amount)
    return [Amount(exact_sum(held[currency]), currency) for currency in sorted(held)]
