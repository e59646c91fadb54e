"""Commissions from the invoice to the approved statement: what is sold, credited, paid and unpaid
is counted once, explained line by line, and final when it is approved."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.catalog.services.categories import create_category
from addons.sales.events import CommissionApproved
from addons.sales.models import Invoice
from addons.sales.models.commissions import CommissionPlan, CommissionStatement
from addons.sales.services.commissions.invariants import INVARIANTS
from addons.sales.services.commissions.plans import create_plan, delete_plan, update_plan
from addons.sales.services.commissions.statements import approve, work_out, work_out_open
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.invoices import create_invoice
from addons.sales.services.payments import reverse_payment
from addons.sales.services.posting import post_invoice
from core.auth.actor import Scope
from core.auth.users import create_user, get_user
from core.errors import Conflict, InvalidInput
from core.events.log import restore
from core.events.log import since as told_since
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.sales.conftest import Shop
from tests.workspace.conftest import hired

D = Decimal
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
_PEOPLE = itertools.count(1)


@pytest.fixture(autouse=True)
def _in_may() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=True):
        yield


def person(session: Session) -> int:
    """Somebody who sells."""
    number = next(_PEOPLE)
    user = create_user(session, email=f"seller{number}@example.com", name=f"Seller {number}")
    session.flush()
    return user.id


def planned(session: Session, *rates: tuple[str, str], **more: Any) -> CommissionPlan:
    """A plan for everybody's sales since the beginning of the year."""
    values = {
        "name": f"Plan {next(_PEOPLE)}",
        "valid_from": date(2026, 1, 1),
        "rates": [{"above": D(above), "percent": D(percent)} for above, percent in rates],
        **more,
    }
    return create_plan(session, values)


def sold(shop: Shop, seller: int, amount: str, day: date, **line: Any) -> Invoice:
    """A posted invoice of one service."""
    product = line.pop("product_id", None) or shop.product(amount, kind="service")
    wanted = {"product_id": product, "quantity": D(1), "price": D(amount), **line}
    values = {
        "contact_id": shop.customer(),
        "day": day,
        "salesperson_id": seller,
        "lines": [wanted],
    }
    return post_invoice(shop.session, create_invoice(shop.session, values))


def credited(session: Session, invoice: Invoice, percent: str, day: date) -> Invoice:
    """A posted credit note of a part of an invoice."""
    note = credit_invoice(session, invoice, "allowance", percent=D(percent))
    note.day = day
    return post_invoice(session, note)


def statement(session: Session, seller: int, month: date) -> CommissionStatement:
    """The statement of somebody's month, worked out just now."""
    work_out(session, month)
    return session.scalars(
        select(CommissionStatement).filter_by(user_id=seller, first_day=month)
    ).one()


def amounts(found: CommissionStatement) -> list[tuple[str, Decimal]]:
    return [(line.kind, line.amount) for line in found.lines]


def test_a_month_is_taken_to_the_tiers_and_explained(session: Session, shop: Shop) -> None:
    seller = person(session)
    planned(session, ("0", "5"), ("1000", "10"))
    sold(shop, seller, "800", date(2026, 3, 2))
    big = sold(shop, seller, "400", date(2026, 3, 20))
    sold(shop, seller, "100", date(2026, 4, 1))
    march = statement(session, seller, MARCH)
    assert amounts(march) == [("earned", D("40.00")), ("earned", D("30.00"))]
    assert march.total == D(70)
    assert march.lines[1].explained == "200.00 × 5 % + 200.00 × 10 %"
    assert march.lines[1].label.startswith(big.number or "?")
    # A credit within the month lowers what the month comes to.
    credited(session, big, "50", date(2026, 3, 25))
    assert amounts(statement(session, seller, MARCH))[2] == ("credited", D("-20.00"))
    assert all(one.check(session).holds for one in INVARIANTS)


def test_working_out_again_changes_nothing(session: Session, shop: Shop) -> None:
    seller = person(session)
    planned(session, ("0", "5"))
    sold(shop, seller, "800", date(2026, 3, 2))
    first = statement(session, seller, MARCH)
    before = [line.id for line in first.lines]
    assert [line.id for line in statement(session, seller, MARCH).lines] == before
    assert work_out_open(session, date(2026, 5, 4)) == 1


def test_tiers_of_a_quarter_go_on_from_month_to_month(session: Session, shop: Shop) -> None:
    seller = person(session)
    planned(session, ("0", "5"), ("1000", "10"), tier_period="quarter")
    for month, day in ((2, 10), (3, 10)):
        sold(shop, seller, "800", date(2026, month, day))
    assert statement(session, seller, date(2026, 2, 1)).total == D(40)
    assert statement(session, seller, MARCH).total == D(70)


