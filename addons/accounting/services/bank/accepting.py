"""Accepting what a line is: one transaction posts the entry, settles the items and closes the line.

Whoever accepts first holds the line's lock; the second finds it done. The same choice again is no
error: it returns what was made of the line.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry, JournalLine
from addons.accounting.models.bank import BankLine, BankMatch
from addons.accounting.services.bank.composing import Composed, compose
from addons.accounting.services.bank.errors import BankLineIsDone, BankLineNotFound
from addons.accounting.services.bank.learning import learn
from addons.accounting.services.bank.matching.choice import Choice
from addons.accounting.services.ledger import post
from addons.accounting.services.settlement.items import locked_items
from addons.accounting.services.settlement.settling import settle
from core.api import InvalidInput, actor, announce, phrase


def accept(
    session: Session,
    line_id: int,
    choice: Choice,
    *,
    score: int = 0,
    reason: str = "",
    automatic: bool = False,
) -> BankMatch:
    """Make this of the line. Raises BankLineIsDone where it was made something else, InvalidInput
    where the choice does not explain it, Conflict where an item was paid meanwhile."""
    line = locked_line(session, line_id)
    if line.state == "done":
        return _same_again(session, line, choice)
    match = _found(session, line, choice) if choice.found else _posted(session, line, choice)
    match.score = score
    match.reason = reason[:500]
    match.rule_id = choice.rule_id
    match.automatic = automatic
    match.made_by = actor(session).name
    match.choice = choice.to_json()
    session.add(match)
    line.state = "done"
    session.flush()
    learn(session, line, choice, automatic=automatic)
    announce(session, "accounting.bank-lines", line.id)
    return match


def locked_line(session: Session, line_id: int) -> BankLine:
    """The line, for this transaction alone; raises BankLineNotFound."""
    line = session.scalar(
        select(BankLine)
        .where(BankLine.id == line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if line is None:
        raise BankLineNotFound(phrase("There is no such bank line."))
    return line


def current_match(session: Session, line: BankLine) -> BankMatch | None:
    """What the line is matched with now."""
    return session.scalar(
        select(BankMatch).where(BankMatch.line_id == line.id, BankMatch.undone_at.is_(None))
    )


def _same_again(session: Session, line: BankLine, choice: Choice) -> BankMatch:
    match = current_match(session, line)
    if match is not None and match.choice == choice.to_json():
        return match
    raise BankLineIsDone(
        phrase("This movement was matched meanwhile."),
        fix=phrase("Look at what it was matched with; undo that if it is wrong."),
    )


def _found(session: Session, line: BankLine, choice: Choice) -> BankMatch:
    """The movement is in the books already: the two lines are tied, nothing is posted."""
    bank = line.bank_account
    book = session.scalar(
        select(JournalLine)
        .join(JournalEntry, JournalLine.entry_id == JournalEntry.id)
        .where(JournalLine.id == choice.found, JournalEntry.state == "posted")
        .with_for_update(of=JournalLine, key_share=True)
    )
    if book is None or book.account_id != bank.account_id:
        raise InvalidInput.of("choice", phrase("The books have no such line of this account."))
    amount = book.amount if book.currency == bank.currency else book.original_amount
    if amount != line.amount:
        raise InvalidInput.of(
            "choice",
            phrase(
                "The bank moved {bank}, and the books {books}.",
                bank=f"{line.amount:f}",
                books=f"{amount or 0:f}",
            ),
            fix=phrase("Choose another line, or correct the entry first."),
        )
    taken = session.scalar(
        select(BankMatch.line_id).where(
            BankMatch.ledger_line_id == book.id, BankMatch.undone_at.is_(None)
        )
    )
    if taken is not None:
        raise BankLineIsDone(
            phrase("This line of the books is matched with another movement."),
            fix=phrase("Choose another line of the books."),
        )
    return BankMatch(line_id=line.id, kind="found", ledger_line_id=book.id, settlements=[])


def _posted(session: Session, line: BankLine, choice: Choice) -> BankMatch:
    """Post the entry, and settle each chosen item with the line that pays it."""
    items = {
        item.line_id: item for item in locked_items(session, [i.line_id for i in choice.items])
    }
    earlier = session.scalar(
        select(func.count()).select_from(BankMatch).where(BankMatch.line_id == line.id)
    )
    # An undone match has posted under its own source: the next one needs another.
    source = f"{line.id}.{earlier}" if earlier else str(line.id)
    composed = compose(session, line, choice, items, source)
    entry_id = post(session, composed.entry).id
    written = _written(session, entry_id)
    return BankMatch(
        line_id=line.id,
        kind="posted",
        entry_id=entry_id,
        ledger_line_id=written[0],
        settlements=[str(made) for made in _settle(session, choice, composed, written)],
    )


def _written(session: Session, entry_id: int) -> list[int]:
    """The ids of the entry's lines in their order."""
    return list(
        session.scalars(
            select(JournalLine.id)
            .where(JournalLine.entry_id == entry_id)
            .order_by(JournalLine.position)
        )
    )


def _settle(session: Session, choice: Choice, composed: Composed, written: list[int]) -> list[int]:
    return [
        settle(session, [chosen.line_id, written[place]]).id
        for chosen, place in zip(choice.items, composed.places, strict=True)
    ]
