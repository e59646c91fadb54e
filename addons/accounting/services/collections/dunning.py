"""Reminding customers of what is overdue: proposed by the machine, confirmed by a person.

A proposal names each overdue item that has come to its next level, in one letter for each
customer and currency. Customers and items that are held back are left out, and so is who owes
nothing on balance. Confirming looks again: what was paid or held back meanwhile is not reminded
of. Each item gets each level once, which the database makes sure of, so that confirming twice
sends nothing twice. Letters go by e-mail where the customer has an address, else on paper.

A level that charges its fee posts, with the interest of its letter:

    Dr receivable   Cr reminder fees
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from addons.accounting.models.dunning import DunningItem, DunningLetter, DunningRun
from addons.accounting.services.collections.dunning_letters import post_fee, reckon
from addons.accounting.services.collections.levels import install_levels
from addons.accounting.services.collections.overdue import Reminder, reminders, still_due
from addons.contacts.api import get_contact
from core.api import Conflict, announce, binding, can_send, enqueue, phrase, today, utc_now

MAIL_JOB: Final = "accounting.mail_dunning_letter"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('accounting.dunning_run'))")


def propose(session: Session, on: date | None = None) -> DunningRun:
    """The proposal for a day, made anew if one is waiting already: there is one at a time."""
    session.execute(_ONE_AT_A_TIME)
    install_levels(session)
    day = on or today(session)
    run = session.scalar(select(DunningRun).where(DunningRun.state == "proposed"))
    if run is None:
        run = DunningRun(date=day, state="proposed")
        session.add(run)
    run.date = day
    session.flush()
    session.execute(delete(DunningLetter).where(DunningLetter.run_id == run.id))
    session.expire(run, ["letters"])
    for partner_id, currency, found in _by_letter(reminders(session, day)):
        session.add(_letter(session, run, partner_id, currency, found))
    session.flush()
    announce(session, "accounting.dunning-runs", run.id)
    return run


def confirm(session: Session, run: DunningRun) -> list[DunningLetter]:
    """Send the letters of a proposal, as far as what they name is still owed. Returns them."""
    session.flush()
    session.refresh(run, with_for_update=True)
    if run.state != "proposed":
        raise Conflict(phrase("This run was confirmed or dropped already."))
    # Waits for another run that is being made, and for nobody's payments.
    session.execute(_ONE_AT_A_TIME)
    sent = []
    letters = select(DunningLetter).where(DunningLetter.run_id == run.id)
    waiting = session.scalars(letters.where(DunningLetter.state == "proposed")).all()
    due = still_due(session, [item for letter in waiting for item in letter.items], run.date)
    for letter in waiting:
        letter.items = [item for item in letter.items if item.line_id in due]
        for item in letter.items:
            item.amount = due[item.line_id]
        if letter.items:
            _send(session, letter)
            sent.append(letter)
        else:
            letter.state = "dropped"
    run.state = "confirmed"
    run.confirmed_by = binding(session).author.label
    run.confirmed_at = utc_now()
    session.flush()
    announce(session, "accounting.dunning-runs", run.id)
    return sent


def drop_letter(session: Session, letter: DunningLetter) -> None:
    """Leave one customer out of a proposal; the next run proposes them again."""
    if letter.state != "proposed":
        raise Conflict(phrase("This letter is not waiting any more."))
    letter.state = "dropped"
    session.flush()


def drop_run(session: Session, run: DunningRun) -> None:
    """Drop a proposal; nothing was sent, and the next one begins anew."""
    session.refresh(run, with_for_update=True)
    if run.state != "proposed":
        raise Conflict(phrase("This run was confirmed or dropped already."))
    for letter in session.scalars(select(DunningLetter).where(DunningLetter.run_id == run.id)):
        letter.state = "dropped"
    run.state = "dropped"
    session.flush()


def _by_letter(
    found: Iterable[Reminder],
) -> list[tuple[int, str, list[Reminder]]]:
    groups: dict[tuple[int, str], list[Reminder]] = {}
    for one in found:
        groups.setdefault((one.partner_id, one.currency), []).append(one)
    return [(partner, currency, items) for (partner, currency), items in sorted(groups.items())]


def _letter(
    session: Session, run: DunningRun, partner_id: int, currency: str, found: Sequence[Reminder]
) -> DunningLetter:
    highest = max(found, key=lambda one: one.level.position).level
    contact = get_contact(session, partner_id)
    letter = DunningLetter(
        run_id=run.id,
        state="proposed",
        partner_id=partner_id,
        partner=contact.name if contact else "",
        level_id=highest.id,
        level=highest,
        date=run.date,
        currency=currency,
        items=[
            DunningItem(
                line_id=one.line_id,
                level=one.level.position,
                number=one.number,
                reference=one.reference,
                date=one.date,
                due_date=one.due_date,
                days=one.days,
                amount=one.amount,
            )
            for one in found
        ],
    )
    reckon(session, letter, contact.language if contact else "")
    return letter


def _send(session: Session, letter: DunningLetter) -> None:
    reckon(session, letter, letter.language)
    letter.state = "confirmed"
    for item in letter.items:
        item.sent = True
    session.flush()
    post_fee(session, letter)
    contact = get_contact(session, letter.partner_id)
    if contact is not None and contact.email and can_send(session):
        enqueue(session, MAIL_JOB, key=f"{MAIL_JOB}:{letter.id}", letter_id=letter.id)
    announce(session, "accounting.dunning-letters", letter.id)
