"""Files of other programs come in many forms: all are read, and a broken one is refused whole,
with every line that is wrong."""

from __future__ import annotations

import gzip
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry, JournalLine
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances
from addons.accounting.services.calendar import period_of, set_period_state
from addons.accounting.services.chart_import import import_chart
from addons.accounting.services.ledger_import import import_ledger
from core.api import ImportOutcome, options, set_options
from tests.accounting.conftest import DAY

FLAT = '''entry,date,description,account,amount,commodity,comment
1,2026-03-01,Rent,Expenses:Rent,100.00,$,
1,2026-03-01,Rent,Assets:Cash,-100.00,$,
2,2026-03-02,"Sale, with ""quotes""",Assets:Cash,7.5,$,paid
2,2026-03-02,"Sale, with ""quotes""",Income:Sales,-7.5,$,
'''


def _run(session: Session, text: str | bytes) -> ImportOutcome:
    content = text.encode() if isinstance(text, str) else text
    return import_ledger(session, content, "ledger.csv")


def _closing(session: Session) -> dict[tuple[str, str], Decimal]:
    return {(b.code, b.currency): b.closing for b in balances(session) if b.closing}


def _entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JournalEntry)) or 0


@pytest.mark.parametrize(
    "content",
    [
        FLAT.encode(),
        b"\xef\xbb\xbf" + FLAT.encode(),
        FLAT.replace("\n", "\r\n").encode(),
        FLAT.replace(",", ";").replace("Sale; with", "Sale, with").encode(),
        FLAT.encode("utf-16"),
        gzip.compress(FLAT.encode()),
        FLAT.replace("\n1,", "\n\n1,").encode() + b"\n,,,,,,\n",
        FLAT.replace(",", ";").replace("Sale; with", "Sale, with").replace(".", ",").encode(),
    ],
    ids=["plain", "bom", "crlf", "semicolons", "utf-16", "gzip", "blank lines", "decimal commas"],
)
def test_the_same_ledger_is_read_however_it_is_written(session: Session, content: bytes) -> None:
    outcome = _run(session, content)
    assert (outcome.created, outcome.problems) == (2, ())
    assert _closing(session) == {
        ("Expenses:Rent", "USD"): Decimal(100),
        ("Assets:Cash", "USD"): Decimal("-92.5"),
        ("Income:Sales", "USD"): Decimal("-7.5"),
    }


def test_texts_are_kept_as_written(session: Session) -> None:
    _run(session, FLAT)
    sale = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert sale is not None
    assert sale.narration == 'Sale, with "quotes"'
    assert [line.label for line in sale.lines] == ["paid", ""]


def test_every_wrong_line_is_named_and_nothing_is_kept(session: Session) -> None:
    outcome = _run(
        session,
        """entry,date,description,account,amount,commodity,comment
1,2026-03-01,Rent,Expenses:Rent,100.00,$,
1,2026-03-01,Rent,Assets:Cash,-99.00,$,
2,2026-02-30,Sale,Assets:Cash,7.5,$,
2,2026-03-02,Sale,Income:Sales,-7.5,$,
3,2026-03-03,Sale,Assets:Cash,seven,$,
3,2026-03-03,Sale,Income:Sales,-7,$,
4,2026-03-04,Sale,,5,$,
4,2026-03-04,Sale,Income:Sales,-5,$,
5,2026-03-05,Sale,Assets:Cash,5,$
5,2026-03-05,Sale,Income:Sales,-5,$,
6,2026-03-06,Sale,Assets:Cash,5,$,
6,2026-03-07,Sale,Income:Sales,-5,$,
7,2026-03-08,Sale,Petty:Things,5,$,
7,2026-03-08,Sale,Income:Sales,-5,$,
""",
    )
    assert outcome.created == outcome.unchanged == 0
    assert [(problem.line, problem.message) for problem in outcome.problems] == [
        (2, "The entry that begins here does not balance: it is off by 1.00 USD."),
        (4, "'2026-02-30' is not a date such as 2026-01-31."),
        (6, "'seven' is not an amount."),
        (8, "The account is missing."),
        (10, "This row has 6 fields; the first line names 7."),
        (13, "Entry 6 has the date 2026-03-06 on line 12 and 2026-03-07 here."),
        (
            14,
            "The name of account Petty:Things does not tell its type. Begin it with Assets,"
            " Liabilities, Equity, Income or Expenses, or import a chart with the columns"
            " account and type first (accounting.chart).",
        ),
    ]
    assert _entries(session) == 0


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "empty"),
        (b"name,color\na,b\n", 1, "columns"),
        (b"entry,date,account\n", 1, "columns"),
        (b"\x1f\x8bbroken", 1, "damaged"),
        (b"entry,date\n\n\xff\xfa", 3, "UTF-8"),
        (b"entry,date\n\x00", 2, "not a text file"),
        (b'entry,date,account,amount\n1,2026-01-01,"A"x,1\n', 2, "cannot be read"),
        (b'2026-01-01 * "Sale"\n  Assets:Cash  5 USD; "A"x\n', 1, "columns"),
        (b"2026-01-01 open Assets:Cash\n", 1, "columns"),
    ],
)
def test_a_file_of_no_known_kind_is_refused_with_the_reason(
    session: Session, content: bytes, line: int, words: str
) -> None:
    (problem,) = _run(session, content).problems
    assert problem.line == line
    assert words in problem.message


