"""Rates by day and source: the newest up to the day counts, a missing one is named, none is zero;
a draft's foreign amount becomes the company's, and stays editable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.currencies import CurrencyRate
from addons.accounting.options import AccountingOptions
from addons.accounting.services import drafts
from addons.accounting.services.currencies import (
    MissingRate,
    Rate,
    convert,
    create_rate,
    rate,
    store_rates,
    update_rate,
)
from addons.accounting.services.rates_file import import_ecb_rates
from core.api import InvalidInput, set_options
from tests.accounting.conftest import DAY

Browse = Callable[..., httpx.Client]
JANUARY = date(2026, 1, 1)


def _rate(session: Session, value: str, on: date = JANUARY, source: str = "manual") -> CurrencyRate:
    return create_rate(
        session, {"currency": "eur", "date": on, "rate": Decimal(value), "source": source}
    )


def test_the_newest_rate_up_to_the_day_counts(session: Session) -> None:
    _rate(session, "1.10")
    _rate(session, "1.20", date(2026, 2, 1))
    assert rate(session, "EUR", date(2026, 1, 31)) == Decimal("1.10")
    assert rate(session, "EUR", date(2026, 2, 1)) == Decimal("1.20")
    assert convert(session, Decimal("100.05"), "EUR", DAY) == Decimal("120.06")
    assert rate(session, "USD", date(1, 1, 1)) == 1


def test_a_rate_by_hand_counts_before_those_of_files(session: Session) -> None:
    store_rates(session, [Rate("EUR", JANUARY, Decimal("1.11"))], "ECB")
    assert rate(session, "EUR", DAY) == Decimal("1.11")
    _rate(session, "1.12")
    assert rate(session, "EUR", DAY) == Decimal("1.12")


def test_a_missing_rate_names_currency_day_and_way_out(session: Session) -> None:
    _rate(session, "1.10", date(2026, 2, 1))
    with pytest.raises(MissingRate, match=r"no rate of EUR for .*2026") as raised:
        rate(session, "EUR", JANUARY)
    assert "Currency rates" in str(raised.value.fix)
    set_options(session, AccountingOptions, rate_valid_days=30)
    assert rate(session, "EUR", date(2026, 3, 3)) == Decimal("1.10")
    with pytest.raises(MissingRate):
        rate(session, "EUR", date(2026, 3, 4))


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity"])
def test_a_rate_that_is_none_is_refused_by_form_and_database(session: Session, wrong: str) -> None:
    with pytest.raises(InvalidInput, match="above zero"):
        _rate(session, wrong)
    with pytest.raises(IntegrityError, match="ck_currency_rate_rate"):
        session.execute(
            text(
                "INSERT INTO accounting.currency_rate (currency, date, rate)"
                " VALUES ('EUR', '2026-01-01', CAST(:rate AS numeric))"
            ),
            {"rate": wrong},
        )


@pytest.mark.parametrize("currency", ["USD", "EURO", "€", ""])
def test_a_currency_that_is_none_or_the_companys_own_is_refused(
    session: Session, currency: str
) -> None:
    with pytest.raises(InvalidInput):
        create_rate(session, {"currency": currency, "date": JANUARY, "rate": Decimal(1)})


@given(
    value=st.decimals("0.000001", "1000000", places=6),
    amount=st.decimals(-(10**15), 10**15, places=2),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_conversion_is_off_by_half_a_cent_at_most(
    session: Session, value: Decimal, amount: Decimal
) -> None:
    session.rollback()
    _rate(session, str(value))
    exact = amount * value
    assert abs(convert(session, amount, "EUR", DAY) - exact) <= Decimal("0.005")


def _draft(session: Session, *lines: dict[str, Any]) -> dict[str, Any]:
    ids = {account.code: account.id for account in session.scalars(select(Account))}
    return {
        "journal_id": session.scalars(select(Journal.id).where(Journal.code == "GEN")).one(),
        "date": DAY,
        "lines": tuple({**line, "account_id": ids[line["account_id"]]} for line in lines),
    }


def _line(account: str, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "account_id": account,
        "original_amount": Decimal(amount),
        "original_currency": "eur",
        **more,
    }


def test_a_foreign_amount_in_a_draft_becomes_the_companys_at_the_rate_of_its_day(
    session: Session,
) -> None:
    _rate(session, "1.10")
    values = _draft(session, _line("Assets:Bank", "200"), _line("Income:Sales", "-200"))
    entry = drafts.create_draft(session, values)
    assert [line.amount for line in entry.lines] == [Decimal("220.00"), Decimal("-220.00")]
    assert entry.lines[0].original_currency == "EUR"
    # What the bank really took stands, and the foreign amount keeps the side of the line.
    lines: list[dict[str, Any]] = [
        {"id": line.id, "account_id": line.account_id} for line in entry.lines
    ]
    lines[0] |= {"debit": Decimal("219.50"), "credit": None}
    lines[1] |= {"debit": None, "credit": Decimal("219.50"), "original_amount": Decimal("200")}
    drafts.update_draft(session, entry, {"lines": tuple(lines)})
    assert [line.amount for line in entry.lines] == [Decimal("219.50"), Decimal("-219.50")]
    assert entry.lines[1].original_amount == Decimal("-200")


def test_a_changed_foreign_amount_is_converted_anew(session: Session) -> None:
    _rate(session, "1.10")
    values = _draft(session, _line("Assets:Bank", "200"), _line("Income:Sales", "-200"))
    entry = drafts.create_draft(session, values)
    sent = {
        "id": entry.lines[0].id,
        "account_id": entry.lines[0].account_id,
        "debit": Decimal("220.00"),
        "credit": None,
        "original_amount": Decimal("300"),
        "original_currency": "EUR",
    }
    drafts.update_draft(session, entry, {"lines": (sent,)})
    assert entry.lines[0].amount == Decimal("330.00")


def test_a_draft_without_its_rate_names_the_line(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Line 1: There is no rate of EUR") as raised:
        drafts.create_draft(session, _draft(session, _line("Assets:Bank", "200")))
    assert raised.value.problems[0].field == "lines.0.original_amount"
    bare = _draft(session, _line("Assets:Bank", "200", original_currency=""))
    with pytest.raises(InvalidInput, match="in which currency"):
        drafts.create_draft(session, bare)


ECB = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
    xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
 <Cube><Cube time="2026-01-02"><Cube currency="USD" rate="{usd}"/>
  <Cube currency="GBP" rate="0.8000"/></Cube></Cube>
</gesmes:Envelope>"""


