"""An opening is posted once, whole, and taken back as long as nothing was built on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal, JournalEntry
from addons.accounting.models.opening import Opening, OpeningAccount, OpeningItem
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.default_accounts import default_code
from addons.accounting.services.dimensions.rules import OPENING
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.opening.comparing import compare, is_itemised
from addons.accounting.services.reversal import reverse
from addons.contacts.api import add_contact, contact_names, find_contact
from core.api import Conflict, InvalidInput, announce, phrase

JOURNAL: Final = "OPN"
_ONE_AT_A_TIME: Final = text(
    "SELECT pg_advisory_xact_lock('accounting.opening'::regclass::oid::bigint)"
)
_BUILT_UPON: Final = text("""
SELECT entry.number
  FROM accounting.journal_entry AS entry
  JOIN accounting.journal_line AS line ON line.entry_id = entry.id
  JOIN accounting.settlement_part AS part ON part.line_id = line.id
  JOIN accounting.settlement ON settlement.id = part.settlement_id
 WHERE entry.source_type = :source AND entry.source_id LIKE :prefix
   AND settlement.undone_on IS NULL
 ORDER BY entry.id LIMIT 1
""")


def post_opening(session: Session, opening: Opening) -> int:
    """Post it, and return how many entries that made. Once posted, posting it changes nothing.

    Raises InvalidInput naming every difference from the old system, and Conflict while another
    opening stands in the books.
    """
    _take_turn(session, opening)
    if opening.state == "posted":
        return 0
    if opening.state == "taken_back":
        raise Conflict(
            phrase("This opening was taken back."), fix=phrase("Duplicate it, and post the copy.")
        )
    other = session.scalar(select(Opening.name).where(Opening.state == "posted").limit(1))
    if other is not None:
        raise Conflict(
            phrase("The opening {name} stands in the books.", name=other),
            fix=phrase("Take it back first."),
        )
    comparison = compare(session, opening)
    if comparison.problems:
        raise InvalidInput(comparison.problems[0].message, problems=tuple(comparison.problems))
    _ensure_journal(session)
    ensure_years(session, [opening.date])
    outcome = post_bulk(session, list(_entries(session, opening)))
    opening.state = "posted"
    session.flush()
    announce(session, "accounting.openings", opening.id)
    return outcome.created


def take_back(session: Session, opening: Opening) -> int:
    """Reverse all of it at its own day; raises Conflict where an item of it was settled."""
    _take_turn(session, opening)
    if opening.state != "posted":
        raise Conflict(phrase("This opening is not posted."))
    given = {"source": OPENING, "prefix": f"{opening.id}:%"}
    number = session.scalar(_BUILT_UPON, given)
    if number is not None:
        raise Conflict(
            phrase("Open item {number} was settled since.", number=number),
            fix=phrase("Undo its settlement first, or correct the difference by an entry."),
        )
    entries = session.scalars(
        select(JournalEntry.id)
        .where(
            JournalEntry.source_type == OPENING,
            JournalEntry.source_id.like(f"{opening.id}:%"),
        )
        .order_by(JournalEntry.id)
    ).all()
    reason = phrase("Opening taken back")
    for entry_id in entries:
        reverse(session, entry_id, reason=reason)
    opening.state = "taken_back"
    session.flush()
    announce(session, "accounting.openings", opening.id)
    return len(entries)


def create_missing_contacts(session: Session, opening: Opening) -> int:
    """Make a contact of each partner's name that is not known, and link the open items to them."""
    made = 0
    found: dict[str, int] = {}
    for item in opening.items:
        name = item.partner.strip()
        if item.partner_id is not None or not name:
            continue
        if name not in found:
            known = find_contact(session, name=name)
            if known is None:
                owes = item.account.subtype == "receivable"
                values: Mapping[str, Any] = {
                    "name": name,
                    "is_customer": owes,
                    "is_supplier": not owes,
                }
                known = add_contact(session, values)
                made += 1
            found[name] = known.id
        item.partner_id = found[name]
    session.flush()
    return made


def _take_turn(session: Session, opening: Opening) -> None:
    """One at a time; whoever waited reads anew what became of the opening meanwhile."""
    session.flush()
    session.execute(_ONE_AT_A_TIME)
    session.refresh(opening)


def _ensure_journal(session: Session) -> None:
    row = {"code": JOURNAL, "name": "Opening balances", "type": "general"}
    session.execute(insert(Journal).values(row).on_conflict_do_nothing())


def _entries(session: Session, opening: Opening) -> Iterable[EntryDraft]:
    company = company_currency(session)
    beside = default_code(session, "opening_account")
    balances = list(_balance_lines(session, opening, company, beside))
    if balances:
        yield EntryDraft(
            date=opening.date,
            lines=tuple(balances),
            journal=JOURNAL,
            narration=opening.name,
            source_type=OPENING,
            source_id=f"{opening.id}:balances",
        )
    names = contact_names(session, {item.partner_id for item in opening.items})
    for item in opening.items:
        if item.amount or item.original_amount:
            yield _item_entry(opening, item, names, company, beside)


def _balance_lines(
    session: Session, opening: Opening, company: str, beside: str
) -> Iterable[LineDraft]:
    """The rows of accounts without open items; what the others sum to stands beside them."""
    itemised = []
    for row in opening.accounts:
        amount = exact_sum((row.debit, row.credit.copy_negate()))
        account = session.get(Account, row.account_id) if row.account_id else None
        if account is None:
            continue
        if is_itemised(account, opening):
            itemised.append(amount)
        elif amount or row.original_amount:
            yield _balance_line(row, account, amount, company)
    total = exact_sum(itemised)
    if itemised:
        yield LineDraft(beside, total, phrase("Open items"), company)


def _balance_line(row: OpeningAccount, account: Account, amount: Any, company: str) -> LineDraft:
    original = row.original_amount
    return LineDraft(
        account.code,
        amount,
        f"{row.old_code} {row.old_name}".strip(),
        company,
        None if original is None else original.copy_abs().copy_sign(amount),
        row.original_currency,
    )


def _item_entry(
    opening: Opening,
    item: OpeningItem,
    names: Mapping[int, str],
    company: str,
    beside: str,
) -> EntryDraft:
    original = item.original_amount
    partner = names.get(item.partner_id, item.partner) if item.partner_id else item.partner
    label = phrase("Open item of {day}", day=item.date)
    return EntryDraft(
        date=opening.date,
        journal=JOURNAL,
        reference=item.number,
        narration=label,
        partner=partner,
        partner_id=item.partner_id,
        lines=(
            LineDraft(
                item.account.code,
                item.amount,
                label,
                company,
                None if original is None else original.copy_abs().copy_sign(item.amount),
                item.original_currency,
                partner_id=item.partner_id,
                due_date=item.due_date or item.date,
            ),
            LineDraft(beside, item.amount.copy_negate(), label, company),
        ),
        source_type=OPENING,
        source_id=f"{opening.id}:item:{item.id}",
    )
