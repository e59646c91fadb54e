"""Documents of the authority are read to the values that they carry, and what was changed in them
is found. `verify` knows hash, signature, certificate, QR code and chain; amounts, parties and lines
are for the rules."""

from __future__ import annotations

import re

import pytest

from addons.zatca.documents.reading import DocumentUnreadable, read
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.documents.verifying import verify
from tests.zatca.authority.validator import facts

pytestmark = pytest.mark.real_data

STAMP_CODES = re.compile(
    r"\b(\w+_QRCODE_INVALID|invoiceSignedDataDigestValue|signatureValue|KSA-13)\b"
)


def known_verdicts() -> dict[str, set[str]]:
    """What is known of each document, as far as it is about its stamp."""
    told = (facts() / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+\.xml) \| \w+ \| (.*?) ?\| .*?\|$", told, re.MULTILINE)
    return {name: set(STAMP_CODES.findall(codes)) for name, codes in rows}


def test_every_document_verifies_or_shows_where_it_was_changed() -> None:
    known = known_verdicts()
    assert len(known) == 27
    found = {
        name: {flaw.code for flaw in verify((facts() / name).read_bytes(), FIRST_PREVIOUS_HASH)}
        for name in known
    }
    assert found == known


def test_every_sample_hashes_to_the_value_in_its_signature_and_in_its_qr_code() -> None:
    samples = sorted((facts() / "samples-valid").glob("*.xml"))
    assert len(samples) == 10
    for sample in samples:
        reading = read(sample.read_bytes())
        assert reading.hash == reading.signature.invoice_digest, sample.name
        assert reading.previous_hash == FIRST_PREVIOUS_HASH
        assert reading.seller_vat == "399999999900003"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<Invoice/>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"/>',
    ],
)
def test_what_is_no_invoice_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        read(content)
