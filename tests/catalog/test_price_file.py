"""A supplier of prices sends a spreadsheet: it is taken over whole or not at all, and again without
harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import PriceQuestion, price_for
from addons.catalog.models import PriceList, PriceRule
from addons.catalog.services.prices.list_keeping import update_list
from addons.catalog.services.prices.price_file import import_prices
from addons.catalog.services.products import create_product
from core.api import ImportOutcome
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

FILE = """Price list;Product code;From quantity;Unit;Price;From;Until
Dealers;RICE;;;9,50;;
Dealers;RICE;100;;8,25;;
Dealers;RICE;;;7,00;01.07.2026;31.07.2026
Dealers;6291041500213;;dozen;1.150,00;;
Retail;RICE;;;12,00;;
"""


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """Two products; nothing else is committed."""
    with fresh_tenant(kernel, "pricefile", addons=("contacts", "catalog")) as tenant:
        with kernel.session(tenant) as session:
            create_product(session, {"name": "Rice", "sku": "RICE", "sale_price": Decimal(10)})
            create_product(session, {"name": "Saffron", "barcode": "6291041500213"})
        yield tenant


def _taken(session: Session, text: str) -> ImportOutcome:
    return import_prices(session, text.encode(), "prices.csv")


def test_a_file_of_prices_makes_lists_and_again_changes_nothing(session: Session) -> None:
    outcome = _taken(session, FILE)
    assert outcome.problems == ()
    assert (outcome.created, outcome.unchanged) == (5, 0)
    assert (_taken(session, FILE).created, _taken(session, FILE).unchanged) == (0, 5)
    changed = _taken(session, FILE.replace("9,50", "9,40"))
    assert (changed.created, changed.unchanged) == (1, 4)
    dealers = session.scalars(select(PriceList).where(PriceList.name == "Dealers")).one()
    prices = session.scalars(
        select(PriceRule.amount).where(PriceRule.list_id == dealers.id).order_by(PriceRule.amount)
    ).all()
    assert prices == [7, Decimal("8.25"), Decimal("9.4"), 1150]
    july = session.scalars(select(PriceRule).where(PriceRule.amount == 7)).one()
    assert (july.valid_from, july.valid_until) == (date(2026, 7, 1), date(2026, 7, 31))


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (7, "Dealers;NONE;;;1,00;;"),
        (7, "Dealers;RICE;;sack;1,00;;"),
        (7, "Dealers;RICE;;;cheap;;"),
        (7, "Dealers;RICE;;;-1,00;;"),
        (7, "Dealers;RICE;;;1,00;32.07.2026;"),
        (7, "Dealers;RICE;;;1,00;15.07.2026;15.08.2026"),
        (7, "Dealers;RICE;;;1,00;02.08.2026;01.08.2026"),
        (7, "Dealers;RICE;;;1,00;;"),
        (7, ";RICE;;;1,00;;"),
    ],
)
def test_a_wrong_row_is_named_by_its_line_and_nothing_is_kept(
    session: Session, line: int, row: str
) -> None:
    outcome = _taken(session, FILE + row + "\n")
    assert [problem.line for problem in outcome.problems] == [line]
    for table in (PriceRule, PriceList):
        assert session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize("text", ["", "Name;Sum\na;b\n", "Price list;Price\nDealers;1\n"])
def test_what_is_no_file_of_prices_says_what_is_missing(session: Session, text: str) -> None:
    assert _taken(session, text).problems


def test_imported_prices_hold_once_somebody_is_given_the_list(session: Session) -> None:
    _taken(session, FILE)
    question = PriceQuestion(1, None, Decimal(1), None, date(2026, 3, 1), "USD")
    assert price_for(session, question).price == 10
    retail = session.scalars(select(PriceList).where(PriceList.name == "Retail")).one()
    update_list(session, retail, {"parties": ({},)})
    assert price_for(session, question).price == 12
