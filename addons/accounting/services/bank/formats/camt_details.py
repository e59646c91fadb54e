"""Who paid whom for what: the details of an entry in a CAMT message."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from addons.accounting.services.bank.formats.camt_xml import (
    Element,
    all_said,
    amount_in,
    child,
    children,
    said,
)
from addons.accounting.services.bank.formats.marks import one_line


@dataclass(frozen=True, slots=True)
class CamtDetails:
    """The parts of a payment that the books can use."""

    text: str
    name: str
    account: str
    reference: str
    original_amount: Decimal | None
    original_currency: str
    charges: Decimal
    kind: str


def details_of(
    entry: Element, payment: Element | None, *, money_in: bool, currency: str
) -> CamtDetails:
    """What entry and payment say; the other party is the debtor of money that came in."""
    reversed_ = said(entry, "RvslInd") == "true"
    other = "Dbtr" if money_in != reversed_ else "Cdtr"
    parties = child(payment, "RltdPties")
    if reversed_ and not _name(parties, other):
        # Some banks turn the parties of a reversed payment round, others leave them.
        other = "Cdtr" if other == "Dbtr" else "Dbtr"
    amount, original = _original(entry, payment, currency)
    return CamtDetails(
        text=_text(entry, payment),
        name=_name(parties, other),
        account=_account(parties, other),
        reference=_reference(payment),
        original_amount=amount,
        original_currency=original,
        charges=_charges(payment, currency) or _charges(entry, currency),
        kind=_kind(payment) or _kind(entry),
    )


def _name(parties: Element | None, other: str) -> str:
    """Version 8 has a `Pty` between; an ultimate party is who really pays."""
    for path in ((other, "Nm"), (other, "Pty", "Nm"), (f"Ultmt{other}", "Nm")):
        if name := said(parties, *path):
            return name
    return said(parties, f"Ultmt{other}", "Pty", "Nm")


def _account(parties: Element | None, other: str) -> str:
    number = child(parties, f"{other}Acct", "Id")
    return said(number, "IBAN") or said(number, "Othr", "Id")


def _reference(payment: Element | None) -> str:
    """The creditor's own reference, or else the payer's end-to-end id."""
    structured = all_said(payment, "RmtInf", "Strd", "CdtrRefInf", "Ref")
    if structured:
        return structured[0]
    end_to_end = said(payment, "Refs", "EndToEndId")
    return "" if end_to_end.upper() in ("NOTPROVIDED", "NONREF") else end_to_end


def _text(entry: Element, payment: Element | None) -> str:
    documents = all_said(payment, "RmtInf", "Strd", "RfrdDocInf", "Nb")
    own = one_line(
        *all_said(payment, "RmtInf", "Ustrd"),
        *documents,
        *all_said(payment, "RmtInf", "Strd", "AddtlRmtInf"),
        said(payment, "AddtlTxInf"),
    )
    return own or said(entry, "AddtlNtryInf") or said(entry, "NtryRef")


def _original(entry: Element, payment: Element | None, currency: str) -> tuple[Decimal | None, str]:
    """What was instructed, where that was in another currency."""
    for owner in (payment, entry):
        found = child(owner, "AmtDtls", "InstdAmt", "Amt")
        if found is not None:
            amount, written_in = amount_in(found)
            if written_in and written_in != currency:
                return amount, written_in
    return None, ""


def _charges(owner: Element | None, currency: str) -> Decimal:
    """What the bank kept for itself; charges in another currency are no part of the amount."""
    total = child(owner, "Chrgs", "TtlChrgsAndTaxAmt")
    amounts = [total] if total is not None else [
        *children(owner, "Chrgs", "Rcrd", "Amt"), *children(owner, "Chrgs", "Amt")
    ]  # fmt: skip
    known = [amount_in(amount) for amount in amounts]
    return sum((amount for amount, written_in in known if written_in == currency), Decimal())


def _kind(owner: Element | None) -> str:
    domain = child(owner, "BkTxCd", "Domn")
    parts = (said(domain, "Cd"), said(domain, "Fmly", "Cd"), said(domain, "Fmly", "SubFmlyCd"))
    return "-".join(part for part in parts if part) or said(owner, "BkTxCd", "Prtry", "Cd")
