"""Why a document was refused, in plain words, with the field that mends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from addons.zatca.authority.answers import Message
from addons.zatca.documents.signing import RIYADH
from addons.zatca.models import Document
from addons.zatca.rules.book import BY_CODE
from addons.zatca.rules.checking import check
from addons.zatca.rules.finding import Finding
from addons.zatca.rules.sale_fields import origin_of
from addons.zatca.services.found import sale_page
from addons.zatca.services.sending.words import words_of
from addons.zatca.services.special_invoices import INVOICE
from core.api import msg

_SPECIAL: Final = ("flags.", "supply_end")
_UNKNOWN: Final = msg("The authority gives a reason that we have no words for.")
_AS_TOLD: Final = msg("Read what it says, mend the sale, and make a new document.")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason. `told` are the authority's own words; `field` is that of the sale, and `url`
    the page where it is mended; empty where no field is at fault."""

    code: str
    sentence: str
    remedy: str
    told: str
    field: str = ""
    url: str = ""


def explain(document: Document, now: datetime) -> tuple[Explanation, ...]:
    """The reasons why the authority refused a document, or what it warned of."""
    told = document.errors or document.warnings
    if not told:
        return ()
    moment = document.answered_at or now
    found = check(document.xml, today=moment.astimezone(RIYADH).date(), now=moment)
    by_code: dict[str, list[Finding]] = {}
    for finding in found:
        by_code.setdefault(finding.rule, []).append(finding)
    return tuple(one for each in told for one in _reasons(document, each, by_code))


def explain_step(messages: Iterable[Message]) -> tuple[Explanation, ...]:
    """Why a step of a device's registration was not done."""
    return tuple(_in_words(each.code, each.text) for each in messages)


def _reasons(
    document: Document, told: Mapping[str, Any], found: Mapping[str, list[Finding]]
) -> list[Explanation]:
    code, text = str(told.get("code") or ""), str(told.get("message") or "")
    if code in found:
        return [
            Explanation(
                code, each.message, each.remedy, text, each.field, _page(document, each.field)
            )
            for each in found[code]
        ]
    if code in BY_CODE:
        rule = BY_CODE[code]
        return [Explanation(code, rule.message, rule.remedy, text, url=_page(document, ""))]
    return [_in_words(code, text)]


def _in_words(code: str, text: str) -> Explanation:
    words = words_of(code)
    if words is None:
        return Explanation(code, _UNKNOWN, _AS_TOLD, text)
    return Explanation(code, words.sentence, words.remedy, text)


def _page(document: Document, field: str) -> str:
    """Where a field is mended: at the seller, at the buyer, among the special invoices, or at the
    sale itself."""
    owner = origin_of(field).owner if field else "sale"
    if owner == "company":
        return "/zatca/sellers"
    if owner == "contact" and document.contact_id is not None:
        return f"/contacts/contacts/{document.contact_id}"
    if document.source_type == INVOICE and field.startswith(_SPECIAL):
        return f"/zatca/special-invoices?invoice_id={document.source_id}"
    return sale_page(document.source_type, document.source_id)
