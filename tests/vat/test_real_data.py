"""Real receipts and orders, worked out by the engine: the known sums come out, rounded per line,
per receipt and once; and a sample ledger has the taxes that the engine gives."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from addons.vat.services.engine.compute import compute
from addons.vat.services.engine.values import Document, Line, TaxRule

pytestmark = pytest.mark.real_data
D = Decimal
CENT = D("0.01")


def test_a_thousand_receipts_give_their_known_tax_in_three_roundings(real_data: Path) -> None:
    folder = real_data / "retail"
    known = json.loads((folder / "supermarket_receipts_5pct_tax.expected.json").read_text())
    with (folder / "supermarket_receipts_5pct_tax.csv").open() as file:
        rows = list(csv.DictReader(file))
    vat = TaxRule("VAT5", D(5))
    lines = tuple(Line(D(row["Quantity"]), D(row["Unit price"]), (vat,)) for row in rows)
    by_receipt = [compute(Document((line,), rounding="document")) for line in lines]
    by_line, once = compute(Document(lines)), compute(Document(lines, rounding="document"))
    assert sum(one.tax for one in by_receipt) == D(known["tax_rounded_half_up_per_receipt"])
    assert by_line.tax == D(known["tax_rounded_half_up_per_receipt"])
    assert once.tax == D(known["tax_rounded_once"])
    assert by_line.net == once.net == D(known["net"])
    included = TaxRule("IN5", D(5), included=True)
    for row in rows:
        gross = D(row["Total"]).quantize(CENT, ROUND_HALF_UP)
        assert compute(Document((Line(D(1), gross, (included,)),))).total == gross


def test_sixteen_thousand_orders_give_their_net_per_line_and_at_once(real_data: Path) -> None:
    folder = real_data / "adventureworks"
    known = json.loads((folder / "expected.json").read_text())["web_sales"]
    vat = TaxRule("VAT8", D(8))
    orders: dict[str, list[Line]] = defaultdict(list)
    taxes: dict[str, list[Decimal]] = defaultdict(list)
    with gzip.open(folder / "web_sales_lines.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            line = Line(D(row["quantity"]), D(row["unitprice"]), (vat,))
            orders[row["salesordernumber"]].append(line)
            taxes[row["salesordernumber"]].append(D(row["taxamount"]))
    net = D(0)
    for number, lines in orders.items():
        result = compute(Document(tuple(lines)))
        net += result.net
        # The file's own tax has four decimals, rounded up.
        for line, told in zip(result.lines, taxes[number], strict=True):
            assert abs(line.tax - told) <= CENT
    assert net == D(known["net_lines_rounded"])
    whole = compute(
        Document(tuple(line for lines in orders.values() for line in lines), rounding="document")
    )
    assert whole.net == D(known["net"]).quantize(CENT, ROUND_HALF_UP)
    assert whole.tax == (whole.net * 8 / 100).quantize(CENT, ROUND_HALF_UP)


def test_the_sample_ledger_of_hledger_has_the_taxes_that_the_engine_gives(real_data: Path) -> None:
    path = real_data / "ledgers" / "hledger_samples" / "vat" / "journal.csv"
    with path.open() as file:
        rows = [(row["txnidx"], row["account"], D(row["amount"])) for row in csv.DictReader(file)]
    vat = TaxRule("VAT20", D(20))
    for entry, base, tax in (("1", "expenses:office supplies", "assets:vat:input"),
                             ("2", "income:sales", "liabilities:vat:output")):  # fmt: skip
        amounts = {account: amount for number, account, amount in rows if number == entry}
        result = compute(Document((Line(D(1), amounts[base], (vat,)),)))
        assert result.tax == amounts[tax]
        assert -result.total == amounts["assets:cash"]
