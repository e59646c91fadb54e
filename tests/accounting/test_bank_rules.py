"""Rules of a bank account: what they fit, how they split, and how choices teach them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankRule
from addons.accounting.services.balances import balances
from addons.accounting.services.bank.accepting import accept
from addons.accounting.services.bank.matching.choice import Choice, PartChoice
from addons.accounting.services.bank.matching.words import fits
from addons.accounting.services.bank.rules import create_rule, set_state
from addons.accounting.services.ledger import seal_now
from core.api import InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.banking import (
    arrived,
    camt,
    open_bank,
    suggested,
)
from tests.accounting.trading import Trade, set_up


@pytest.fixture
def session(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session whose work is gone afterwards."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


@pytest.fixture
def trade(session: Session) -> Trade:
    return set_up(session)


@pytest.fixture
def bank(session: Session, trade: Trade) -> BankAccount:
    return open_bank(session)


def balance(session: Session, code: str) -> Decimal:
    seal_now(session)
    return sum((b.closing for b in balances(session) if b.code == code), Decimal())


def test_a_rule_splits_by_percent_and_the_parts_sum_to_the_whole(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    create_rule(
        session,
        {
            "name": "Rent",
            "text_kind": "pattern",
            "text_value": "rent*unit ##",
            "direction": "out",
            "lines": [
                {"account_id": trade.accounts["5000"], "percent": Decimal("66.67")},
                {"account_id": trade.accounts["5200"], "percent": Decimal("33.33")},
            ],
        },
    )
    (line,) = arrived(session, bank, camt(("-100.01", "RENT March, Unit 12")))
    best = suggested(session, line)[0]
    assert best.kind == "rule"
    accept(session, line.id, best.choice)
    assert balance(session, "5000") + balance(session, "5200") == Decimal("100.01")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("fee*card", True), ("card*fee", False), ("inv ###", True), ("zzz|Monthly ?ee", True)],
)
def test_patterns_know_stars_digits_and_alternatives(pattern: str, found: bool) -> None:
    assert fits("MONTHLY FEE  for card, inv 123", pattern) is found


def test_a_pattern_made_to_hang_takes_no_time() -> None:
    assert not fits("a" * 1000, "*".join(["a?"] * 60) + "*b")


def test_a_rule_that_fits_everything_is_refused(session: Session, trade: Trade) -> None:
    values = {"name": "All", "lines": [{"account_id": trade.accounts["5200"]}]}
    with pytest.raises(InvalidInput, match="every movement"):
        create_rule(session, values)
    with pytest.raises(InvalidInput, match="fits every text"):
        create_rule(session, {**values, "text_kind": "pattern", "text_value": "*|?"})


def test_a_choice_made_twice_proposes_a_rule_which_once_approved_suggests(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    lines = arrived(
        session, bank, camt(*(("-15", f"Monthly account fee {month}/2026") for month in (1, 2, 3)))
    )
    for line in lines[:2]:
        accept(session, line.id, Choice(parts=(PartChoice("5200", Decimal(-15)),)))
    rule = session.scalars(select(BankRule)).one()
    assert (rule.state, rule.learned) == ("proposed", True)
    assert not suggested(session, lines[2])
    set_state(session, rule, "active")
    best = suggested(session, lines[2])[0]
    assert best.choice.rule_id == rule.id
    accept(session, lines[2].id, best.choice)
    assert rule.confidence == 72


def test_a_rule_that_is_corrected_again_and_again_is_paused(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    rule = create_rule(
        session,
        {
            "name": "Shop",
            "text_kind": "contains",
            "text_value": "shop",
            "confidence": 40,
            "lines": [{"account_id": trade.accounts["5000"]}],
        },
    )
    (line,) = arrived(session, bank, camt(("-9", "Shop 12")))
    accept(session, line.id, Choice(parts=(PartChoice("5200", Decimal(-9)),)))
    assert (rule.corrected, rule.confidence, rule.state) == (1, 25, "paused")
