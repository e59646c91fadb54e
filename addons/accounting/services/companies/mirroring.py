"""Documents between companies: what one posted, the other is asked to post as well.

Every posted entry with a line on the inter-company account of a link is proposed to the other
company, once: what we are owed there is what they owe us. There it waits until a person accepts
it, which makes a draft:

    Dr  counterpart account (what it was for; to be changed in the draft)   amount
    Cr  inter-company account of the link                                   amount

or the other way round, and the answer goes back. Drafts that came of a proposal are posted like
all others, and are never proposed back.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import (
    CompanyDocument,
    CompanyLink,
    Journal,
    JournalEntry,
    JournalLine,
)
from addons.accounting.options import AccountingOptions
from addons.accounting.services.companies.links import (
    DOCUMENTS,
    links_in_force,
    require_in_force,
)
from addons.accounting.services.default_accounts import default_account
from addons.accounting.services.drafts import create_draft
from addons.accounting.services.money import round_money
from core.api import Conflict, Letter, actor, enqueue, options, phrase, send_letter

SOURCE: Final = "company"
ANSWER: Final = "accounting.answer_company"
_VERSION: Final = 1


def propose_entries(session: Session) -> int:
    """Propose what was posted on inter-company accounts and was not proposed yet; returns how
    many documents were sent."""
    count = 0
    for link in links_in_force(session, "documents"):
        for entry, amount, currency in _unproposed(session, link):
            document = CompanyDocument(
                link=link,
                direction="out",
                key=f"entry:{entry.id}",
                entry=entry,
                date=entry.date,
                number=entry.number or "",
                narration=entry.narration,
                amount=amount,
                currency=currency,
                state="proposed",
            )
            session.add(document)
            session.flush()
            content = json.dumps(_described(document), ensure_ascii=False)
            send_letter(session, link.company_id, DOCUMENTS, document.key, content)
            count += 1
    return count


def take_in(session: Session, letter: Letter) -> None:
    """Keep a letter about documents: a proposal, or the answer to one. Repeatable."""
    content = json.loads(letter.content)
    link = session.scalar(
        select(CompanyLink).where(
            CompanyLink.company_id == letter.sender_id, CompanyLink.role == "documents"
        )
    )
    if link is None or content.get("version") != _VERSION:
        return
    if content["kind"] == "answer":
        _take_answer(session, link, content)
        return
    known = select(CompanyDocument.id).where(
        CompanyDocument.link_id == link.id,
        CompanyDocument.direction == "in",
        CompanyDocument.key == letter.key,
    )
    if session.scalar(known) is None:
        # What they are owed by us is a credit of theirs against us: our sign is the other one.
        session.add(
            CompanyDocument(
                link=link,
                direction="in",
                key=letter.key,
                date=date.fromisoformat(content["date"]),
                number=content["number"],
                narration=content["narration"],
                amount=-Decimal(content["amount"]),
                currency=content["currency"],
                state="waiting",
            )
        )
        session.flush()


def accept(session: Session, document: CompanyDocument) -> JournalEntry:
    """Make the draft that mirrors a proposal, and answer."""
    _require_waiting(document)
    require_in_force(session, document.link)
    account = document.link.account_id
    if account is None:
        raise Conflict(
            phrase("The link to {company} has no account.", company=document.link.title),
            fix=phrase("Choose one under Accounting > Other companies."),
        )
    counterpart = document.link.counterpart_id or default_account(session, "suspense_account").id
    amount = round_money(document.amount, document.currency)
    label = f"{document.link.title} {document.number}"
    entry = create_draft(
        session,
        {
            "journal_id": _journal(session),
            "date": document.date,
            "reference": document.number,
            "narration": document.narration or label,
            "partner": document.link.title,
            "lines": (
                _line(account, amount, document.currency, label),
                _line(counterpart, -amount, document.currency, label),
            ),
        },
    )
    entry.source_type, entry.source_id = SOURCE, f"{document.link.company_id}:{document.key}"
    document.entry = entry
    _decide(session, document, "accepted", "")
    return entry


def refuse(session: Session, document: CompanyDocument, reason: str = "") -> None:
    """Turn a proposal down, and answer."""
    _require_waiting(document)
    _decide(session, document, "refused", reason)


def send_answer(session: Session, document_id: int) -> str:
    """The job: tell the other company what became of its proposal."""
    document = session.get_one(CompanyDocument, document_id)
    content = {
        "version": _VERSION,
        "kind": "answer",
        "key": document.key,
        "state": document.state,
        "reason": document.reason,
    }
    key = f"answer:{document.key}"
    send_letter(session, document.link.company_id, DOCUMENTS, key, json.dumps(content))
    return phrase("{company} was answered.", company=document.link.title)


def _unproposed(session: Session, link: CompanyLink) -> list[tuple[JournalEntry, Decimal, str]]:
    known = select(CompanyDocument.entry_id).where(
        CompanyDocument.link_id == link.id, CompanyDocument.entry_id.is_not(None)
    )
    amount = func.sum(JournalLine.amount)
    wanted = (
        select(JournalEntry, amount, JournalLine.currency)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(
            JournalLine.account_id == link.account_id,
            JournalEntry.number.is_not(None),
            JournalEntry.posted_at >= link.created_at,
            JournalEntry.source_type.is_distinct_from(SOURCE),
            JournalEntry.id.not_in(known),
        )
        .group_by(JournalEntry.id, JournalLine.currency)
        .having(amount != 0)
        .order_by(JournalEntry.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(wanted)]


def _described(document: CompanyDocument) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "kind": "proposal",
        "date": document.date.isoformat(),
        "number": document.number,
        "narration": document.narration,
        "amount": f"{document.amount:f}",
        "currency": document.currency,
    }


def _take_answer(session: Session, link: CompanyLink, content: dict[str, Any]) -> None:
    document = session.scalar(
        select(CompanyDocument).where(
            CompanyDocument.link_id == link.id,
            CompanyDocument.direction == "out",
            CompanyDocument.key == content["key"],
        )
    )
    if document is not None and content["state"] in ("accepted", "refused"):
        document.state, document.reason = content["state"], content["reason"]
        document.decided_by = link.title
        session.flush()


def _decide(session: Session, document: CompanyDocument, state: str, reason: str) -> None:
    document.state, document.reason = state, reason
    document.decided_by = actor(session).name
    session.flush()
    enqueue(session, ANSWER, document_id=document.id)


def _require_waiting(document: CompanyDocument) -> None:
    if document.direction != "in" or document.state != "waiting":
        raise Conflict(phrase("This document does not wait for an answer of ours."))


def _journal(session: Session) -> int:
    code = options(session, AccountingOptions).default_journal
    return session.scalars(select(Journal.id).where(Journal.code == code)).one()


def _line(account_id: int, amount: Decimal, currency: str, label: str) -> dict[str, Any]:
    side = {"debit": amount} if amount > 0 else {"credit": -amount}
    return {"account_id": account_id, "label": label, "currency": currency, **side}
