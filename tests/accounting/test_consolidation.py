"""Two companies publish their closed months to a third, which consolidates them.

Riyadh keeps its books in SAR, Dhaka in BDT and is owned to 80 %; the group reports in SAR, in a
company of its own. The figures were worked out by hand:

    Dhaka, in BDT: bank 300,000, owed to Riyadh -100,000, capital -150,000, sales -50,000
    closing rate 0.03, average 0.04: 9,000 - 3,000 - 4,500 - 2,000 leaves 500 of translation
    of others: 20 % of 2,000 = 400 of the result, 20 % of 4,500 - 500 = 800 of the rest
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from addons.accounting.models import (
    Account,
    Consolidation,
    Elimination,
    GroupAccount,
    Period,
    TrialSnapshot,
)
from addons.accounting.services.companies.consolidating import (
    create_consolidation,
    delete_consolidation,
    finalise,
    totals,
    update_consolidation,
    work_out,
)
from addons.accounting.services.companies.links import withdraw_link
from addons.accounting.services.companies.reporting import (
    consolidated_balance_sheet,
    consolidated_income_statement,
    consolidated_trial_balance,
)
from addons.accounting.services.currencies import create_rate
from core.api import Period as Days
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.group import (
    ADDONS,
    close_month,
    enter,
    exchange_all,
    keep_books,
    link,
    link_to,
)

END = date(2026, 1, 31)


@dataclass(frozen=True, slots=True)
class Group:
    riyadh: Tenant
    dhaka: Tenant
    group: Tenant


@pytest.fixture(scope="module")
def group(kernel: Kernel) -> Iterator[Group]:
    """Three companies, linked, with a closed month."""
    with (
        fresh_tenant(kernel, "g-riyadh", addons=ADDONS) as riyadh,
        fresh_tenant(kernel, "g-dhaka", addons=ADDONS) as dhaka,
        fresh_tenant(kernel, "g-group", addons=ADDONS) as owner,
    ):
        own = ("A:Bank", "A:Dhaka", "E:Capital", "I:Sales")
        keep_books(kernel, riyadh, "SAR", *own)
        keep_books(kernel, dhaka, "BDT", "A:Taka", "L:Riyadh", "E:Capital", "I:Sales")
        keep_books(kernel, owner, "SAR", *own, "L:Between", "A:Investment")
        enter(kernel, riyadh, date(2026, 1, 5), **{"A:Bank": "10000", "E:Capital": "-10000"})
        enter(kernel, riyadh, date(2026, 1, 6), **{"A:Dhaka": "3000", "I:Sales": "-3000"})
        enter(kernel, dhaka, date(2026, 1, 5), **{"A:Taka": "150000", "E:Capital": "-150000"})
        enter(kernel, dhaka, date(2026, 1, 6), **{"A:Taka": "100000", "L:Riyadh": "-100000"})
        enter(kernel, dhaka, date(2026, 1, 7), **{"A:Taka": "50000", "I:Sales": "-50000"})
        for member, share in ((riyadh, 100), (dhaka, 80)):
            link(kernel, member, owner, "publishes")
            link(kernel, owner, member, "collects", share=Decimal(share))
            close_month(kernel, member, END)
        yield Group(riyadh, dhaka, owner)


@pytest.fixture(scope="module")
def collected(kernel: Kernel, group: Group) -> Group:
    """The month has arrived; rates and mapping are there."""
    exchange_all(kernel, group.riyadh, group.dhaka, group.group)
    with kernel.session(group.group) as session:
        create_rate(session, {"currency": "BDT", "date": END, "rate": Decimal("0.03")})
        accounts = {a.code: a.id for a in session.scalars(select(Account))}
        riyadh = link_to(session, group.riyadh, "collects").id
        dhaka = link_to(session, group.dhaka, "collects").id
        session.add_all(
            [
                GroupAccount(link_id=dhaka, code="A:Taka", account_id=accounts["A:Bank"]),
                GroupAccount(
                    link_id=dhaka,
                    code="L:Riyadh",
                    account_id=accounts["L:Between"],
                    counterparty_id=riyadh,
                ),
                GroupAccount(
                    link_id=riyadh,
                    code="A:Dhaka",
                    account_id=accounts["A:Dhaka"],
                    counterparty_id=dhaka,
                ),
            ]
        )
    return group


@pytest.fixture
def session(kernel: Kernel, collected: Group) -> Iterator[Session]:
    """A session of the group's company; what a test does in it is gone afterwards."""
    with kernel.session(collected.group) as session:
        yield session
        session.rollback()


