"""CAMT messages of ISO 20022 in any version: .052 interim, .053 statement, .054 notification.

An entry (`Ntry`) becomes one line. Where its details (`TxDtls`) make up its whole amount, each of
them becomes a line, so that a collective booking can be matched payment by payment. Entries that
the bank has only announced (`PDNG`, `INFO`) are no movements yet and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from addons.accounting.services.bank.errors import unreadable, unreadable_at
from addons.accounting.services.bank.formats.camt_details import details_of
from addons.accounting.services.bank.formats.camt_xml import (
    Element,
    child,
    children,
    day_in,
    parsed,
    place,
    said,
    signed,
    stamp_day,
)
from addons.accounting.services.bank.iban import normalized
from addons.accounting.services.bank.values import BankBalance, BankLine, BankStatement
from core.api import phrase

SIGN: Final = re.compile(rb"camt\.05[234]\.|BkToCstmr(Stmt|AcctRpt|DbtCdtNtfctn)")
"""What such a file is known by."""
_NAMESPACE: Final = re.compile(
    r"\{urn:iso:std:iso:20022:tech:xsd:(camt\.05[234]\.\d{3}\.\d{2})\}.*"
)
_REPORTS: Final = {
    "BkToCstmrStmt": "Stmt",
    "BkToCstmrAcctRpt": "Rpt",
    "BkToCstmrDbtCdtNtfctn": "Ntfctn",
}
_OPENING: Final = ("OPBD", "PRCD", "ITBD")
_CLOSING: Final = ("CLBD", "ITBD")


@dataclass(frozen=True, slots=True)
class _Balance:
    kind: str
    currency: str
    balance: BankBalance


def read_camt(content: bytes) -> tuple[BankStatement, ...]:
    """The statements of a message; raises BankFileIsUnreadable with line and element."""
    root = parsed(content)
    if not _NAMESPACE.fullmatch(str(root.tag)):
        raise unreadable_at(
            place(root),
            phrase("{written} is not a CAMT.052, .053 or .054.", written=str(root.tag)[:80]),
            fix=phrase("Ask the bank for the statement as CAMT.053."),
        )
    found = tuple(
        _statement(report, element)
        for message, report in _REPORTS.items()
        for element in children(root, message, report)
    )
    if not found:
        raise unreadable(
            phrase("The file holds no statement: neither movements nor balances."),
            fix=phrase("Ask the bank for the statement again, or choose another file."),
        )
    return found


def _statement(report: str, element: Element) -> BankStatement:
    balances = list(_balances(element))
    entries = list(children(element, "Ntry"))
    currency = said(element, "Acct", "Ccy") or _currency(balances, entries)
    lines: list[BankLine] = []
    announced = 0
    for number, entry in enumerate(entries, start=1):
        status = said(entry, "Sts", "Cd") or said(entry, "Sts")
        if status in ("PDNG", "INFO", "FUTR"):
            announced += 1
        else:
            lines.extend(_lines(entry, number, currency))
    opening = _first(balances, _OPENING) if report != "Ntfctn" else None
    closing = _last(balances, _CLOSING) if report != "Ntfctn" else None
    iban = normalized(said(element, "Acct", "Id", "IBAN"))
    period = child(element, "FrToDt")
    return BankStatement(
        account=iban or said(element, "Acct", "Id", "Othr", "Id"),
        iban=iban,
        currency=currency,
        number=said(element, "Id"),
        lines=tuple(lines),
        first_day=stamp_day(child(period, "FrDtTm")),
        last_day=stamp_day(child(period, "ToDtTm")),
        opening=opening,
        closing=closing,
        interim=report != "Stmt",
        where=place(element),
        warnings=tuple(_in_other_currencies(entries, currency)),
        left_out=_announced(announced),
    )


def _in_other_currencies(entries: list[Element], currency: str) -> Iterator[str]:
    """Entries whose figure is not in the currency of the account."""
    for entry in entries:
        amount = child(entry, "Amt")
        written_in = "" if amount is None else amount.get("Ccy", "")
        if amount is not None and written_in and currency and written_in != currency:
            yield phrase(
                "{where}: the entry is in {entry}, the account in {account};"
                " its figure is taken as it stands.",
                where=place(amount),
                entry=written_in,
                account=currency,
            )


def _announced(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (phrase("{count} entries are announced and not yet booked.", count=count),)


def _balances(element: Element) -> Iterator[_Balance]:
    for balance in children(element, "Bal"):
        amount = child(balance, "Amt")
        if amount is None:
            raise unreadable_at(place(balance), phrase("The balance has no amount."))
        figure, currency = signed(amount, said(balance, "CdtDbtInd"))
        kind = said(balance, "Tp", "CdOrPrtry", "Cd") or said(balance, "Tp", "CdOrPrtry", "Prtry")
        yield _Balance(kind, currency, BankBalance(figure, day_in(child(balance, "Dt"))))


def _first(balances: list[_Balance], kinds: tuple[str, ...]) -> BankBalance | None:
    """The earliest balance of the first kind that there is."""
    for kind in kinds:
        found = [item.balance for item in balances if item.kind == kind]
        if kind == "ITBD" and len(found) < 2:
            continue  # one interim balance alone says where an interim report ends
        if found:
            return found[0]
    return None


def _last(balances: list[_Balance], kinds: tuple[str, ...]) -> BankBalance | None:
    for kind in kinds:
        found = [item.balance for item in balances if item.kind == kind]
        if found:
            return found[-1]
    return None


def _currency(balances: list[_Balance], entries: list[Element]) -> str:
    named = [item.currency for item in balances if item.currency]
    named += [a.get("Ccy", "") for entry in entries for a in children(entry, "Amt")]
    return named[0] if named else ""


def _lines(entry: Element, number: int, currency: str) -> Iterator[BankLine]:
    """The lines of an entry: one, or one for each payment in it."""
    where = place(entry)
    amount = child(entry, "Amt")
    if amount is None:
        raise unreadable_at(where, phrase("The entry has no amount."))
    indicator = said(entry, "CdtDbtInd")
    total, entry_currency = signed(amount, indicator)
    booked, valued = day_in(child(entry, "BookgDt")), day_in(child(entry, "ValDt"))
    day = booked or valued
    if day is None:
        raise unreadable_at(where, phrase("The entry has neither a booking nor a value date."))
    payments = list(children(entry, "NtryDtls", "TxDtls"))
    parts = _parts(payments, indicator, total, entry_currency)
    batch = said(entry, "AcctSvcrRef") or said(entry, "NtryRef") or str(number)
    for place_in_batch, (payment, part) in enumerate(parts, start=1):
        details = details_of(entry, payment, money_in=part > 0, currency=entry_currency)
        yield BankLine(
            date=day,
            value_date=valued,
            amount=part,
            where=where,
            batch=batch,
            bank_id=_bank_id(entry, payment, len(parts), place_in_batch),
            text=details.text,
            reference=details.reference,
            partner_name=details.name,
            partner_account=details.account,
            original_amount=details.original_amount,
            original_currency=details.original_currency,
            charges=details.charges,
            kind=details.kind,
        )


def _bank_id(entry: Element, payment: Element | None, parts: int, position: int) -> str:
    """The bank's own id of the line: the entry's; within a collective booking the payment's too."""
    own = said(entry, "AcctSvcrRef")
    if parts == 1:
        return own or said(payment, "Refs", "AcctSvcrRef")
    within = said(payment, "Refs", "AcctSvcrRef") or said(payment, "Refs", "EndToEndId")
    return f"{own}/{within or position}" if own else within


def _parts(
    payments: list[Element], indicator: str, total: Decimal, currency: str
) -> list[tuple[Element | None, Decimal]]:
    """Each payment of an entry with its amount, if together they are the entry; else the entry."""
    whole: list[tuple[Element | None, Decimal]] = [(payments[0] if payments else None, total)]
    if len(payments) < 2:
        return whole
    parts: list[tuple[Element | None, Decimal]] = []
    for payment in payments:
        amount = child(payment, "Amt")
        if amount is None:
            amount = child(payment, "AmtDtls", "TxAmt", "Amt")
        if amount is None:
            return [(None, total)]
        part, written_in = signed(amount, said(payment, "CdtDbtInd") or indicator)
        if written_in != currency:
            return [(None, total)]
        parts.append((payment, part))
    return parts if sum((part for _, part in parts), Decimal()) == total else [(None, total)]
