"""What is wrong with a document is said at the field of the sale that mends it.

The documents are those of the samples command; each test spoils one in the way a person would.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from addons.zatca.documents.signing import RIYADH, sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import Chain
from addons.zatca.rules.book import RULES
from addons.zatca.rules.checking import check
from addons.zatca.rules.finding import Finding
from addons.zatca.rules.sale_fields import Origin, origin_of
from addons.zatca.rules.structure import CODE
from addons.zatca.samples.scenarios import scenarios
from tests.zatca.documents.signers import signer

_BUYER = "AccountingCustomerParty/Party"
_SELLER = "AccountingSupplierParty/Party"
_NAME = f"{_BUYER}/PartyLegalEntity/RegistrationName"


def _check(xml: bytes) -> tuple[Finding, ...]:
    now = datetime.now(UTC)
    return check(xml, today=now.astimezone(RIYADH).date(), now=now)


def _signed(standard: bool = True) -> bytes:
    now = datetime.now(UTC)
    device = signer()
    cases = scenarios(now)
    invoice = next(one.invoice for one in cases if one.invoice.standard is standard)
    unsigned = build(invoice, Chain(str(UUID(int=1)), 1))
    return sign(unsigned, device.key, device.certificate, now).xml


def _spoilt(path: str, text: str | None, standard: bool = True) -> dict[str, Finding]:
    """The findings on a sound document after the element at a path says something else, or is
    gone."""
    root = etree.fromstring(_signed(standard))
    found = root.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    assert found is not None, path
    if text is None:
        found.getparent().remove(found)
    else:
        found.text = text
    return {one.rule: one for one in _check(etree.tostring(root))}


def test_nothing_is_wrong_with_a_document_of_ours() -> None:
    now = datetime.now(UTC)
    device = signer()
    for case in scenarios(now):
        unsigned = build(case.invoice, Chain(str(UUID(int=7)), 7))
        signed = sign(unsigned, device.key, device.certificate, now)
        assert _check(signed.xml) == (), case.name


@pytest.mark.parametrize(
    ("path", "text", "rule", "field"),
    [
        (f"{_BUYER}/PartyTaxScheme/CompanyID", None, "BR-KSA-81", "buyer.vat_number"),
        (f"{_BUYER}/PartyTaxScheme/CompanyID", "39999", "BR-KSA-44", "buyer.vat_number"),
        (f"{_SELLER}/PartyTaxScheme/CompanyID", "٣" * 15, "BR-KSA-40", "seller.vat_number"),
        (f"{_SELLER}/PartyIdentification/ID", "123", "BR-KSA-F-08", "seller.identity"),
        (f"{_BUYER}/PostalAddress/PostalZone", "123", "BR-KSA-67", "buyer.postal_zone"),
        (
            f"{_BUYER}/PartyLegalEntity/RegistrationName",
            "x" * 1001,
            "BR-KSA-F-06-C12",
            "buyer.name",
        ),
        ("InvoiceLine/Item/Name", "x" * 1001, "BR-KSA-F-06-C19", "lines[0].name"),
        ("InvoiceLine/LineExtensionAmount", "1.00", "BR-KSA-EN16931-11", "lines[0].price"),
        ("InvoiceLine/Item/ClassifiedTaxCategory/Percent", "7", "BR-KSA-84", "lines[0].rate"),
        ("IssueDate", "2099-01-01", "BR-KSA-04", "issue_date"),
        ("LegalMonetaryTotal/TaxInclusiveAmount", "1.00", "BR-CO-15", "totals.with_vat"),
    ],
)
def test_bad_input_is_told_at_its_field(path: str, text: str | None, rule: str, field: str) -> None:
    found = _spoilt(path, text)
    assert found[rule].field == field
    assert found[rule].message
    assert found[rule].remedy


def test_a_place_out_of_order_is_named() -> None:
    root = etree.fromstring(_signed())
    root.append(root.find("{*}IssueDate"))
    broken = [one for one in _check(etree.tostring(root)) if one.rule == CODE]
    assert [one.message for one in broken] == ["IssueDate stands in the wrong place."]
    assert broken[0].place == "/ubl:Invoice/cbc:IssueDate[1]"


@pytest.mark.parametrize("xml", [b"", b"no document", b"<Invoice/>", b"<a><b></a>"])
def test_what_is_no_document_is_one_finding_and_no_failure(xml: bytes) -> None:
    assert [one.rule for one in _check(xml)] == [CODE]


def test_a_field_says_who_can_mend_it() -> None:
    assert origin_of("seller.vat_number") == Origin("company", "vat_number")
    assert origin_of("buyer.postal_zone") == Origin("contact", "postal_zone")
    assert origin_of("lines[3].allowances[1].amount") == Origin("sale", "allowances[1].amount", 3)
    assert origin_of("issue_date") == Origin("sale", "issue_date")


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    for rule in RULES:
        assert rule.message.endswith("."), rule.id
        assert rule.remedy.endswith("."), rule.id
        assert rule.field, rule.id
