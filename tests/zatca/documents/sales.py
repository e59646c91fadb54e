"""Sales as Hypothesis makes them up: any kind, category, currency, discount and advance, with the
texts that people type."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from addons.zatca.documents.exemptions import CATEGORY_OF, EXEMPTIONS, NEEDS_CITIZEN
from addons.zatca.documents.figures import percentage
from addons.zatca.documents.signing import RIYADH
from addons.zatca.documents.totals import totals_of
from addons.zatca.documents.values import (
    NOTES,
    Allowance,
    EInvoice,
    Exemption,
    Flags,
    Kind,
    Line,
    PrepaidPart,
    Prepayment,
    TaxCategory,
)
from addons.zatca.samples.parties import CITIZEN, COMPANY, PASSER_BY, SELLER

Taxed = tuple[TaxCategory, Decimal, Exemption | None]

_ZERO = Decimal(0)
_KINDS: tuple[Kind, ...] = ("388", "388", "381", "383", "386")
_RATES = {"SAR": "1", "USD": "3.75", "EUR": "4.12345678", "KWD": "12.2249781", "BDT": "0.0307"}

words = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
).filter(lambda text: text.strip() != "")


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    """Numbers with at most so many decimals."""
    return st.decimals(Decimal(least), Decimal(most), places=places, allow_nan=False)


def _taxed() -> st.SearchStrategy[Taxed]:
    standard = st.sampled_from([Decimal(15), Decimal(5)]).map(lambda rate: ("S", rate, None))
    codes = sorted(set(EXEMPTIONS) - NEEDS_CITIZEN)
    untaxed = st.sampled_from(codes).map(lambda code: (CATEGORY_OF[code], _ZERO, EXEMPTIONS[code]))
    return st.one_of(standard, standard, untaxed)


@st.composite
def _lines(draw: st.DrawFn) -> tuple[Line, ...]:
    found = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        category, rate, exemption = draw(_taxed())
        price = draw(st.one_of(decimals("0.01", "5000", 2), decimals("0.5", "50", 10)))
        off = draw(st.sampled_from([None, None, Decimal("3.10")]))
        found.append(
            Line(
                id=str(number),
                name=draw(words),
                quantity=draw(st.one_of(decimals("1", "40", 0), decimals("0.1", "9", 4))),
                price=price,
                gross_price=None if off is None else price + off,
                category=category,
                rate=rate,
                exemption=exemption,
                item_code=draw(st.sampled_from(["", "SKU-1"])),
            )
        )
    return tuple(found)


@st.composite
def sales(draw: st.DrawFn) -> EInvoice:
    """A document that a business could hand over today."""
    here = datetime.now(UTC).astimezone(RIYADH)
    standard = draw(st.booleans())
    kind: Kind = draw(st.sampled_from(_KINDS))
    currency = draw(st.sampled_from(list(_RATES)))
    lines = draw(_lines())
    buyers = [COMPANY] if standard else [None, PASSER_BY, CITIZEN, COMPANY]
    invoice = EInvoice(
        number=draw(st.from_regex(r"[A-Z]{2,4}-[0-9]{1,9}", fullmatch=True)),
        issue_date=here.date(),
        issue_time=here.time().replace(microsecond=0),
        seller=replace(SELLER, name=draw(words)),
        lines=lines,
        kind=kind,
        standard=standard,
        flags=Flags(third_party=draw(st.booleans()), nominal=draw(st.booleans())),
        buyer=draw(st.sampled_from(buyers)),
        currency=currency,
        rate=Decimal(_RATES[currency]),
        supply_date=here.date() - timedelta(days=draw(st.integers(0, 40))),
        reason=draw(words) if kind in NOTES else "",
        references=("INV-1",) if kind in NOTES else (),
        notes=tuple(draw(st.lists(words, max_size=2))),
        rounding=draw(st.sampled_from([_ZERO, Decimal("0.01"), Decimal("-0.05")])),
        payment_means=draw(st.sampled_from(["", "10", "30", "42", "48"])),
    )
    invoice = replace(invoice, allowances=draw(_allowances(invoice)))
    return replace(invoice, prepayments=draw(_prepayments(invoice)))


@st.composite
def _allowances(draw: st.DrawFn, invoice: EInvoice) -> tuple[Allowance, ...]:
    """Discounts and charges, of the categories that are sold and never more than that."""
    found = []
    for subtotal in totals_of(invoice).subtotals:
        for charge in draw(st.lists(st.booleans(), max_size=2)):
            share = percentage(subtotal.taxable, Decimal(draw(st.integers(1, 20))))
            found.append(
                Allowance(
                    share,
                    charge,
                    draw(st.one_of(st.just(""), words)),
                    "",
                    subtotal.category,
                    subtotal.rate,
                    subtotal.exemption,
                )
            )
    return tuple(found)


@st.composite
def _prepayments(draw: st.DrawFn, invoice: EInvoice) -> tuple[Prepayment, ...]:
    if invoice.kind != "388" or not draw(st.booleans()):
        return ()
    parts = []
    for subtotal in totals_of(invoice).subtotals:
        if subtotal.category != "S" or subtotal.tax < 1:
            continue
        taxable = percentage(subtotal.taxable, Decimal(draw(st.integers(10, 100))))
        tax = percentage(taxable, subtotal.rate)
        parts.append(PrepaidPart(taxable, tax, subtotal.category, subtotal.rate))
    if not parts:
        return ()
    before = invoice.issue_date - timedelta(days=3)
    advance = Prepayment(
        "ADV-9", "16e78469-64af-406d-9cfd-895e724198f0", before, invoice.issue_time, tuple(parts)
    )
    return (advance,)
