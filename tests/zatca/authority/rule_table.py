"""The authority's assertions as a style sheet that says which of them fire on a document.

`rules.tsv` holds each condition and the context that its template matches. Where the authority's
sheet walks further inside that template, or computes variables first, the table only tells the
condition; `INSIDE` and `BOUND` say what it is about, after the assertion's own message.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES: Final = {
    "xsl": "http://www.w3.org/1999/XSL/Transform",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "ubl": f"{_UBL}Invoice-2",
    "cn": f"{_UBL}CreditNote-2",
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
    "ext": f"{_UBL}CommonExtensionComponents-2",
    "sig": f"{_UBL}CommonSignatureComponents-2",
    "sac": f"{_UBL}SignatureAggregateComponents-2",
    "sbc": f"{_UBL}SignatureBasicComponents-2",
}

_LINE: Final = "/ubl:Invoice/cac:InvoiceLine"
_PREPAID: Final = "/ubl:Invoice[cac:LegalMonetaryTotal/cbc:PrepaidAmount > 0]/cac:InvoiceLine"
_ADVANCE: Final = f"{_LINE}/cac:TaxTotal/cac:TaxSubtotal"
_PARTY: Final = "(//cac:AccountingSupplierParty|//cac:AccountingCustomerParty)/cac:Party"
_NOTE: Final = "/ubl:Invoice[cbc:InvoiceTypeCode = ('381', '383')]"
_TYPED: Final = "/ubl:Invoice[cbc:InvoiceTypeCode/substring(@name, 1, 2) = ('01', '02')]"
_DISCOUNT: Final = "cac:AllowanceCharge[cbc:ChargeIndicator = false()]"
_CHARGE: Final = "cac:AllowanceCharge[cbc:ChargeIndicator = true()]"

INSIDE: Final = {
    "BR-KSA-F-06-C17": _LINE,
    "BR-KSA-F-06-C30": _LINE,
    "BR-KSA-F-06-C31": _LINE,
    "BR-KSA-F-06-C20": _LINE,
    "BR-KSA-CL-06": f"(/ubl:Invoice|{_LINE})/{_CHARGE}[cbc:AllowanceChargeReasonCode]",
    "BR-KSA-79": f"{_ADVANCE}",
    "BR-KSA-74": f"{_PREPAID}/cac:DocumentReference",
    "BR-KSA-75": f"{_PREPAID}/cac:DocumentReference",
    "BR-KSA-82": f"{_PREPAID}/cac:DocumentReference",
    "BR-KSA-DEC-06": f"{_PREPAID}/cac:TaxTotal/cac:TaxSubtotal",
    "BR-KSA-76": f"{_PREPAID}/cac:TaxTotal/cac:TaxSubtotal",
    "BR-KSA-77": f"{_PREPAID}/cac:TaxTotal/cac:TaxSubtotal",
    "BR-KSA-78": f"{_PREPAID}/cac:TaxTotal/cac:TaxSubtotal",
    "BR-KSA-F-12": f"{_PARTY}/cac:PartyIdentification[1]/cbc:ID",
    "BR-KSA-F-13": f"{_PARTY}/cac:PartyIdentification[1]/cbc:ID",
    "BR-KSA-16": f"{_TYPED}//cac:PaymentMeans/cbc:PaymentMeansCode",
    "BR-KSA-F-06-C13": f"{_NOTE}//cac:PaymentMeans/cbc:InstructionNote",
    "BR-KSA-F-06-C22": f"{_NOTE}//cac:BillingReference",
    "BR-KSA-DEC-01": f"(/ubl:Invoice|{_LINE})/{_DISCOUNT}",
    "BR-KSA-19": f"/ubl:Invoice/{_CHARGE}",
    "BR-KSA-21": f"/ubl:Invoice/{_CHARGE}",
    "BR-KSA-F-06-C33": f"/ubl:Invoice/{_CHARGE}",
    "BR-KSA-20": f"{_LINE}/{_CHARGE}",
    "BR-KSA-22": f"{_LINE}/{_CHARGE}",
    "BR-KSA-F-06-C34": f"{_LINE}/{_CHARGE}",
    "BR-KSA-F-06-C35": f"/ubl:Invoice/{_DISCOUNT}",
    "BR-KSA-F-06-C36": f"{_LINE}/{_DISCOUNT}",
    "BR-KSA-11": f"{_LINE}/cac:Item/cac:ClassifiedTaxCategory[normalize-space(cbc:ID) = 'O']",
    "BR-KSA-12": f"/ubl:Invoice/{_DISCOUNT}/cac:TaxCategory[normalize-space(cbc:ID) = 'O']",
    "BR-KSA-13": f"/ubl:Invoice/{_CHARGE}/cac:TaxCategory[normalize-space(cbc:ID) = 'O']",
    "BR-KSA-93": f"{_ADVANCE}/cac:TaxCategory[normalize-space(cbc:ID) = 'Z']",
    "BR-KSA-94": f"{_ADVANCE}/cac:TaxCategory[normalize-space(cbc:ID) = 'E']",
    "BR-KSA-95": f"{_ADVANCE}/cac:TaxCategory[normalize-space(cbc:ID) = 'O']",
    "BR-KSA-96": f"{_ADVANCE}/cac:TaxCategory[normalize-space(cbc:ID) = ('Z', 'E', 'O')]",
    "BR-KSA-CL-07": f"{_ADVANCE}/cac:TaxCategory[normalize-space(cbc:ID) = ('Z', 'E', 'O')]",
    "BR-KSA-F-06-C39": f"{_ADVANCE}/cac:TaxCategory[normalize-space(cbc:ID) = ('Z', 'E', 'O')]",
}
"""Where a condition is evaluated, if deeper than its template."""

_RATE: Final = "[cac:TaxScheme/normalize-space(upper-case(cbc:ID)) = 'VAT']/xs:decimal(cbc:Percent)"
_WITHIN_A_CENT: Final = (
    f"exists({{0}}cbc:TaxableAmount) and exists({{1}}{_RATE})"
    " and abs(xs:decimal({0}cbc:TaxAmount) - xs:decimal(format-number({0}cbc:TaxableAmount"
    f" * {{1}}{_RATE} div 100, '0.00'))) <= 0.01 * count(//cac:InvoiceLine)"
)
BOUND: Final = {
    "BR-CO-17": {"checkTwo": _WITHIN_A_CENT.format("", "cac:TaxCategory")},
    "BR-S-09": {
        "checkOne": "not(cbc:Percent)",
        "checkTwo": _WITHIN_A_CENT.format("../", "self::*"),
    },
    "BR-KSA-80": {
        "prepaid-amount-exists": "exists(cac:LegalMonetaryTotal/cbc:PrepaidAmount)",
        "prepaid-amount": "xs:decimal((cac:LegalMonetaryTotal/cbc:PrepaidAmount, 0)[1])",
        "taxable-amount-exists": f"exists({_ADVANCE}/cbc:TaxableAmount)",
        "tax-amount-exists": f"exists({_ADVANCE}/cbc:TaxAmount)",
        "taxable-amount-sum": f"sum({_ADVANCE}/xs:decimal(cbc:TaxableAmount))",
        "tax-amount-sum": f"sum({_ADVANCE}/xs:decimal(cbc:TaxAmount))",
        "any-document-type-code-not-386": (
            f"exists({_LINE}/cac:DocumentReference/cbc:DocumentTypeCode[. != '386'])"
        ),
        "total-tax-amount": "$taxable-amount-sum + $tax-amount-sum",
    },
    "BR-KSA-F-12": {
        "scheme-raw": "string(@schemeID)",
        "scheme-trim": "normalize-space(@schemeID)",
        "scheme-up": "upper-case($scheme-trim)",
        "allowed-here": (
            "('CRN', 'MOM', 'MLS', 'SAG', 'OTH', '700', if (ancestor::cac:AccountingCustomerParty)"
            " then ('TIN', 'NAT', 'IQA', 'PAS', 'GCC') else ())"
        ),
    },
    "BR-KSA-F-13": {
        # Eight digits in a row that count up or down, or are all the same.
        "number": "normalize-space(.)",
        "bad-pattern-exists": (
            "matches($number, '^[0-9]+$') and (some $start in 1 to string-length($number) - 7"
            " satisfies (for $run in substring($number, $start, 8) return"
            " contains('0123456789', $run) or contains('9876543210', $run)"
            " or matches($run, '^([0-9])\\1+$')))"
        ),
    },
}
"""The variables that a condition reads, as XPath."""

_TODAY: Final = (
    "xs:date(substring(string(adjust-dateTime-to-timezone(current-dateTime(),"
    " xs:dayTimeDuration('PT3H'))), 1, 10))"
)
"""The day where the authority is: at 21:00 UTC it is tomorrow there."""
_ABSENT: Final = {
    "BR-KSA-17": (_NOTE, "cac:PaymentMeans"),
    "BR-KSA-56": (_NOTE, "cac:BillingReference"),
    "BR-KSA-73": (
        "/ubl:Invoice[cac:LegalMonetaryTotal/cbc:PrepaidAmount > 0]",
        "cac:InvoiceLine/cac:DocumentReference",
    ),
}
"""Assertions that walk over such elements, and fire too where there is none: their row without a
condition."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One row of the table: where it is evaluated, and the XPath under which it fires."""

    rule: str
    severity: str
    context: str
    fires_when: str


