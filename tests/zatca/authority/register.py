"""What the stand-in knows and decides: passwords used, certificates issued, documents received."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from tests.zatca.authority import own_checks
from tests.zatca.authority.ca import CertificateAuthority, Device, Refused, read_request
from tests.zatca.authority.stamping import stamped
from tests.zatca.authority.validator import validate

Reply = tuple[int, dict[str, Any]]
_XSD_INFO = {"type": "INFO", "code": "XSD_ZATCA_VALID", "category": "XSD validation"}


@dataclass(slots=True)
class Issue:
    """A certificate and what has been shown with it."""

    device: Device
    secret: str
    request_id: int
    environment: str
    production: bool
    shown: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Received:
    """A document that counts: reported or cleared."""

    token: str
    uuid: str
    hash: str
    counter: int
    previous_hash: str
    status: str
    xml: bytes


class Register:
    """Everything behind the addresses; one lock, as truth is one."""

    def __init__(self) -> None:
        self.authority = CertificateAuthority()
        self.passwords: set[str] = set()
        self.issued: dict[str, Issue] = {}
        self.received: dict[str, Received] = {}
        self.submissions: list[tuple[str, str, str]] = []
        self.renewal_needs_checks = False
        self.certifies: Device | None = None
        """Whom certificates are for, whoever asks: as the sandbox does with production ones."""
        self.days = 5 * 365
        self.lock = Lock()

    def new_password(self) -> str:
        """An OTP as the portal shows it: six digits, good once."""
        otp = f"{secrets.randbelow(10**6):06d}"
        self.passwords.add(otp)
        return otp

    def compliance(self, environment: str, otp: str, body: dict[str, Any]) -> Reply:
        """POST /compliance."""
        problem = self._spend(otp)
        if problem is not None:
            return problem
        try:
            device = read_request(str(body.get("csr")), environment)
        except Refused as error:
            return 400, {"errors": [{"code": "Invalid-CSR", "message": str(error)}]}
        return 200, self._issue(device, environment, production=False)

    def renew(self, environment: str, owner: Issue, otp: str, body: dict[str, Any]) -> Reply:
        """PATCH /production/csids."""
        problem = self._spend(otp)
        if problem is not None:
            return problem
        try:
            device = read_request(str(body.get("csr")), environment)
        except Refused as error:
            return 400, {"errors": [{"code": "Invalid-CSR", "message": str(error)}]}
        if device.vat_number != owner.device.vat_number:
            return 400, {"errors": [{"code": "Invalid-CSR", "message": "another taxpayer"}]}
        if self.renewal_needs_checks:
            told = self._issue(device, environment, production=False)
            return 428, {**told, "dispositionMessage": "NOT_COMPLIANT"}
        return 200, self._issue(device, environment, production=True)

    def production(self, owner: Issue, body: dict[str, Any]) -> Reply:
        """POST /production/csids: not before every kind of document was shown."""
        if str(body.get("compliance_request_id")) != str(owner.request_id):
            return 400, {"errors": [{"code": "Invalid-ComplianceRequestID", "message": ""}]}
        wanted = {
            f"{kind}-{code}"
            for kind, flag in zip(("01", "02"), owner.device.kinds[:2], strict=True)
            for code in ("388", "381", "383")
            if flag == "1"
        }
        if missing := sorted(wanted - owner.shown):
            message = f"Compliance steps missing: {', '.join(missing)}"
            return 400, {"errors": [{"code": "Missing-ComplianceSteps", "message": message}]}
        return 200, self._issue(owner.device, owner.environment, production=True)

    def check(self, owner: Issue, body: dict[str, Any]) -> Reply:
        """POST /compliance/invoices."""
        xml, errors, warnings = self._judged(owner, body)
        results = _results(errors, warnings)
        if xml is not None and not errors:
            kind = _kind(xml)
            owner.shown.add(kind)
            name = "clearanceStatus" if kind.startswith("01") else "reportingStatus"
            told = "CLEARED" if kind.startswith("01") else "REPORTED"
            return 200, {"validationResults": results, name: told}
        return 400, {"validationResults": results, "reportingStatus": "NOT_REPORTED"}

    def submit(self, token: str, owner: Issue, body: dict[str, Any], *, clear: bool) -> Reply:
        """Reporting and clearance."""
        uuid, digest = str(body.get("uuid")), str(body.get("invoiceHash"))
        self.submissions.append((uuid, digest, str(body.get("invoice"))))
        field_name = "clearanceStatus" if clear else "reportingStatus"
        earlier = self.received.get(uuid)
        if earlier is not None and earlier.hash == digest and clear:
            return 208, self._cleared(earlier, ())
        if earlier is not None:
            said = "Invoice was already Reported successfully earlier."
            results = _results({"": said}, ())
            results["errorMessages"][0].update(code=None, category=None)
            return 409, {"validationResults": results, field_name: "NOT_REPORTED"}
        xml, errors, warnings = self._judged(owner, body)
        if xml is None or errors:
            told = "NOT_CLEARED" if clear else "NOT_REPORTED"
            return 400, {"validationResults": _results(errors, warnings), field_name: told}
        kept = _received(token, xml, uuid, digest, "CLEARED" if clear else "REPORTED")
        self.received[uuid] = kept
        status = 202 if warnings else 200
        if clear:
            return status, self._cleared(kept, warnings)
        return status, {"validationResults": _results({}, warnings), field_name: "REPORTED"}

    def _cleared(self, document: Received, warnings: Any) -> dict[str, Any]:
        text = base64.b64encode(stamped(document.xml, self.authority.key)).decode()
        return {
            "validationResults": _results({}, warnings),
            "clearanceStatus": "CLEARED",
            "clearedInvoice": text,
        }

    def _judged(
        self, owner: Issue, body: dict[str, Any]
    ) -> tuple[bytes | None, dict[str, str], frozenset[str]]:
        """The document, what is wrong with it, and what could become wrong."""
        try:
            xml = base64.b64decode(str(body.get("invoice")), validate=True)
            root = etree.fromstring(xml)
        except (binascii.Error, etree.XMLSyntaxError):
            return None, {"Invalid-Invoice": "not readable"}, frozenset()
        verdict = validate(xml)
        errors = dict.fromkeys(verdict.errors, "")
        digest = base64.b64encode(own_checks.invoice_hash(root)).decode()
        if body.get("invoiceHash") != digest:
            errors["invalid-invoice-hash"] = "The hash does not match the document"
        if body.get("uuid") != root.findtext("cbc:UUID", namespaces=own_checks.NS):
            errors["uuid"] = "another document"
        for code in self._of_certificate(owner, root):
            errors[code] = "certificate-permissions"
        return xml, errors, verdict.warnings

    def _of_certificate(self, owner: Issue, root: etree._Element) -> list[str]:
        certificate = own_checks.certificate_of(root)
        if certificate is None:
            return ["invalid-signing-certificate"]
        found = []
        if certificate.public_key() != owner.device.request.public_key():
            found.append("invalid-signing-certificate")
        party = "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
        if root.findtext(party, namespaces=own_checks.NS) != owner.device.vat_number:
            found.append("certificate-permissions")
        kind = _kind(etree.tostring(root))
        if owner.device.kinds[0 if kind.startswith("01") else 1] != "1":
            found.append("certificate-permissions")
        return found

    def _spend(self, otp: str) -> Reply | None:
        if not otp:
            return 400, {"errors": [{"code": "Missing-OTP", "message": "OTP is required field"}]}
        if otp not in self.passwords:
            said = "The provided OTP is invalid"
            return 400, {"errors": [{"code": "Invalid-OTP", "message": said}]}
        self.passwords.remove(otp)
        return None

    def _issue(self, device: Device, environment: str, *, production: bool) -> dict[str, Any]:
        token = self.authority.issue(self.certifies or device, days=self.days)
        secret = secrets.token_urlsafe(32)
        number = 1_000_000_000_000 + len(self.issued)
        self.issued[token] = Issue(device, secret, number, environment, production)
        return {
            "requestID": number,
            "tokenType": None,
            "dispositionMessage": "ISSUED",
            "binarySecurityToken": token,
            "secret": secret,
        }


def _kind(xml: bytes) -> str:
    code = etree.fromstring(xml).find("cbc:InvoiceTypeCode", own_checks.NS)
    assert code is not None
    return f"{(code.get('name') or '')[:2]}-{code.text}"


def _received(token: str, xml: bytes, uuid: str, digest: str, status: str) -> Received:
    root = etree.fromstring(xml)
    counter = root.xpath(
        "string(cac:AdditionalDocumentReference[cbc:ID='ICV']/cbc:UUID)", namespaces=own_checks.NS
    )
    return Received(token, uuid, digest, int(counter), own_checks.previous_hash(root), status, xml)


def _results(errors: dict[str, str], warnings: Any) -> dict[str, Any]:
    status = "ERROR" if errors else "WARNING" if warnings else "PASS"
    return {
        "infoMessages": [_XSD_INFO | {"message": "Complied", "status": "PASS"}],
        "warningMessages": [_message("WARNING", code, "") for code in sorted(warnings)],
        "errorMessages": [_message("ERROR", code, said) for code, said in sorted(errors.items())],
        "status": status,
    }


def _message(kind: str, code: str, said: str) -> dict[str, Any]:
    category = "KSA" if "KSA" in code else "EN_16931" if code.startswith("BR") else code
    message = said or f"[{code}] does not hold"
    return {"type": kind, "code": code, "category": category, "message": message, "status": kind}
