"""What stands in a document, whoever made it: a till's on its way in, the authority's on its way
back, a sample.

Nothing that is read is written again: a document is kept byte for byte, because one blank more
would be another document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from addons.zatca.documents.hashing import base64_text, digest_of

NAMESPACES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
ROOT_NAME: Final = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
_ATTACHED: Final = "/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"


class DocumentUnreadable(ValueError):
    """The bytes are no electronic invoice in UBL."""


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """What the XAdES block states. `properties` is its signed part."""

    invoice_digest: str
    properties_digest: str
    value: str
    certificate: str
    signed_at: str
    certificate_digest: str
    issuer: str
    serial: str
    properties: etree._Element | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's own words; empty where it says nothing. `digest` is worked out, all else read.
    `totals` are those that a QR code may name: what is payable, and the total with VAT."""

    number: str
    uuid: str
    counter: str
    previous_hash: str
    issue_date: str
    issue_time: str
    kind: str
    type_name: str
    currency: str
    seller: str
    seller_vat: str
    buyer: str
    buyer_vat: str
    totals: tuple[str, str]
    tax: str
    qr: str
    signature: SignatureBlock
    digest: bytes

    @property
    def hash(self) -> str:
        """The document's hash as text."""
        return base64_text(self.digest)

    @property
    def simplified(self) -> bool:
        return self.type_name.startswith("02")


def parsed(xml: bytes) -> etree._Element:
    """The tree of a document. Entities and document types are refused: they could reach out of the
    document, and no invoice has any. Raises DocumentUnreadable."""
    if b"<!DOCTYPE" in xml:
        # Before it is parsed: what it declares could grow beyond all measure.
        raise DocumentUnreadable("the document declares a document type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentUnreadable(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise DocumentUnreadable("the document declares a document type")
    if root.tag != ROOT_NAME:
        raise DocumentUnreadable(f"the document is of {root.tag}, which is no UBL invoice")
    return root


def read(xml: bytes) -> Reading:
    """Read a document. Raises DocumentUnreadable."""
    return read_tree(parsed(xml))


def read_tree(root: etree._Element) -> Reading:
    """Read a document that was parsed already."""
    seller, buyer = "cac:AccountingSupplierParty/", "cac:AccountingCustomerParty/"
    name = "cac:Party/cac:PartyLegalEntity/cbc:RegistrationName"
    vat = "cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
    kind = root.find("cbc:InvoiceTypeCode", NAMESPACES)
    total = "cac:LegalMonetaryTotal/cbc:"
    return Reading(
        number=_text(root, "cbc:ID"),
        uuid=_text(root, "cbc:UUID"),
        counter=_text(root, _reference("ICV") + "/cbc:UUID"),
        previous_hash=_text(root, _reference("PIH") + _ATTACHED),
        issue_date=_text(root, "cbc:IssueDate"),
        issue_time=_text(root, "cbc:IssueTime"),
        kind=_text(root, "cbc:InvoiceTypeCode"),
        type_name="" if kind is None else kind.get("name", ""),
        currency=_text(root, "cbc:DocumentCurrencyCode"),
        seller=_text(root, seller + name),
        seller_vat=_text(root, seller + vat),
        buyer=_text(root, buyer + name),
        buyer_vat=_text(root, buyer + vat),
        totals=(_text(root, f"{total}PayableAmount"), _text(root, f"{total}TaxInclusiveAmount")),
        tax=_text(root, "cac:TaxTotal/cbc:TaxAmount"),
        qr=_text(root, _reference("QR") + _ATTACHED),
        signature=_signature(root),
        digest=digest_of(root),
    )


def _signature(root: etree._Element) -> SignatureBlock:
    signature = ".//ds:Signature/"
    references = root.findall(f"{signature}ds:SignedInfo/ds:Reference", NAMESPACES)
    of_invoice = [each for each in references if each.get("URI") == ""]
    of_properties = [each for each in references if each.get("URI") == "#xadesSignedProperties"]
    signed = f"{signature}ds:Object/xades:QualifyingProperties/xades:SignedProperties"
    stated = f"{signed}/xades:SignedSignatureProperties/"
    certificate = f"{stated}xades:SigningCertificate/xades:Cert/"
    return SignatureBlock(
        invoice_digest=_text(of_invoice[0], "ds:DigestValue") if of_invoice else "",
        properties_digest=_text(of_properties[0], "ds:DigestValue") if of_properties else "",
        value=_text(root, f"{signature}ds:SignatureValue"),
        certificate=_text(root, f"{signature}ds:KeyInfo/ds:X509Data/ds:X509Certificate"),
        signed_at=_text(root, f"{stated}xades:SigningTime"),
        certificate_digest=_text(root, f"{certificate}xades:CertDigest/ds:DigestValue"),
        issuer=_text(root, f"{certificate}xades:IssuerSerial/ds:X509IssuerName"),
        serial=_text(root, f"{certificate}xades:IssuerSerial/ds:X509SerialNumber"),
        properties=root.find(signed, NAMESPACES),
    )


def _reference(name: str) -> str:
    return f"cac:AdditionalDocumentReference[cbc:ID='{name}']"


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path, "", NAMESPACES) or "").strip()