def _made(session: Session) -> Consolidation:
    made = create_consolidation(session, {"name": "January", "period_end": END})
    for member in made.members:
        if member.average_rate != 1:
            member.average_rate = Decimal("0.04")
    work_out(session, made)
    return made


def _figures(made: Consolidation) -> dict[str, Decimal]:
    return {code: amount for code, _, _, amount in totals(made)}


def test_companies_become_one_trial_balance(session: Session) -> None:
    made = _made(session)
    figures = _figures(made)
    assert figures == {
        "A:Bank": Decimal("19000.00"),  # 10,000 and 9,000; what is between them is gone
        "E:Capital": Decimal("-14500.00"),
        "I:Sales": Decimal("-5000.00"),
        "CTA": Decimal("500.00"),
        "MI-D": Decimal("800.00"),
        "MI-R": Decimal("400.00"),
        "MI": Decimal("-1200.00"),
    }
    assert sum(figures.values()) == 0
    table = consolidated_trial_balance(session, Days(None, END))
    assert table.totals["debit"] == table.totals["credit"] == {"SAR": Decimal("20700.00")}
    result = consolidated_income_statement(session, Days(None, END))
    assert ("income", "I:Sales", "Sales", "SAR", Decimal("5000.00")) in result.rows
    assert result.totals["net_income"] == {"SAR": Decimal("5000.00")}
    assert result.totals["minority"] == {"SAR": Decimal("400.00")}
    sheet = consolidated_balance_sheet(session, Days(None, END))
    assert sheet.totals["assets"] == sheet.totals["liabilities_and_equity"]
    assert sheet.totals["assets"] == {"SAR": Decimal("19000.00")}
    assert sheet.totals["minority"] == {"SAR": Decimal("1200.00")}


def test_it_is_worked_out_to_the_same_digest_again(session: Session) -> None:
    made = _made(session)
    first = made.digest
    work_out(session, made)
    assert made.digest == first
    member = next(m for m in made.members if m.average_rate != 1)
    update_consolidation(
        session, made, {"members": [{"id": member.id, "average_rate": Decimal("0.05")}]}
    )
    assert made.digest != first
    update_consolidation(
        session, made, {"members": [{"id": member.id, "average_rate": Decimal("0.04")}]}
    )
    assert made.digest == first


def test_what_two_companies_do_not_agree_on_stays_visible(session: Session) -> None:
    made = _made(session)
    member = next(m for m in made.members if m.average_rate != 1)
    update_consolidation(
        session, made, {"members": [{"id": member.id, "closing_rate": Decimal("0.031")}]}
    )
    # 3,000 there, 3,100 here.
    assert _figures(made)["IC"] == Decimal("-100.00")
    assert sum(_figures(made).values()) == 0


def test_results_that_two_companies_do_not_agree_on_are_told_apart_from_balances(
    session: Session, collected: Group
) -> None:
    """What Riyadh has sold to Dhaka and Dhaka has not booked hides in neither statement."""
    accounts = {a.code: a.id for a in session.scalars(select(Account))}
    riyadh, dhaka = (
        link_to(session, member, "collects").id for member in (collected.riyadh, collected.dhaka)
    )
    session.add(
        GroupAccount(
            link_id=riyadh, code="I:Sales", account_id=accounts["I:Sales"], counterparty_id=dhaka
        )
    )
    session.flush()
    figures = _figures(_made(session))
    assert figures["IC-R"] == Decimal("-3000.00")
    assert "IC" not in figures
    assert figures["I:Sales"] == Decimal("-2000.00")


