"""Whatever is sold makes a document that passes the schema and all rules without a warning.

A few sales in every run; AORABOOKS_EXAMPLES=1000 makes it a thousand."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.zatca.documents import qr
from addons.zatca.documents.hashing import canonical_form
from addons.zatca.documents.reading import parsed, read
from addons.zatca.documents.signing import sign
from addons.zatca.documents.texts import trimmed
from addons.zatca.documents.totals import totals_of
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH, Chain, EInvoice
from addons.zatca.documents.verifying import verify
from tests.zatca.authority.validator import Verdict, validate
from tests.zatca.documents.sales import sales
from tests.zatca.documents.signers import signer

EXAMPLES = int(os.environ.get("AORABOOKS_EXAMPLES", "40"))
SLOW_TO_MAKE = (HealthCheck.too_slow, HealthCheck.data_too_large)
CHAIN = Chain(str(UUID(int=1)), 1)


@pytest.mark.real_data
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW_TO_MAKE)
@given(sales())
def test_any_sale_passes_without_error_or_warning(sale: EInvoice) -> None:
    device = signer()
    signed = sign(build(sale, CHAIN), device.key, device.certificate, datetime.now(UTC))
    assert verify(signed.xml, FIRST_PREVIOUS_HASH) == ()
    assert validate(signed.xml, FIRST_PREVIOUS_HASH) == Verdict(frozenset(), frozenset())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW_TO_MAKE)
@given(sales())
def test_the_text_is_canonical_and_its_totals_add_up(sale: EInvoice) -> None:
    unsigned = build(sale, CHAIN)
    device = signer()
    signed = sign(unsigned, device.key, device.certificate, datetime.now(UTC))
    assert canonical_form(parsed(signed.xml)) == unsigned.canonical
    totals = totals_of(sale)
    assert totals.tax_exclusive == sum((each.taxable for each in totals.subtotals), Decimal(0))
    assert totals.payable + totals.prepaid == totals.tax_inclusive + totals.rounding
    tags = qr.decoded(read(signed.xml).qr)
    assert tags[qr.SELLER].decode() == trimmed(sale.seller.name)
    assert tags[qr.TOTAL].decode() == str(totals.payable)


@given(st.lists(st.tuples(st.integers(1, 255), st.binary(max_size=600)), unique_by=lambda t: t[0]))
def test_tags_of_any_length_are_read_as_they_were_written(tags: list[tuple[int, bytes]]) -> None:
    assert qr.decoded(qr.base64_text(qr.encoded(tags))) == dict(tags)