def test_a_file_that_has_grown_adds_only_what_is_new(session: Session) -> None:
    _run(session, FLAT)
    head, _, rest = FLAT.partition("\n")
    new = "9,2026-03-01,Rent,Expenses:Rent,5.00,$,\n9,2026-03-01,Rent,Assets:Cash,-5.00,$,\n"
    outcome = _run(session, f"{head}\n{new}{rest.replace('paid', 'paid in cash')}")
    assert (outcome.created, outcome.unchanged, outcome.problems) == (1, 2, ())


def test_two_entries_that_say_the_same_are_two_entries(session: Session) -> None:
    again = FLAT.partition("\n")[2].replace("1,2026", "3,2026").replace("2,2026", "4,2026")
    twice = FLAT + again
    assert _run(session, twice).created == 4
    assert _run(session, twice).unchanged == 4


def test_amounts_of_any_length_keep_every_digit(session: Session) -> None:
    amount = "12345678901234567890123456789012345678.000000000000000000000000000001"
    outcome = _run(
        session,
        "entry,date,account,amount,commodity\n"
        f"1,2026-03-01,Assets:Cash,{amount},WEI\n1,2026-03-01,Income:Sales,-{amount},WEI\n"
        "2,2026-03-01,Assets:Cash,0.5,WEI\n2,2026-03-01,Income:Sales,-0.5,WEI\n",
    )
    assert outcome.problems == ()
    assert str(_closing(session)["Assets:Cash", "WEI"]) == (
        "12345678901234567890123456789012345678.500000000000000000000000000001"
    )


def test_arabic_accounts_digits_and_riyals_are_understood(session: Session) -> None:
    outcome = _run(
        session,
        "txnidx,date,description,account,amount,commodity\n"
        "1,٢٠٢٦-٠٣-٠١,بيع نقدي,الأصول:النقدية,١٬١٥٠٫٥٠,ر.س\n"
        "1,2026-03-01,بيع نقدي,الإيرادات:المبيعات,-1000.50,ر.س\n"
        "1,2026-03-01,بيع نقدي,المطلوبات:ضريبة القيمة المضافة,-150,ر.س\n",
    )
    assert outcome.problems == ()
    kinds = {b.code: b.type for b in balances(session)}
    assert kinds == {
        "الأصول:النقدية": "asset",
        "الإيرادات:المبيعات": "income",
        "المطلوبات:ضريبة القيمة المضافة": "liability",
    }
    assert _closing(session)["الأصول:النقدية", "SAR"] == Decimal("1150.50")


def test_a_symbol_that_would_mix_with_a_code_of_the_file_stays_a_symbol(session: Session) -> None:
    _run(
        session,
        "entry,date,account,amount,commodity\n"
        "1,2026-03-01,Assets:Cash,5,$\n1,2026-03-01,Income:Sales,-5,$\n"
        "2,2026-03-01,Assets:Cash,7,USD\n2,2026-03-01,Income:Sales,-7,USD\n"
        "3,2026-03-01,Assets:Cash,9,\n3,2026-03-01,Income:Sales,-9,\n",
    )
    cash = {c: amount for (code, c), amount in _closing(session).items() if code == "Assets:Cash"}
    assert cash == {"$": 5, "USD": 7, "XXX": 9}


def test_a_zero_without_a_currency_mixes_nothing_up(session: Session) -> None:
    outcome = _run(
        session,
        "txnidx,date,account,amount,commodity\n"
        "1,2026-03-01,Assets:Cash,5,$\n1,2026-03-01,Expenses:Rent,0,\n"
        "1,2026-03-01,Income:Sales,-5,$\n2,2026-03-02,Assets:Cash,0,\n",
    )
    assert outcome.problems == ()
    assert _closing(session) == {("Assets:Cash", "USD"): 5, ("Income:Sales", "USD"): -5}


