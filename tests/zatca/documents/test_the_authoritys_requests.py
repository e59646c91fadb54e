"""What a device asks for its certificate with is, byte for byte, the authority's own example, and
the properties of its kit make such a request."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from addons.zatca.authority.csr import (
    DeviceName,
    certificate_request,
    info_of,
    new_key,
    request_info,
)
from addons.zatca.authority.environments import PRODUCTION, SANDBOX
from tests.zatca.authority.validator import facts

pytestmark = pytest.mark.real_data

PARTS = {
    "csr.common.name": "common_name",
    "csr.serial.number": "serial",
    "csr.organization.identifier": "vat_number",
    "csr.organization.unit.name": "unit",
    "csr.organization.name": "organization",
    "csr.country.name": "country",
    "csr.invoice.type": "invoice_kinds",
    "csr.location.address": "location",
    "csr.industry.business.category": "industry",
}


def test_the_authoritys_example_is_the_request_that_we_make() -> None:
    pem = (facts() / "csr" / "csr_from_api_docs.csr").read_bytes()
    key = x509.load_pem_x509_csr(pem).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    name = _name(facts() / "csr" / "csr-config-example-EN.properties")
    assert info_of(pem) == request_info(name, key, PRODUCTION)


@pytest.mark.parametrize("example", ["AR", "AR-VAT-Group", "EN", "EN-VAT-group"])
def test_what_the_authoritys_kit_asks_with_makes_a_request(example: str) -> None:
    name = _name(facts() / "csr" / f"csr-config-example-{example}.properties")
    request = certificate_request(name, new_key(), SANDBOX)
    assert x509.load_pem_x509_csr(request).is_signature_valid


def _name(properties: Path) -> DeviceName:
    said = dict(line.split("=", 1) for line in properties.read_text("utf-8").split("\n") if line)
    return DeviceName(**{part: said[key].strip() for key, part in PARTS.items()})
