"""A reminder as a letter: what it asks for, what it says in the customer's language, the entry of
its fee, and the mail that brings it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models.dunning import DunningLetter
from addons.accounting.services.collections.interest import simple_interest
from addons.accounting.services.collections.levels import filled, text_for
from addons.accounting.services.currencies import company_currency, convert
from addons.accounting.services.default_accounts import default_code
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.ledger import post
from addons.accounting.services.payments.agreed import control_account
from core.api import binding, currency_digits, phrase, reader

SOURCE: Final = "accounting.dunning-letters"


def reckon(session: Session, letter: DunningLetter, language: str) -> None:
    """Work out the letter's amounts and words. A fee is asked for in letters in the company's
    currency alone."""
    level, own = letter.level, company_currency(session)
    for item in letter.items:
        item.interest = simple_interest(
            item.amount, level.interest_percent, item.days, letter.currency
        )
    letter.overdue = exact_sum(item.amount for item in letter.items)
    letter.interest = exact_sum(item.interest for item in letter.items)
    letter.fee = level.fee if letter.currency == own else Decimal(0)
    letter.total = exact_sum((letter.overdue, letter.interest, letter.fee))
    speaks = reader(session, language)
    words = text_for(level, speaks.language)
    letter.language = words.language
    written = reader(session, words.language)

    def money(amount: Decimal) -> str:
        figure = written.number(amount, currency_digits(letter.currency))
        return f"{figure} {letter.currency}"

    values = {
        "partner": letter.partner,
        "company": binding(session).tenant.title,
        "overdue": money(letter.overdue),
        "interest": money(letter.interest),
        "fee": money(letter.fee),
        "total": money(letter.total),
        "date": written.day(letter.date),
    }
    letter.subject = filled(words.subject, values)
    letter.body = filled(words.body, values)


def post_fee(session: Session, letter: DunningLetter) -> None:
    """Post fee and interest, where the level charges them: Dr receivable, Cr reminder fees."""
    asked = letter.fee + letter.interest
    if not letter.level.post_fee or not asked:
        return
    own = company_currency(session)
    is_foreign = letter.currency != own
    amount = convert(session, asked, letter.currency, letter.date)
    account = control_account(session, letter.partner_id, "receivable").code
    income = default_code(session, "dunning_income_account")
    debit = LineDraft(
        account,
        amount,
        currency=own,
        original_amount=asked if is_foreign else None,
        original_currency=letter.currency if is_foreign else "",
        partner_id=letter.partner_id,
        due_date=letter.date,
    )
    outcome = post(
        session,
        EntryDraft(
            date=letter.date,
            lines=(debit, LineDraft(income, -amount, currency=own)),
            reference=letter.subject,
            narration=phrase("Reminder fee and interest"),
            partner=letter.partner,
            partner_id=letter.partner_id,
            source_type=SOURCE,
            source_id=str(letter.id),
        ),
    )
    letter.entry_id = outcome.id
    session.flush()
