"""An entry names its taxes and gets their lines; one that brings them along is checked. What is
posted stays, whatever becomes of the tax."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    post_entries,
    post_entry,
    posted_entry,
    reverse_entry,
)
from addons.accounting.errors import EntryIsInvalid
from addons.accounting.services.ledger import seal_now
from addons.vat.errors import TaxIsUsed
from addons.vat.models import FiscalPosition, Tax, TaxGroupLine
from addons.vat.services import taxes
from tests.vat.conftest import DAY, amounts

Make = Callable[..., EntryDraft]
OUT, IN = "Liabilities:VAT:Output", "Assets:VAT:Input"
D = Decimal


def tax(session: Session, code: str) -> Tax:
    return session.scalars(select(Tax).where(Tax.code == code)).one()


def test_a_sale_gets_its_output_tax(session: Session, document: Make) -> None:
    posted = post_entry(session, document("SA-S15", "100", "115"))
    assert amounts(session, posted.id) == {
        "Income:Sales": -100, OUT: -15, "Assets:Customers": 115,
    }  # fmt: skip


def test_a_purchase_gets_its_input_tax(session: Session, document: Make) -> None:
    posted = post_entry(session, document("SA-P15", "80", "92", buys=True))
    assert amounts(session, posted.id)[IN] == 12


def test_the_rate_is_that_of_the_day(session: Session, document: Make) -> None:
    """5 % until the end of June 2020, 15 % from July on (Royal Order A/638)."""
    before = post_entry(session, document("SA-S15", "100", "105", day=date(2020, 6, 30)))
    after = post_entry(session, document("SA-S15", "100", "115", day=date(2020, 7, 1)))
    assert (amounts(session, before.id)[OUT], amounts(session, after.id)[OUT]) == (-5, -15)


def test_the_reverse_charge_posts_both_sides(session: Session, document: Make) -> None:
    posted = post_entry(session, document("SA-REVERSE", "1000", "1000", buys=True))
    found = amounts(session, posted.id)
    assert (found[IN], found[OUT], found["Liabilities:Suppliers"]) == (150, -150, -1000)


def test_what_cannot_be_deducted_is_a_cost(session: Session) -> None:
    lines = (
        LineDraft("Expenses:Meals", D(200), tax_code="SA-P15-BLOCKED"),
        LineDraft("Assets:Bank", D(-230)),
    )
    posted = post_entry(session, EntryDraft(DAY, lines, journal="PUR"))
    assert amounts(session, posted.id) == {"Expenses:Meals": 230, "Assets:Bank": -230}


def test_several_taxes_in_one_entry_are_each_rounded_once(session: Session, document: Make) -> None:
    also = (("SA-S15", "33.33"), ("SA-S15", "33.33"), ("SA-EXPORT", "10"))
    posted = post_entry(session, document("SA-S15", "33.33", "124.99", also=also))
    assert amounts(session, posted.id)[OUT] == D("-15.00")


def test_a_reversal_carries_the_taxes_with_the_sides_exchanged(
    session: Session, document: Make
) -> None:
    posted = post_entry(session, document("SA-S15", "100", "115"))
    seal_now(session)
    reversal = reverse_entry(session, posted.id)
    assert amounts(session, reversal.id) == {
        account: -amount for account, amount in amounts(session, posted.id).items()
    }


def with_tax(entry: EntryDraft, amount: str, base: str | None = None) -> EntryDraft:
    """The entry with a tax line of its own making, balanced by the customer."""
    *bases, other = entry.lines
    line = LineDraft(
        OUT,
        D(amount),
        tax_code="SA-S15",
        tax_role="tax",
        tax_base=None if base is None else D(base),
    )
    balance = -sum((one.amount for one in (*bases, line)), D(0))
    return replace(entry, lines=(*bases, line, replace(other, amount=balance)))


@pytest.mark.parametrize("amount", ["-15.00", "-15.02", "-14.98"])
def test_tax_lines_of_others_are_taken_within_the_rounding(
    session: Session, document: Make, amount: str
) -> None:
    posted = post_entry(session, with_tax(document("SA-S15", "100", "0"), amount))
    assert amounts(session, posted.id)[OUT] == D(amount)


@pytest.mark.parametrize("amount", ["-16", "-10", "15"])
def test_tax_lines_that_disagree_are_refused_with_the_right_amount(
    session: Session, document: Make, amount: str
) -> None:
    with pytest.raises(EntryIsInvalid, match=r"SA-S15 should be 15\.00, 15 % of its base"):
        post_entry(session, with_tax(document("SA-S15", "100", "0"), amount))


def test_tax_paid_to_customs_states_its_base(session: Session) -> None:
    line = LineDraft(IN, D(150), tax_code="SA-CUSTOMS", tax_role="tax")
    entry = EntryDraft(DAY, (line, LineDraft("Assets:Bank", D(-150))), journal="PUR")
    with pytest.raises(EntryIsInvalid, match="Say the base of tax SA-CUSTOMS"):
        post_entry(session, entry)
    stated = replace(entry, lines=(replace(line, tax_base=D(1000)), entry.lines[1]))
    assert post_entry(session, stated).created


@pytest.mark.parametrize(
    ("code", "gross", "buys", "sentence"),
    [
        ("NONE", "100", False, "there is no tax NONE"),
        ("SA-P15", "115", False, "for purchases; this journal is not"),
        ("SA-S15", "115", True, "for sales; this journal is not"),
    ],
)
def test_a_tax_that_cannot_be_meant_is_refused(
    session: Session, document: Make, code: str, gross: str, buys: bool, sentence: str
) -> None:
    with pytest.raises(EntryIsInvalid, match=sentence) as refused:
        post_entry(session, document(code, "100", gross, buys=buys))
    assert refused.value.problems[0].field == "lines.0.tax_code"


def test_before_its_first_rate_a_tax_does_not_exist(session: Session, document: Make) -> None:
    with pytest.raises(EntryIsInvalid, match="has no rate on 2017-12-31"):
        post_entry(session, document("SA-S15", "100", "100", day=date(2017, 12, 31)))


def test_many_entries_at_once_bear_taxes_too(session: Session, document: Make) -> None:
    made = [
        document("SA-S15", "100", "115", source_type="till", source_id=str(number))
        for number in range(3)
    ]
    assert post_entries(session, made).created == 3
    assert post_entries(session, made).created == 0


def test_a_foreign_invoice_keeps_its_tax_in_both_currencies(session: Session) -> None:
    lines = (
        LineDraft("Income:Sales", D(-375), tax_code="SA-S15", original_amount=D(-100),
                  original_currency="USD"),
        LineDraft("Assets:Customers", D("431.25"), original_amount=D(115),
                  original_currency="USD"),
    )  # fmt: skip
    posted = post_entry(session, EntryDraft(DAY, lines, journal="SAL"))
    entry = posted_entry(session, posted.id)
    assert entry is not None
    found = next(line for line in entry.lines if line.tax_role == "tax")
    assert (found.amount, found.original_amount, found.original_currency) == (
        D("-56.25"), D(-15), "USD",
    )  # fmt: skip


def test_editing_a_tax_never_changes_what_is_posted(session: Session, document: Make) -> None:
    posted = post_entry(session, document("SA-S15", "100", "115"))
    used = tax(session, "SA-S15")
    for values in ({"scope": "purchase"}, {"kind": "zero"}, {"treatment": "sale.zero"}):
        with pytest.raises(TaxIsUsed, match="what it means stays"):
            taxes.update_tax(session, used, values)
    with pytest.raises(TaxIsUsed, match="rates that it had stay"):
        taxes.update_tax(session, used, {"rates": [{"valid_from": date(2018, 1, 1), "rate": D(6)}]})
    with pytest.raises(TaxIsUsed):
        taxes.delete_tax(session, used)
    rates = [{"valid_from": rate.valid_from, "rate": rate.rate} for rate in used.rates]
    rates.append({"valid_from": date(2027, 1, 1), "rate": D(20)})
    taxes.update_tax(session, used, {"name": "VAT", "rates": rates})
    assert amounts(session, posted.id)[OUT] == -15
    later = post_entry(session, document("SA-S15", "100", "120", day=date(2027, 1, 1)))
    assert amounts(session, later.id)[OUT] == -20


def test_a_tax_that_nobody_uses_can_be_deleted(session: Session) -> None:
    account = tax(session, "SA-S15").account_id
    made = taxes.create_tax(
        session,
        {"code": "TRY", "name": "Try", "scope": "sale", "treatment": "sale.standard",
         "account_id": account, "rates": [{"valid_from": date(2026, 1, 1), "rate": D(7)}]},
    )  # fmt: skip
    taxes.delete_tax(session, made)
    assert session.scalar(select(Tax).where(Tax.code == "TRY")) is None


def test_a_company_without_taxes_keeps_the_codes_that_it_brought_along(
    session: Session, document: Make
) -> None:
    for one in session.scalars(select(Tax)):
        session.execute(delete(TaxGroupLine).where(TaxGroupLine.tax_id == one.id))
        session.execute(delete(FiscalPosition))
        session.delete(one)
    session.flush()
    posted = post_entry(session, document("OLD-15", "100", "100"))
    assert amounts(session, posted.id) == {"Income:Sales": -100, "Assets:Customers": 100}
