"""A trading company with a bank account, and statements for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.bank import BankAccount, BankLine
from addons.accounting.services.bank.accounts import create_bank_account
from addons.accounting.services.bank.importing import keep, locked, plan_import
from addons.accounting.services.bank.matching.suggesting import suggestions_for
from addons.accounting.services.bank.matching.suggestion import Suggestion
from addons.accounting.services.bank.reading import read_bank_file
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post, seal_now

IBAN = "SA0380000000608010167519"
NOOR_IBAN = "SA4420000001234567891234"
DAY = date(2026, 3, 20)


def open_bank(session: Session, **more: Any) -> BankAccount:
    """The bank account of the company: account 1010 of its books."""
    account = session.scalars(select(Account).where(Account.code == more.pop("code", "1010"))).one()
    return create_bank_account(
        session, {"account_id": account.id, "name": "Riyad Bank", "iban": IBAN, **more}
    )


def camt(*movements: tuple[str, str] | tuple[str, str, dict[str, str]], opening: str = "0",
         currency: str = "SAR", iban: str = IBAN, day: date = DAY) -> bytes:  # fmt: skip
    """A statement with these movements: amount, text, and what else is known of them: `name`,
    `account`, `sent` ("100 EUR"), `day`."""
    total = Decimal(opening) + sum(Decimal(movement[0]) for movement in movements)
    entries = []
    for number, movement in enumerate(movements, start=1):
        amount, text = Decimal(movement[0]), movement[1]
        more = movement[2] if len(movement) == 3 else {}
        party = "Dbtr" if amount > 0 else "Cdtr"
        sent = more.get("sent", "").split()
        instructed = (
            f'<AmtDtls><InstdAmt><Amt Ccy="{sent[1]}">{sent[0]}</Amt></InstdAmt></AmtDtls>'
            if sent
            else ""
        )
        account = f"<{party}Acct><Id><IBAN>{more.get('account', '')}</IBAN></Id></{party}Acct>"
        entries.append(
            f'<Ntry><Amt Ccy="{currency}">{abs(amount)}</Amt>'
            f"<CdtDbtInd>{'CRDT' if amount > 0 else 'DBIT'}</CdtDbtInd><Sts>BOOK</Sts>"
            f"<BookgDt><Dt>{more.get('day', day.isoformat())}</Dt></BookgDt>"
            f"<AcctSvcrRef>{day:%y%m%d}-{number}-{text[:12]}</AcctSvcrRef>"
            f"<NtryDtls><TxDtls>{instructed}<RltdPties><{party}><Nm>{more.get('name', '')}</Nm>"
            f"</{party}>{account if 'account' in more else ''}</RltdPties>"
            f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{abs(amount)}'
        f"</Amt><CdtDbtInd>{'DBIT' if amount < 0 else 'CRDT'}</CdtDbtInd>"
        f"<Dt><Dt>{day.isoformat()}</Dt></Dt></Bal>"
        for kind, amount in (("OPBD", Decimal(opening)), ("CLBD", total))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Id>{day:%Y%m%d}</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balances}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def arrived(session: Session, bank: BankAccount, content: bytes) -> list[BankLine]:
    """Import a statement and give the lines that wait."""
    for file in read_bank_file(content, "statement.xml"):
        keep(session, bank, plan_import(session, locked(session, bank.id), file, content))
    return waiting(session, bank)


def waiting(session: Session, bank: BankAccount) -> list[BankLine]:
    """The lines to match, in their order."""
    return list(
        session.scalars(
            select(BankLine)
            .where(BankLine.bank_account_id == bank.id, BankLine.state == "open")
            .order_by(BankLine.date, BankLine.id)
        )
    )


def suggested(session: Session, line: BankLine) -> list[Suggestion]:
    """What a line could be."""
    return suggestions_for(session, line.bank_account, [line])[line.id]


def posted(session: Session, *lines: tuple[str, str], day: date = DAY, **more: Any) -> int:
    """An entry of the bank's journal: account and amount of each line."""
    drafts = tuple(LineDraft(account, Decimal(amount)) for account, amount in lines)
    outcome = post(session, EntryDraft(day, drafts, journal="BNK", **more))
    seal_now(session)
    return outcome.id
