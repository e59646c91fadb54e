"""What field 86 of an MT940 message says about a payment: purpose, party, its account.

Three ways of writing are known: the German one of numbered parts (`?20…?32`), the one of named
parts (`/NAME/…/IBAN/…`), and plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from mt940 import models, processors, tags
from mt940.options import Options

from addons.accounting.services.bank.formats.marks import one_line

WIDTH: Final = 65
"""Characters of a full line; what follows one continues the word."""
_NUMBERED: Final = re.compile(r"\d{3}\?\d{2}")
_NAMED: Final = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|CREF|ORDP|BENM|MARF|CSID|RTYP|PREF|ADDR|ID|PURP|ISDT)/"
)


@dataclass(frozen=True, slots=True)
class Details:
    """The parts of a payment that could be told apart; `text` has all that is meant to be read."""

    text: str
    name: str = ""
    account: str = ""
    reference: str = ""
    kind: str = ""


def details_of(value: str) -> Details:
    """What the field says."""
    text = _unwrapped(value)
    if _NUMBERED.match(text):
        return _numbered(value)
    named = _named(text)
    if named:
        return Details(
            text=one_line(named.get("TRTP"), named.get("REMI")) or one_line(text),
            name=one_line(named.get("NAME")),
            account=one_line(named.get("IBAN")),
            reference=_given(named.get("EREF")),
        )
    return Details(one_line(text))


def _numbered(value: str) -> Details:
    transactions = models.Transactions(processors={}, options=Options.all())
    given: dict[str, Any] = {"transaction_details": value}
    found = processors.transaction_details_post_processor(
        transactions, tags.TransactionDetails(), given, dict(given)
    )
    purpose = one_line(found.get("purpose"), found.get("additional_purpose"))
    return Details(
        text=one_line(found.get("posting_text"), purpose),
        name=one_line(found.get("applicant_name")),
        account=one_line(found.get("applicant_iban") or found.get("gvc_applicant_iban")),
        reference=_given(found.get("end_to_end_reference")),
        kind=one_line(found.get("transaction_code")),
    )


def _named(text: str) -> dict[str, str]:
    pieces = _NAMED.split(text)
    return {name: piece.strip("/ ") for name, piece in zip(pieces[1::2], pieces[2::2], strict=True)}


def _given(reference: str | None) -> str:
    text = one_line(reference)
    return "" if text.upper() in ("NONREF", "NOTPROVIDED") else text


def _unwrapped(value: str) -> str:
    """The lines as one, without a break in a word that the width of the field has cut."""
    text = ""
    for line in value.splitlines():
        text += line if len(line) >= WIDTH else f"{line} "
    return text.strip()