def assertions(table: Path) -> Iterator[Assertion]:
    """The rows in the order of the file, each ready to be evaluated."""
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        _, rule, severity, _, condition, context = line.split("\t")
        place = context.removeprefix("CTX").strip()
        condition = _conjunction(condition).replace("current-date()", _TODAY)
        yield _walked(Assertion(rule, severity, place, condition))


def _walked(row: Assertion) -> Assertion:
    """The row with what it walks over inside its template."""
    if row.rule in _ABSENT:
        document, element = _ABSENT[row.rule]
        if not row.fires_when:
            return replace(row, context=document, fires_when=f"not({element})")
        return replace(row, context=f"{document}/{element}")
    return replace(row, context=INSIDE.get(row.rule, row.context))


def _conjunction(condition: str) -> str:
    """Nested conditions are told as `A && B`."""
    parts = condition.split(" && ")
    return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)


def style_sheet(table: Path) -> str:
    """An XSLT 3.0 sheet whose result names every assertion that fires, and every one that
    cannot be evaluated on the document."""
    rows = list(assertions(table))
    names = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in NAMESPACES.items())
    contexts = list(dict.fromkeys(row.context for row in rows))
    parts = [f'<xsl:stylesheet version="3.0" {names}><xsl:template match="/"><fired>']
    for context in contexts:
        asked = [row for row in rows if row.context == context]
        parts.append(f"<xsl:try><xsl:for-each select={quoteattr(_selected(context))}>")
        parts += [_asked(row) for row in asked]
        parts.append("</xsl:for-each><xsl:catch>")
        parts += [_unevaluated(row) for row in asked]
        parts.append("</xsl:catch></xsl:try>")
    parts.append("</fired></xsl:template></xsl:stylesheet>")
    return "".join(parts)


def _asked(row: Assertion) -> str:
    bound = "".join(
        f"<xsl:variable name={quoteattr(name)} select={quoteattr(value)}/>"
        for name, value in BOUND.get(row.rule, {}).items()
    )
    fired = f'<rule id="{row.rule}" severity="{row.severity}"/>'
    return (
        f"<xsl:try>{bound}<xsl:if test={quoteattr(row.fires_when)}>{fired}</xsl:if>"
        f"<xsl:catch>{_unevaluated(row)}</xsl:catch></xsl:try>"
    )


def _unevaluated(row: Assertion) -> str:
    """The authority's kit gives a document up on which it cannot evaluate an assertion."""
    return f'<rule id="{row.rule}" severity="error" unevaluated="yes"/>'


def _selected(pattern: str) -> str:
    """The nodes that a match pattern stands for."""
    return " | ".join(
        path if path.startswith(("/", "(")) else f"//{path}"
        for path in (part.strip() for part in pattern.split(" | " if "[" in pattern else "|"))
    )
