"""The Emirates, Bangladesh and everywhere else: their taxes, and their forms box by box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import LineDraft, post_entry, reverse_entry
from addons.accounting.services.ledger import seal_now
from addons.vat.errors import NoSuchTax
from addons.vat.models import Tax, VatReturn
from addons.vat.services.choosing import document_taxes, rules_for
from addons.vat.services.engine.values import UNTAXED
from addons.vat.services.filing import drafts
from addons.vat.services.filing.periods import due_date
from addons.vat.services.filing.statement import Statement, work_out
from addons.vat.services.forms import FORMS
from addons.vat.services.install import install
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.vat.conftest import amounts, company, make_document

D = Decimal
MONTH = {"start_date": date(2026, 3, 1), "end_date": date(2026, 3, 31)}


@pytest.fixture(scope="module")
def dubai(kernel: Kernel) -> Iterator[Tenant]:
    with company(kernel, "AE", "AED") as tenant:
        yield tenant


@pytest.fixture(scope="module")
def dhaka(kernel: Kernel) -> Iterator[Tenant]:
    with company(kernel, "BD", "BDT") as tenant:
        yield tenant


def post(session: Session, *given: str, **more: object) -> int:
    return post_entry(session, make_document(*given, **more)).id  # type: ignore[arg-type]


def worked(session: Session) -> Statement:
    seal_now(session)
    statement = work_out(session, drafts.create_return(session, MONTH))
    assert statement.reconciles
    assert statement.unplaced == []
    return statement


def test_vat_201_tells_emirates_apart_and_both_sides_of_imports(
    kernel: Kernel, dubai: Tenant
) -> None:
    with kernel.session(dubai) as session:
        post(session, "AE-S5-DXB", "1000", "1050")
        post(session, "AE-S5-AUH", "200", "210")
        post(session, "AE-EXPORT", "70", "70")
        post(session, "AE-EXEMPT", "30", "30")
        post(session, "AE-ZONE", "5", "5")
        post(session, "AE-P5", "100", "105", buys=True)
        post(session, "AE-P5-BLOCKED", "40", "42", buys=True)
        post(session, "AE-REVERSE", "300", "300", buys=True)
        post(session, "AE-IMPORT", "500", "500", buys=True)
        found = worked(session).boxes
        assert (found["1b"].base, found["1b"].tax) == (1000, 50)
        assert (found["1a"].base, found["1a"].tax) == (200, 10)
        assert (found["3"].base, found["3"].tax) == (300, 15)
        assert (found["4"].base, found["5"].base) == (70, 30)
        assert (found["6"].base, found["6"].tax) == (500, 25)
        assert (found["8"].base, found["8"].tax) == (2100, 100)
        assert (found["9"].base, found["9"].tax) == (140, 5)
        assert (found["10"].base, found["10"].tax) == (800, 40)
        assert (found["12"].tax, found["13"].tax, found["14"].tax) == (100, 45, 55)
        session.rollback()


def test_vat_201_nets_credit_notes_in_their_own_box(kernel: Kernel, dubai: Tenant) -> None:
    with kernel.session(dubai) as session:
        post(session, "AE-S5-DXB", "1000", "1050")
        credited = post(session, "AE-S5-DXB", "100", "105")
        seal_now(session)
        reverse_entry(session, credited)
        found = worked(session).boxes["1b"]
        assert (found.base, found.tax) == (1000, 50)
        session.rollback()


def test_supplementary_duty_is_in_the_base_of_vat(kernel: Kernel, dhaka: Tenant) -> None:
    with kernel.session(dhaka) as session:
        found = amounts(session, post(session, "BD-SD20,BD-S15", "1000", "1380"))
        assert found["Liabilities:Supplementary duty"] == -200
        assert found["Liabilities:VAT:Output"] == -180
        session.rollback()


def test_mushak_9_1_note_by_note(kernel: Kernel, dhaka: Tenant) -> None:
    with kernel.session(dhaka) as session:
        post(session, "BD-SD20,BD-S15", "1000", "1380")
        post(session, "BD-S7.5", "400", "430")
        post(session, "BD-EXPORT", "90", "90")
        post(session, "BD-EXEMPT", "80", "80")
        post(session, "BD-S15,BD-VDS15-S", "100", "100")
        returned = post(session, "BD-S15", "60", "69")
        post(session, "BD-P15,BD-VDS15-P", "200", "200", buys=True)
        post(session, "BD-P7.5", "50", "53.75", buys=True)
        post(session, "BD-P-UNREG", "20", "20", buys=True)
        sent_back = post(session, "BD-P15", "40", "46", buys=True)
        seal_now(session)
        reverse_entry(session, returned)
        reverse_entry(session, sent_back)
        found = worked(session).boxes
        assert (found["1"].base, found["3"].base) == (90, 80)
        assert (found["4"].base, found["4"].duty, found["4"].tax) == (1160, 200, 204)
        assert (found["7"].base, found["7"].tax) == (400, 30)
        assert (found["9"].base, found["9"].duty, found["9"].tax) == (1730, 200, 234)
        assert (found["14"].base, found["14"].tax) == (240, 36)
        assert (found["20"].base, found["21"].base, found["21"].tax) == (20, 50, 0)
        assert found["23"].tax == 36
        assert (found["24"].tax, found["26"].tax, found["28"].tax) == (30, 6, 36)
        assert (found["29"].tax, found["31"].tax, found["33"].tax) == (15, 9, 24)
        assert found["34"].tax == 234 - 36 + 36 - 24
        assert (found["50"].tax, found["51"].tax) == (210, 200)
        session.rollback()


def test_withholding_posts_what_each_side_owes(kernel: Kernel, dhaka: Tenant) -> None:
    with kernel.session(dhaka) as session:
        bought = amounts(session, post(session, "BD-P15,BD-VDS15-P", "200", "200", buys=True))
        assert bought["Liabilities:VAT:Withheld from suppliers"] == -30
        assert (bought["Assets:VAT:Input"], bought["Liabilities:Suppliers"]) == (30, -200)
        sold = amounts(session, post(session, "BD-S15,BD-VDS15-S", "100", "100"))
        assert sold["Assets:VAT:Withheld by customers"] == 15
        session.rollback()


def test_returns_are_due_when_the_law_says() -> None:
    quarter = date(2026, 3, 31)
    assert due_date("SA", quarter) == date(2026, 4, 30)
    assert due_date("AE", quarter) == date(2026, 4, 28)
    assert due_date("BD", quarter) == date(2026, 4, 15)
    assert due_date("SA", date(2026, 1, 31)) == date(2026, 2, 28)


def test_products_and_partners_decide_the_taxes(session: Session) -> None:
    """At home the standard rate; abroad an export, and the reverse charge on what is bought."""
    assert document_taxes(session, "standard", "sale") == ("SA-S15",)
    assert document_taxes(session, "standard", "sale", country="SA") == ("SA-S15",)
    assert document_taxes(session, "standard", "sale", country="KE") == ("SA-EXPORT",)
    assert document_taxes(session, "standard", "purchase", country="KE") == ("SA-REVERSE",)
    rule = rules_for(session, ["SA-S15"], date(2019, 1, 1))[0]
    assert rule.rate == 5
    with pytest.raises(NoSuchTax):
        document_taxes(session, "none", "sale")
    with pytest.raises(NoSuchTax):
        rules_for(session, ["NONE"], date(2026, 1, 1))


def test_in_bangladesh_duty_falls_away_abroad_and_suppliers_may_be_unregistered(
    kernel: Kernel, dhaka: Tenant
) -> None:
    with kernel.session(dhaka) as session:
        assert document_taxes(session, "duty", "sale") == ("BD-SD20", "BD-S15")
        assert document_taxes(session, "duty", "sale", country="IN") == ("BD-EXPORT",)
        bought = document_taxes(session, "standard", "purchase", registered=False)
        assert bought == ("BD-P-UNREG",)


def test_every_tax_of_a_country_has_a_box_or_no_amount(kernel: Kernel, dhaka: Tenant) -> None:
    with kernel.session(dhaka) as session:
        for country in ("SA", "AE", ""):
            install(session, country)
        for tax in session.scalars(select(Tax)):
            form = FORMS[tax.country or "XX"]
            taken = {name for box in form.boxes for name in (*box.treatments, *box.duties)}
            assert tax.treatment in taken or tax.kind in UNTAXED, tax.code
        session.rollback()


def test_a_foreign_currency_is_reported_in_that_of_the_company(session: Session) -> None:
    """What the return adds up is the company's currency, whatever was agreed."""
    entry = make_document("SA-S15", "375", "431.25")
    base, other = entry.lines
    lines = (
        replace(base, original_amount=D(-100), original_currency="USD"),
        replace(other, original_amount=D(115), original_currency="USD"),
    )
    post_entry(session, replace(entry, lines=lines))
    assert worked(session).boxes["1"].tax == D("56.25")


def test_journal_entries_and_expenses_are_in_the_return(session: Session) -> None:
    meal = (
        LineDraft("Expenses:Meals", D(100), tax_code="SA-P15"),
        LineDraft("Assets:Bank", D(-115)),
    )
    entry = make_document("SA-S15", "0", "0")
    post_entry(session, replace(entry, lines=meal, journal="GEN"))
    assert worked(session).boxes["7"].tax == 15
    assert session.scalars(select(VatReturn)).first() is not None