def test_what_is_credited_later_takes_back_what_was_given(session: Session, shop: Shop) -> None:
    seller = person(session)
    planned(session, ("0", "5"), ("1000", "10"), tier_way="whole")
    invoice = sold(shop, seller, "2000", date(2026, 3, 2))
    assert statement(session, seller, MARCH).total == D(200)
    credited(session, invoice, "25", date(2026, 4, 7))
    credited(session, invoice, "75", date(2026, 4, 8))
    april = statement(session, seller, APRIL)
    assert amounts(april) == [("credited", D("-50.00")), ("credited", D("-150.00"))]
    assert april.lines[0].explained == "-200.00 × 500.00 / 2,000.00"


def test_a_credit_that_comes_late_takes_back_what_is_left(session: Session, shop: Shop) -> None:
    seller = person(session)
    planned(session, ("0", "10"))
    invoice = sold(shop, seller, "100", date(2026, 3, 2))
    approve(session, statement(session, seller, MARCH))
    credited(session, invoice, "40", date(2026, 4, 5))
    assert amounts(approve(session, statement(session, seller, APRIL))) == [
        ("credited", D("-4.00"))
    ]
    credited(session, invoice, "60", date(2026, 4, 20))
    may = statement(session, seller, date(2026, 5, 1))
    assert amounts(may) == [("credited", D("-6.00"))]


def test_commission_is_shared_by_two_and_by_a_team(session: Session, shop: Shop) -> None:
    seller, helper, lead, other = (person(session) for _ in range(4))
    team = session.execute(
        text("INSERT INTO core.team (name) VALUES (:name) RETURNING id"), {"name": f"T{lead}"}
    ).scalar_one()
    for member in (seller, other):
        session.execute(
            text("INSERT INTO core.team_member (user_id, team_id) VALUES (:member, :team)"),
            {"member": member, "team": team},
        )
    halves = [
        {"seller_id": seller, "receiver_id": seller, "percent": D("66.67")},
        {"seller_id": seller, "receiver_id": helper, "percent": D("33.33")},
        {},
    ]
    planned(session, ("0", "5"), earners=halves)
    planned(session, ("0", "1"), earners=[{"team_id": team, "receiver_id": lead}])
    sold(shop, seller, "333.33", date(2026, 3, 2))
    sold(shop, other, "100", date(2026, 3, 3))
    totals = {who: statement(session, who, MARCH).total for who in (seller, helper, lead, other)}
    assert totals == {
        seller: D("11.11"),
        helper: D("5.56"),
        lead: D("4.33"),
        other: D("5.00"),
    }


def test_products_and_categories_have_percentages_of_their_own(
    session: Session, shop: Shop
) -> None:
    seller = person(session)
    tools = create_category(session, {"name": f"Tools {seller}"})
    drills = create_category(session, {"name": "Drills", "parent_id": tools.id})
    drill = shop.product("100", kind="service", category_id=drills.id)
    special = shop.product("100", kind="service", category_id=drills.id)
    rates = [
        {"category_id": tools.id, "percent": D(3)},
        {"product_id": special, "percent": D(20)},
    ]
    planned(session, rates=rates)
    for product in (drill, special, None):
        sold(shop, seller, "100", date(2026, 3, 2), product_id=product)
    assert [one.amount for one in statement(session, seller, MARCH).lines] == [D(3), D(20)]


def test_margin_is_what_is_left_above_the_cost(session: Session, shop: Shop) -> None:
    seller = person(session)
    planned(session, ("0", "10"), base="margin")
    service = sold(shop, seller, "100", date(2026, 3, 2))
    goods = sold(shop, seller, "100", date(2026, 3, 3), product_id=shop.product("100"))
    assert goods.lines[0].cost is None
    found = statement(session, seller, MARCH)
    # Goods whose cost nobody knows leave nothing that could be known.
    assert [(one.invoice_id, one.amount) for one in found.lines] == [(service.id, D(10))]


def test_what_is_paid_is_earned_and_what_is_unpaid_is_taken_back(
    session: Session, shop: Shop
) -> None:
    seller = person(session)
    planned(session, ("0", "10"), earned_on="paid")
    invoice = sold(shop, seller, "300", date(2026, 3, 2))
    assert not session.scalars(select(CommissionStatement).filter_by(user_id=seller)).all()
    first = shop.paid(invoice, amount="100")
    march = statement(session, seller, MARCH)
    assert amounts(march) == [("earned", D("10.00"))]
    assert march.lines[0].application_id is not None
    # A credit note against the invoice only leaves less to be paid.
    credited(session, invoice, "50", date(2026, 3, 20))
    assert amounts(statement(session, seller, MARCH)) == [("earned", D("10.00"))]
    approve(session, march)
    reverse_payment(session, first, "Bounced", date(2026, 4, 2))
    april = statement(session, seller, APRIL)
    assert amounts(april) == [("reversed", D("-10.00"))]
    approve(session, april)
    assert seller not in {one.user_id for one in work_out(session, date(2026, 5, 1))}


