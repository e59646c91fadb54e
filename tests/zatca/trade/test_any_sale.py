"""Whatever somebody sells and posts becomes a document without error or warning, and says to the
cent what the books say.

A few sales in every run, always the same; AORABOOKS_EXAMPLES=1000 makes up a thousand others."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.sales.models import Invoice
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.posting import post_invoice
from addons.vat.models import Tax
from addons.vat.services.taxes import create_tax
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.zatca.authority.validator import Verdict, validate
from tests.zatca.documents.sales import decimals, words
from tests.zatca.trade.trader import business, document_of, draft, goods, said

pytestmark = pytest.mark.real_data
FEW = 12
EXAMPLES = int(os.environ.get("AORABOOKS_EXAMPLES", FEW))
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES == FEW,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
RATES = {"SAR": "1", "USD": "3.75", "EUR": "4.12345678", "KWD": "12.2249781", "JPY": "0.0241894"}
INCLUDED = "SA-S15-INCLUDED"
OWN = {"id", "version", "created_at", "updated_at"}
THREE_DECIMALS, NO_DECIMALS = "KWD", "JPY"
TAXES = ("SA-S15", "SA-S15", INCLUDED, INCLUDED, "SA-S0", "SA-EXEMPT", "SA-EXEMPT-RENT", "SA-OUT")


@dataclass(frozen=True)
class World:
    """Who buys in the company, and what: sold by the piece, and by weight."""

    buyers: tuple[int, ...]
    pieces: int
    weighed: int


@pytest.fixture(scope="module")
def world(kernel: Kernel, company: Tenant) -> World:
    with kernel.session(company) as session:
        shop = Shop(session)
        buyers = business(session), shop.customer(kind="person")
        usual = session.scalars(select(Tax).where(Tax.code == "SA-S15")).one()
        columns = (one.key for one in Tax.__mapper__.column_attrs if one.key not in OWN)
        rates = [{"valid_from": one.valid_from, "rate": one.rate} for one in usual.rates]
        values = {name: getattr(usual, name) for name in columns}
        create_tax(session, {**values, "code": INCLUDED, "included": True, "rates": rates})
        return World(buyers, goods(session), shop.weighed())


@st.composite
def lines(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """A line as somebody types it."""
    pieces = draw(st.booleans())
    return {
        "product_id": world.pieces if pieces else world.weighed,
        "quantity": Decimal(draw(st.integers(1, 40))) if pieces else draw(decimals("0.1", "9", 3)),
        "price": draw(st.one_of(decimals("0.01", "5000", 2), decimals("0.5", "50", 4))),
        "description": draw(words),
        "taxes": draw(st.sampled_from(TAXES)),
        "discount_percent": draw(st.sampled_from([Decimal(0), Decimal("7.5"), Decimal("33.333")])),
    }


@st.composite
def invoices(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """An invoice, with what is given off all of it."""
    currency = draw(st.sampled_from(sorted(RATES)))
    return {
        "buyer": draw(st.sampled_from(world.buyers)),
        "lines": draw(st.lists(lines(world), min_size=1, max_size=5)),
        "currency": currency,
        "rate": Decimal(RATES[currency]),
        "discount_percent": draw(st.sampled_from([Decimal(0), Decimal(0), Decimal("2.5")])),
        "reference": draw(st.one_of(st.just(""), words)),
    }


def test_whatever_is_posted_passes_every_rule(
    kernel: Kernel, company: Tenant, world: World
) -> None:
    @QUIET
    @given(invoices(world), st.sampled_from([None, None, Decimal(40)]))
    def check(values: dict[str, Any], credited: Decimal | None) -> None:
        with kernel.session(company) as session:
            invoice = post_invoice(session, draft(session, **values))
        _sound(kernel, company, invoice)
        if credited is None or invoice.currency != "SAR":
            return  # the company has no accounts for differences of exchange
        with kernel.session(company) as session:
            posted = session.get_one(Invoice, invoice.id)
            note = credit_invoice(session, posted, "allowance", percent=credited)
            post_invoice(session, note)
        _sound(kernel, company, note)

    check()


def test_vat_in_whole_yen_is_stated_to_the_sen_and_rounded_when_it_is_paid(
    kernel: Kernel, company: Tenant, world: World
) -> None:
    sold = {"product_id": world.pieces, "quantity": Decimal(1), "price": Decimal(3)}
    with kernel.session(company) as session:
        invoice = draft(session, world.buyers[0], sold, currency="JPY", rate=Decimal("0.0241894"))
        post_invoice(session, invoice)
    _sound(kernel, company, invoice)
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        assert (invoice.total, invoice.tax) == (3, 0)
        assert said(document, "TaxInclusiveAmount") == ["3.45"]
        assert said(document, "PayableRoundingAmount") == ["-0.45"]
        assert said(document, "PayableAmount") == ["3.00"]


def _sound(kernel: Kernel, company: Tenant, invoice: Invoice) -> None:
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        assert validate(document.xml, document.previous_hash) == Verdict(frozenset(), frozenset())
        if invoice.currency == THREE_DECIMALS:
            return  # stated with two, as BR-DEC demands
        (payable,) = said(document, "PayableAmount")
        assert Decimal(payable) == invoice.total
        if invoice.currency != NO_DECIMALS:
            assert (document.total, document.tax) == (invoice.total, invoice.tax)