def test_rates_of_the_central_bank_are_crossed_and_taken_once(session: Session) -> None:
    content = ECB.format(usd="1.2000").encode()
    outcome = import_ecb_rates(session, content, "eurofxref.xml")
    assert (outcome.created, outcome.unchanged, outcome.problems) == (2, 0, ())
    assert rate(session, "EUR", JANUARY.replace(day=2)) == Decimal("1.2")
    assert rate(session, "GBP", JANUARY.replace(day=2)) == Decimal("1.5")
    again = import_ecb_rates(session, content, "eurofxref.xml")
    assert (again.created, again.unchanged) == (0, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<Cube", "no XML"),
        (b"<a/>", "no day"),
        (ECB.format(usd="0").encode(), "USD has no rate above zero"),
        (ECB.format(usd="1").replace('"USD"', '"CHF"').encode(), "no rate of USD, your own"),
        (ECB.format(usd="1").replace("2026-01-02", "soon").encode(), "no date"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "no day"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_and_leaves_nothing(
    session: Session, content: bytes, words: str
) -> None:
    outcome = import_ecb_rates(session, content, "rates.xml")
    assert words in outcome.problems[0].message
    assert session.scalar(select(CurrencyRate.id).limit(1)) is None


def test_changing_a_rate_keeps_its_rules(session: Session) -> None:
    record = _rate(session, "1.10")
    assert update_rate(session, record, {"rate": Decimal("1.3")}).rate == Decimal("1.3")
    with pytest.raises(InvalidInput, match="above zero"):
        update_rate(session, record, {"rate": Decimal(0)})


def test_a_bookkeeper_enters_rates_and_an_auditor_reads_them(as_user: Browse) -> None:
    sent = {"currency": "KWD", "date": "2026-01-01", "rate": "3.25"}
    created = as_user("accounting.bookkeeper").post("/api/v1/accounting/rates", json=sent)
    assert created.status_code == 201, created.text
    refused = as_user("accounting.bookkeeper").post(
        "/api/v1/accounting/rates", json={**sent, "rate": "0"}
    )
    assert refused.status_code == 422
    assert "above zero" in refused.text
    auditor = as_user("accounting.auditor")
    assert "KWD" in auditor.get("/accounting/rates").text
    assert auditor.post("/api/v1/accounting/rates", json=sent).status_code == 403
