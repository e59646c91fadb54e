"""Real statements of many banks are read to the figures that other programs, or plain arithmetic,
find in them; and the broken ones are refused with the place named."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from addons.accounting.services.bank.errors import BankFileIsAmbiguous, BankFileIsUnreadable
from addons.accounting.services.bank.formats.table_mapping import TableMapping
from addons.accounting.services.bank.reading import read_bank_file
from addons.accounting.services.bank.values import BankStatement
from core.api import InvalidInput

pytestmark = pytest.mark.real_data

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
BANK = SHARED / "data" / "bank"


@pytest.fixture(scope="module", autouse=True)
def _data() -> None:
    if not BANK.is_dir():
        pytest.fail(f"no bank files at {BANK}: set AORABOOKS_SHARED, or use script/test")


def statements(path: Path, day_order: str = "") -> list[BankStatement]:
    """All statements of a file, a table read as it is proposed."""
    found: list[BankStatement] = []
    for file in read_bank_file(path.read_bytes(), path.name, day_order=day_order):
        if file.statements:
            found += file.statements
            continue
        assert file.mapping is not None
        confirmed = read_bank_file(path.read_bytes(), mapping=file.mapping, day_order=day_order)
        found += confirmed[0].statements
    return found


def oracle(name: str) -> dict[str, Any]:
    return json.loads((BANK / f"{name}.expected.json").read_text())


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text.replace(",", "."))


def refusal(path: Path) -> str:
    with pytest.raises(BankFileIsUnreadable) as refused:
        statements(path)
    return refused.value.message


def test_every_mt940_file_has_the_oracles_lines_sums_and_balances() -> None:
    checked = 0
    for name, expected in oracle("mt940").items():
        told = [s for s in expected["statements"] if s["lines_61"] or s.get("opening")]
        if not told:
            continue
        found = statements(BANK / "mt940" / name)
        assert [len(s.lines) for s in found] == [s["lines_61"] for s in told], name
        assert [s.total for s in found] == [Decimal(s["sum_61"]) for s in told], name
        for statement, known in zip(found, told, strict=True):
            opening = statement.opening and statement.opening.amount
            assert opening == decimal(known.get("opening")), name
            adds_up = known.get("opening_plus_lines_equals_closing")
            if adds_up is not None:
                assert (statement.difference == 0) is adds_up, name
            checked += 1
    assert checked > 120


def test_a_30_february_becomes_the_last_day_of_the_month() -> None:
    found = statements(BANK / "mt940" / "self-provided__february_30.sta")
    assert str(found[0].lines[0].value_date) == "2016-02-29"


def test_an_interim_report_that_contradicts_its_own_sums_warns_with_the_line() -> None:
    found = statements(BANK / "mt940" / "self-provided__mt942.sta")
    assert [w for s in found for w in s.warnings] == [
        "Line 11: the bank states a sum of 2.30, the lines make 0.42."
    ]


def test_every_camt_file_has_the_oracles_entries_net_and_balances() -> None:
    for name, expected in oracle("camt").items():
        path = BANK / "camt" / name
        if not expected["statements"]:
            assert "no statement" in refusal(path), name
            continue
        found = statements(path)
        for statement, known in zip(found, expected["statements"], strict=True):
            assert len({line.batch for line in statement.lines}) == known["entries"], name
            assert statement.total == Decimal(known["net_of_entries"]), name
            assert statement.iban == (known["iban"] or ""), name
            assert statement.account == (known["iban"] or known["other_id"]), name
            adds_up = known.get("opening_plus_entries_equals_closing")
            assert statement.difference is None or (statement.difference == 0) is adds_up, name


def test_a_collective_booking_is_taken_apart_as_the_golden_file_says() -> None:
    import ast

    golden = ast.literal_eval((BANK / "camt" / "golden-camt053.pydata").read_text())
    known = golden[2][0]["transactions"]
    lines = statements(BANK / "camt" / "test-camt053")[0].lines
    assert [line.amount for line in lines] == [Decimal(str(t["amount"])) for t in known]
    assert [line.partner_name for line in lines] == [t["partner_name"] for t in known]
    assert [line.partner_account for line in lines] == [t["account_number"] for t in known]
    assert [line.reference for line in lines] == [t["ref"] for t in known]


def test_an_archive_is_read_file_by_file() -> None:
    packed = statements(BANK / "camt" / "test-camt053.zip")
    assert {statement.account for statement in packed} == {"NL77ABNA0574908765"}
    assert all(statement.lines for statement in packed)


REFUSED_OFX = {
    "fail_nice__date_missing.ofx": "Line 33, <STMTTRN> 1: The transaction has no date, <DTPOSTED>.",
    "fail_nice__decimal_error.ofx": "Line 34, <STMTTRN> 1: <TRNAMT>$120 is not an amount.",
    "fail_nice__empty_balance.ofx": "<LEDGERBAL>: The balance has no amount.",
}


def test_every_ofx_file_has_the_oracles_amounts_ids_and_balances() -> None:
    for name, expected in oracle("ofx").items():
        path = BANK / "ofx" / name
        if name in REFUSED_OFX:
            assert refusal(path) == REFUSED_OFX[name]
            continue
        balances = [Decimal(b.replace(",", ".")) for b in expected["ledgerbal"] if b]
        if not expected["stmttrn"] and not balances:
            refusal(path)
            continue
        found = statements(path)
        lines = [line for statement in found for line in statement.lines]
        assert [line.amount for line in lines] == [decimal(a) for a in expected["trnamt"]], name
        assert {line.bank_id for line in lines} <= set(expected["fitid"]), name
        assert [s.closing.amount for s in found if s.closing] == balances, name


def test_a_bank_that_refused_to_answer_is_quoted() -> None:
    assert "15500" in refusal(BANK / "ofx" / "signon_fail.ofx")


def test_qif_files_have_the_oracles_amounts_and_name_what_is_no_account() -> None:
    for name, expected in oracle("qif").items():
        found = statements(BANK / "qif" / name)
        amounts = [line.amount for statement in found for line in statement.lines]
        known = [Decimal(a.replace(",", "")) for a in expected["amounts"]]
        assert amounts == known[: len(amounts)], name
        left = sum(
            int(note.split()[0]) for note in found[0].left_out if "Inv" in note or "Mem" in note
        )
        assert len(amounts) + left == expected["transactions"], name


TABLES = {
    "balance.csv": ("mdy", "1500.00"),
    "capitalone.csv": ("", "0.00"),
    "debit_credit.csv": ("mdy", "1500.00"),
    "gls.csv": ("dmy", "-98.76"),
    "2018-04-14_10-52-13_bunq-transactieoverzicht.csv": ("", "728.54"),
    "CSV_A_20180414_112204.csv": ("", "-1037.49"),
    "meta_data_separated_credit_debit.csv": ("dmy", "1069.32"),
    "meta_data_separated_credit_debit.xlsx": ("dmy", "1069.32"),
    "MS_JANE_SMITH_01-12-2019_14-12-2019.csv": ("", "2485.80"),
    "sample_statement_en.csv": ("mdy", "1491.50"),
    "sample_statement_en.xlsx": ("", "1491.5"),
    "schwab-checking.csv": ("mdy", "-215.27"),
    "test_raiffeisen_01.csv": ("dmy", "-4580.70"),
    "TransactionHistory_20180418043121.csv": ("", "-173.28"),
    "ubs-ch-fr_trimmed.csv": ("dmy", "30.00"),
    "payoneer.csv": ("mdy", "20"),
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_is_understood_by_the_proposed_mapping(name: str) -> None:
    order, total = TABLES[name]
    found = statements(BANK / "csv" / name, order)
    assert sum((s.total for s in found), Decimal()) == Decimal(total)


def test_no_table_of_any_bank_breaks_the_reader() -> None:
    refused = {}
    for path in sorted((BANK / "csv").iterdir()):
        try:
            statements(path)
        except InvalidInput as problem:  # with a sentence, and the field that it is about
            refused[path.name] = problem
    assert all(problem.message and problem.problems for problem in refused.values())
    asked = [name for name, why in refused.items() if isinstance(why, BankFileIsAmbiguous)]
    assert len(refused) - len(asked) <= 4


def test_two_currencies_in_one_table_are_two_statements() -> None:
    found = statements(BANK / "csv" / "multi_currency.csv", "mdy")
    assert {s.currency: s.total for s in found} == {
        "USD": Decimal("-33.50"),
        "EUR": Decimal("1525.00"),
    }


def test_a_card_is_read_with_its_signs_turned_round() -> None:
    path = BANK / "csv" / "sample_statement_credit_card_inverse_sign_en.csv"
    proposal = read_bank_file(path.read_bytes())[0].mapping
    assert proposal is not None
    turned = TableMapping.from_json({**proposal.to_json(), "inverse": True})
    found = read_bank_file(path.read_bytes(), mapping=turned)[0].statements
    assert [line.amount for line in found[0].lines] == [Decimal("-33.50"), Decimal("1525.00")]


def test_dates_that_could_be_either_are_asked_for() -> None:
    with pytest.raises(BankFileIsAmbiguous) as asked:
        statements(BANK / "csv" / "20180226_12345678.csv")
    assert asked.value.question == "day_order"