def test_a_dollar_is_the_companys_own_dollar(session: Session) -> None:
    set_options(session, AccountingOptions, company_currency="AUD")
    _run(session, FLAT)
    assert ("Assets:Cash", "AUD") in _closing(session)


def test_what_one_posting_leaves_open_is_worked_out(session: Session) -> None:
    outcome = _run(
        session,
        "entry,date,account,amount,commodity\n"
        "1,2026-03-01,Assets:Cash,5,EUR\n1,2026-03-01,Assets:Cash,2,USD\n"
        "1,2026-03-01,Income:Sales,,\n",
    )
    assert outcome.problems == ()
    closing = _closing(session)
    assert closing["Income:Sales", "EUR"] == -5
    assert closing["Income:Sales", "USD"] == -2


def test_an_exchange_without_its_rate_goes_through_the_exchange_account(session: Session) -> None:
    _run(
        session,
        "txnidx,date,account,amount,commodity\n"
        "1,2026-03-01,Assets:Cash,-20,EUR\n1,2026-03-01,Assets:Cash,150.60,HRK\n",
    )
    exchange = options(session, AccountingOptions).conversion_account
    assert _closing(session) == {
        ("Assets:Cash", "EUR"): Decimal(-20),
        ("Assets:Cash", "HRK"): Decimal("150.60"),
        (exchange, "EUR"): Decimal(20),
        (exchange, "HRK"): Decimal("-150.60"),
    }


def test_beancount_postings_are_weighed_at_cost_and_keep_their_quantity(session: Session) -> None:
    outcome = _run(
        session,
        "entry,date,flag,payee,narration,account,quantity,currency,cost_per_unit,cost_currency,"
        "price,price_currency\n"
        "1,2026-03-01,*,Broker,Buy,Assets:Shares,3.5,HOOL,100.25,USD,120,USD\n"
        "1,2026-03-01,*,Broker,Buy,Assets:Cash,-350.87,USD,,,,\n"
        "2,2026-03-01,*,Bank,Change,Assets:Cash,10,EUR,,,1.1,USD\n"
        "2,2026-03-01,*,Bank,Change,Assets:Cash,-11,USD,,,,\n",
    )
    assert outcome.problems == ()
    shares = session.scalars(select(JournalLine).where(JournalLine.unit == "HOOL")).one()
    assert (shares.amount, shares.currency, shares.quantity) == (
        Decimal("350.875"),
        "USD",
        Decimal("3.5"),
    )
    rounding = options(session, AccountingOptions).rounding_account
    assert _closing(session)[rounding, "USD"] == Decimal("-0.005")


def test_two_currencies_that_do_not_balance_in_a_file_with_weights_are_refused(
    session: Session,
) -> None:
    (problem,) = _run(
        session,
        "entry,date,payee,narration,account,quantity,currency,balancing_amount,balancing_currency\n"
        "1,2026-03-01,,,Assets:Cash,5,EUR,5,EUR\n1,2026-03-01,,,Assets:Cash,-6,USD,-6,USD\n",
    ).problems
    assert problem.message.endswith("it is off by 5 EUR, -6 USD.")


def test_a_chart_tells_the_types_that_names_do_not(session: Session) -> None:
    ledger = FLAT.replace("Expenses:Rent", "Rent").replace("Assets:Cash", "1010")
    assert len(_run(session, ledger).problems) == 2
    chart = "account,type,name\nRent,expense,Rent of the shop\n1010,asset,\n"
    assert import_chart(session, chart.encode(), "chart.csv").created == 2
    assert import_chart(session, chart.encode(), "chart.csv").unchanged == 2
    assert _run(session, ledger).created == 2


def test_a_chart_with_an_unknown_type_is_refused(session: Session) -> None:
    outcome = import_chart(session, b"code,type\nA,asset\nB,thing\nC,\n,asset\n", "chart.csv")
    assert [problem.line for problem in outcome.problems] == [3, 4, 5]
    assert outcome.created == 0


def test_entries_of_a_closed_period_are_refused_but_known_ones_are_no_news(
    session: Session,
) -> None:
    _run(session, FLAT)
    period = period_of(session, DAY)
    assert period is not None
    set_period_state(session, period, "closed")
    assert _run(session, FLAT).problems == ()
    late = FLAT.replace("100.00", "101.00")
    assert [problem.line for problem in _run(session, late).problems] == [2]
