"""Applying suggestions that are sure enough without being asked, where the company wants that.

A suggestion is applied only if its score reaches the account's threshold and no other comes near:
two that are about as likely are a question for a person.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankLine
from addons.accounting.services.bank.accepting import accept
from addons.accounting.services.bank.matching.suggesting import suggestions_for
from addons.accounting.services.bank.matching.suggestion import Suggestion
from core.api import AppError, phrase, savepoint

MARGIN: Final = 8
"""Points that the best suggestion must be ahead."""
AT_ONCE: Final = 500


def apply_sure(session: Session, bank: BankAccount) -> int:
    """Apply what is sure; returns how many lines were matched. What cannot be posted (a closed
    period, an item that was paid) is left for a person."""
    if not bank.auto_threshold:
        return 0
    lines = session.scalars(
        select(BankLine)
        .where(BankLine.bank_account_id == bank.id, BankLine.state == "open")
        .order_by(BankLine.date, BankLine.id)
        .limit(AT_ONCE)
    ).all()
    done = 0
    taken: set[int] = set()
    for line_id, found in suggestions_for(session, bank, lines).items():
        best = sure(found, bank.auto_threshold)
        if best is None or taken & _used(best):
            continue
        try:
            with savepoint(session):
                accept(
                    session,
                    line_id,
                    best.choice,
                    score=best.score,
                    reason="; ".join((phrase("automatically"), *best.reasons)),
                    automatic=True,
                )
        except AppError:
            continue
        taken |= _used(best)
        done += 1
    return done


def sure(found: list[Suggestion], threshold: int) -> Suggestion | None:
    """The suggestion to apply, or None where none is sure or two are about as likely."""
    if not found or found[0].score < threshold:
        return None
    rivals = [other for other in found[1:] if other.choice != found[0].choice]
    if rivals and rivals[0].score > found[0].score - MARGIN:
        return None
    return found[0]


def _used(suggestion: Suggestion) -> set[int]:
    used = {item.line_id for item in suggestion.choice.items}
    return used | ({suggestion.choice.found} if suggestion.choice.found else set())


def match_by_itself(session: Session, bank_account_id: int) -> str:
    """The job: apply what is sure of one account."""
    bank = session.get(BankAccount, bank_account_id)
    done = apply_sure(session, bank) if bank is not None else 0
    return phrase("{count} movements matched", count=done)
