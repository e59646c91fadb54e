"""A company has two branches; a bookkeeper of one sees its books alone, and transfers meet.

Each entry belongs to a branch, so each branch's books balance by themselves. What goes from one to
the other stands in both, and cancels out over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal, JournalEntry
from addons.accounting.options import AccountingOptions
from addons.accounting.permissions import EDIT_ENTRY, VIEW_BOOKS
from addons.accounting.services.balances import balances
from addons.accounting.services.companies.branches import create_transfer
from addons.accounting.services.drafts import create_draft
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.general_ledger import ledger_page
from addons.accounting.services.ledger import post, seal_now
from addons.accounting.views import ENTRIES
from core.api import Period, set_options
from core.auth.actor import Actor
from core.auth.models import Branch
from core.auth.rules import apply_rules, check_record
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

DAY = date(2026, 3, 14)


@pytest.fixture(scope="module")
def places(kernel: Kernel, tenant: Tenant) -> tuple[int, int]:
    """Riyadh and Jeddah, each with a sale."""
    with kernel.session(tenant) as session:
        branches = [Branch(name="Riyadh"), Branch(name="Jeddah")]
        session.add_all(branches)
        session.flush()
        for branch, amount in zip(branches, (Decimal(100), Decimal(30)), strict=True):
            lines = (LineDraft("Assets:Cash", amount), LineDraft("Income:Sales", -amount))
            post(session, EntryDraft(DAY, lines, branch_id=branch.id))
        post(
            session,
            EntryDraft(
                DAY,
                (LineDraft("Assets:Bank", Decimal(9)), LineDraft("Equity:Capital", Decimal(-9))),
            ),
        )
        return branches[0].id, branches[1].id


@pytest.fixture
def riyadh(kernel: Kernel, tenant: Tenant, places: tuple[int, int]) -> Iterator[Session]:
    """A session of somebody who keeps Riyadh's books."""
    grants = {VIEW_BOOKS.code: "branch", EDIT_ENTRY.code: "branch"}
    who = Actor(
        "user",
        "Huda",
        grants=grants,  # type: ignore[arg-type]
        branches=frozenset({places[0]}),
    )
    with kernel.session(tenant, actor=who) as session:
        yield session
        session.rollback()


def _closing(session: Session) -> dict[str, Decimal]:
    return {balance.code: balance.closing for balance in balances(session) if balance.closing}


def test_a_branchs_bookkeeper_sees_its_entries_and_figures_alone(
    riyadh: Session, places: tuple[int, int]
) -> None:
    found = riyadh.scalars(apply_rules(riyadh, select(JournalEntry), ENTRIES, VIEW_BOOKS)).all()
    assert {entry.branch_id for entry in found} == {places[0]}
    assert _closing(riyadh) == {"Assets:Cash": 100, "Income:Sales": -100}
    cash = riyadh.scalars(select(Account).where(Account.code == "Assets:Cash")).one()
    page = ledger_page(riyadh, cash, "USD", Period())
    assert [line.line.amount for line in page.lines] == [100]


def test_what_they_write_belongs_to_their_branch(riyadh: Session, places: tuple[int, int]) -> None:
    journal = riyadh.scalars(select(Journal.id)).first()
    draft = create_draft(riyadh, {"journal_id": journal, "date": DAY})
    assert draft.branch_id == places[0]
    assert check_record(riyadh, ENTRIES, EDIT_ENTRY, draft)
    other = create_draft(riyadh, {"journal_id": journal, "date": DAY, "branch_id": places[1]})
    assert not check_record(riyadh, ENTRIES, EDIT_ENTRY, other)


def _transfer(session: Session, places: tuple[int, int], **more: object) -> dict[str, object]:
    cash = session.scalars(select(Account.id).where(Account.code == "Assets:Cash")).one()
    return {
        "date": DAY,
        "from_branch_id": places[0],
        "to_branch_id": places[1],
        "from_account_id": cash,
        "to_account_id": cash,
        "amount": Decimal("40"),
        "narration": "Cash to Jeddah",
        **more,
    }


def test_a_transfer_stands_in_both_branches_and_cancels_out(
    session: Session, places: tuple[int, int]
) -> None:
    with pytest.raises(Conflict, match="no inter-branch account"):
        create_transfer(session, _transfer(session, places))
    session.rollback()
    session.add(Account(code="Assets:Branches", name="Between branches", type="asset"))
    session.flush()
    set_options(session, AccountingOptions, interbranch_account="Assets:Branches")
    create_transfer(session, _transfer(session, places))
    seal_now(session)
    by_branch = [
        {b.code: b.closing for b in balances(session, branches=[place]) if b.closing}
        for place in places
    ]
    assert by_branch[0] == {"Assets:Cash": 60, "Assets:Branches": 40, "Income:Sales": -100}
    assert by_branch[1] == {"Assets:Cash": 70, "Assets:Branches": -40, "Income:Sales": -30}
    assert "Assets:Branches" not in _closing(session)


@pytest.mark.parametrize("wrong", ["same branch", "nothing", "less than a halala"])
def test_a_transfer_that_is_none_is_refused(
    session: Session, places: tuple[int, int], wrong: str
) -> None:
    more: dict[str, object] = {
        "same branch": {"to_branch_id": places[0]},
        "nothing": {"amount": Decimal(0)},
        "less than a halala": {"amount": Decimal("0.004")},
    }[wrong]
    with pytest.raises(InvalidInput):
        create_transfer(session, _transfer(session, places, **more))