def test_eliminations_by_hand_must_balance(session: Session) -> None:
    made = _made(session)
    accounts = {a.code: a.id for a in session.scalars(select(Account))}
    one = {"account_id": accounts["E:Capital"], "amount": Decimal(4500), "note": "Dhaka"}
    with pytest.raises(InvalidInput, match="do not balance"):
        update_consolidation(session, made, {"eliminations": [one]})
    other = {"account_id": accounts["A:Investment"], "amount": Decimal(-4500)}
    update_consolidation(session, made, {"eliminations": [one, other]})
    assert _figures(made)["E:Capital"] == Decimal("-10000.00")
    assert session.scalars(select(Elimination)).all() == made.eliminations


def test_an_account_that_is_none_of_the_groups_is_named(session: Session) -> None:
    session.execute(delete(GroupAccount))
    with pytest.raises(Conflict, match="A:Taka, L:Riyadh"):
        create_consolidation(session, {"period_end": END})


def test_equity_at_its_historical_rate(session: Session, collected: Group) -> None:
    accounts = {a.code: a.id for a in session.scalars(select(Account))}
    session.add(
        GroupAccount(
            link_id=link_to(session, collected.dhaka, "collects").id,
            code="E:Capital",
            account_id=accounts["E:Capital"],
            translation="historical",
            historical_rate=Decimal("0.02"),
        )
    )
    session.flush()
    figures = _figures(_made(session))
    assert figures["E:Capital"] == Decimal("-13000.00")
    assert figures["CTA"] == Decimal("-1000.00")


def test_a_final_consolidation_stays(session: Session) -> None:
    made = _made(session)
    finalise(session, made)
    for change in (
        lambda: work_out(session, made),
        lambda: update_consolidation(session, made, {"name": "x"}),
        lambda: delete_consolidation(session, made),
    ):
        with pytest.raises(Conflict, match="January is final"):
            change()


def test_nobody_who_has_not_published_is_consolidated(session: Session) -> None:
    with pytest.raises(Conflict, match="No company has published"):
        create_consolidation(session, {"period_end": date(2026, 2, 28)})


def _digests(kernel: Kernel, group: Group, member: Tenant) -> list[str]:
    with kernel.session(group.group) as session:
        sender = link_to(session, member, "collects").id
        kept = select(TrialSnapshot.digest).where(TrialSnapshot.link_id == sender)
        return list(session.scalars(kept.order_by(TrialSnapshot.id)))


def test_a_month_is_published_once_and_again_when_it_changed(
    kernel: Kernel, collected: Group
) -> None:
    exchange_all(kernel, collected.riyadh, collected.group)
    (first,) = _digests(kernel, collected, collected.riyadh)
    with kernel.session(collected.riyadh) as session:
        period = session.scalars(select(Period).where(Period.end_date == END)).one()
        period.state = "open"
    enter(kernel, collected.riyadh, date(2026, 1, 9), **{"A:Bank": "5", "I:Sales": "-5"})
    close_month(kernel, collected.riyadh, END)
    exchange_all(kernel, collected.riyadh, collected.group)
    before, after = _digests(kernel, collected, collected.riyadh)
    assert before == first != after


def test_withdrawn_consent_stops_it(kernel: Kernel, collected: Group) -> None:
    close_month(kernel, collected.dhaka, date(2026, 2, 28))
    exchange_all(kernel, collected.dhaka)  # it is under way when the consent ends
    with kernel.session(collected.dhaka) as session:
        withdraw_link(session, link_to(session, collected.group, "publishes"))
    exchange_all(kernel, collected.group)
    close_month(kernel, collected.dhaka, date(2026, 3, 31))
    exchange_all(kernel, collected.dhaka, collected.group)
    assert len(_digests(kernel, collected, collected.dhaka)) == 1