def test_an_approved_month_is_final_and_what_comes_late_is_in_the_next(
    session: Session, shop: Shop
) -> None:
    seller = person(session)
    plan = planned(session, ("0", "5"), ("1000", "10"))
    sold(shop, seller, "900", date(2026, 3, 2))
    march = approve(session, statement(session, seller, MARCH))
    assert (march.state, march.total) == ("approved", D(45))
    *_, told = told_since(session, {"sales.CommissionApproved"}, datetime(2026, 1, 1, tzinfo=UTC))
    event = restore(CommissionApproved, told.payload)
    assert (event.user_id, event.total, event.last_day) == (seller, D(45), date(2026, 3, 31))
    with pytest.raises(Conflict, match="approved already"):
        approve(session, march)
    # Dated back: on top of what March had, so at its tiers.
    sold(shop, seller, "300", date(2026, 3, 15))
    sold(shop, seller, "100", date(2026, 4, 3))
    assert statement(session, seller, MARCH).total == D(45)
    april = statement(session, seller, APRIL)
    assert [one.amount for one in april.lines] == [D("25.00"), D("5.00")]
    for change in (
        "UPDATE sales.commission_statement SET total = 0 WHERE id = :key",
        "DELETE FROM sales.commission_line WHERE statement_id = :key",
    ):
        with pytest.raises(IntegrityError, match="stay"), session.begin_nested():
            session.execute(text(change), {"key": march.id})
    with pytest.raises(Conflict, match="were approved by"), session.begin_nested():
        update_plan(session, plan, {"base": "margin"})
    with pytest.raises(Conflict, match="worked out by"):
        delete_plan(session, plan)
    session.expire_all()
    assert update_plan(session, plan, {"valid_until": date(2026, 4, 30)}).valid_until


def test_a_month_that_is_not_over_is_not_approved(session: Session, shop: Shop) -> None:
    seller = person(session)
    planned(session, ("0", "5"))
    sold(shop, seller, "100", date(2026, 5, 2))
    with pytest.raises(Conflict, match="not over"):
        approve(session, statement(session, seller, date(2026, 5, 1)))


def test_people_see_their_own_commissions_and_only_some_approve(
    kernel: Kernel, transport: AppTransport, tenant: Tenant
) -> None:
    with ExitStack() as stack:
        grants: list[dict[str, Scope]] = [
            {"sales.commission.view": "own"},
            {"sales.commission.view": "all", "sales.commission.approve": "all"},
        ]
        seller, head = (hired(stack, kernel, transport, tenant, held) for held in grants)
        with kernel.session(tenant) as session:
            shop, other = Shop(session), person(session)
            planned(session, ("0", "5"), valid_from=MARCH)
            sold(shop, seller.user_id, "100", date(2026, 3, 2))
            sold(shop, other, "100", date(2026, 3, 2))
            own, theirs = (statement(session, who, MARCH).id for who in (seller.user_id, other))
            name = get_user(session, seller.user_id).name
        listed = seller.api.get("/api/v1/sales/commissions").json()["data"]
        assert [one["user_name"] for one in listed] == [name]
        at = "/api/v1/sales/commissions"
        assert seller.api.get(f"{at}/{theirs}").status_code == 404
        assert seller.api.post(f"{at}/{own}/actions/approve").status_code == 403
        assert head.api.post(f"{at}/{own}/actions/approve").status_code == 200
        assert head.api.post(f"{at}/{own}/actions/approve").status_code == 409


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rates": []}, "rates"),
        ({"rates": [{"percent": D(101)}]}, "rates.0.percent"),
        ({"rates": [{"percent": D(1)}, {"percent": D(2)}]}, "rates.1.above"),
        ({"rates": [{"percent": D(1), "above": D(-1)}]}, "rates.0.above"),
        ({"earners": [{"percent": D(60)}, {"percent": D(60)}]}, "earners.1.percent"),
        (
            {"earners": [{"percent": D(60)}, {"percent": D(60), "receiver_id": 1}]},
            "earners.1.percent",
        ),
        ({"valid_until": date(2025, 1, 1)}, "valid_until"),
        ({"name": ""}, "name"),
    ],
)
def test_what_no_plan_can_say(session: Session, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        planned(session, ("0", "5"), **values)
    assert [problem.field for problem in refused.value.problems] == [field]
