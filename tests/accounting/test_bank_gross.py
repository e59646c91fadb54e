"""What a bank line says is gross: the tax is taken out of it so that net and tax are the whole, to
the last halala."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.accounting.services.bank import gross
from addons.accounting.services.entry_draft import EntryDraft, LineDraft

CENT = Decimal("0.01")


def engine(rate: Decimal) -> Any:
    """An engine that adds a tax of this rate to each base."""

    def with_taxes(session: object, entry: EntryDraft) -> EntryDraft:
        (line,) = entry.lines
        tax = (line.amount * rate).quantize(CENT, ROUND_HALF_UP)
        base = replace(line, tax_role="base")
        own = LineDraft("tax", tax, currency="SAR", tax_code="V", tax_role="tax")
        return replace(entry, lines=(base, own) if tax else (base,))

    return with_taxes


def parted(amount: Decimal, rate: Decimal) -> EntryDraft:
    lines = (
        LineDraft("bank", -amount, currency="SAR"),
        LineDraft("fees", amount, currency="SAR", tax_code="V"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gross, "with_taxes", engine(rate))
        return gross.taken_apart(None, EntryDraft(date(2026, 3, 1), lines))  # type: ignore[arg-type]


@given(
    cents=st.integers(1, 10**12).flatmap(lambda n: st.sampled_from((n, -n))),
    rate=st.sampled_from(("0", "0.05", "0.075", "0.15")),
)
def test_net_and_tax_are_the_gross_amount(cents: int, rate: str) -> None:
    amount = cents * CENT
    entry = parted(amount, Decimal(rate))
    assert sum((line.amount for line in entry.lines), Decimal()) == 0
    net = next(line for line in entry.lines if line.account == "fees")
    assert abs(net.amount * (1 + Decimal(rate)) - amount) <= CENT


def test_where_no_net_amount_makes_the_gross_the_tax_bears_one_unit() -> None:
    entry = parted(Decimal("15.83"), Decimal("0.15"))
    assert [line.amount for line in entry.lines[1:]] == [Decimal("13.77"), Decimal("2.06")]
