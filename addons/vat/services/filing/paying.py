"""Paying a filed return, or having its credit refunded.

    paid      Dr tax authority   Cr bank or cash
    refunded  Dr bank or cash    Cr tax authority

What is owed is the net tax of the return, less what was paid for it and for the returns that it
replaces. It may be paid in parts. Taking a payment back reverses its entry; so does whoever
reverses the entry itself (`reactions/accounting`), and both do the same to the payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    Posting,
    account_id,
    can_post,
    journal_type,
    money_account,
    money_journal,
    post_entry,
    reverse_entry,
)
from addons.vat.errors import ReturnNotReady
from addons.vat.models import ReturnPayment, VatReturn
from addons.vat.options import VatOptions
from addons.vat.services.engine.values import ZERO
from addons.vat.services.filing.naming import return_title
from core.api import Conflict, InvalidInput, options, phrase, today

SOURCE: Final = "vat.payments"


@dataclass(frozen=True, slots=True)
class Account:
    """How a return stands with the authority: `net` is owed by the company, or owed to it where
    negative; `paid` is what went there less what came back; `open` is the difference."""

    net: Decimal
    paid: Decimal
    payments: tuple[ReturnPayment, ...]

    @property
    def open(self) -> Decimal:
        """What is still to be paid, or refunded where negative."""
        return self.net - self.paid


def standing(session: Session, vat_return: VatReturn) -> Account:
    """What is owed on a filed return, with every payment for it and for those it replaces."""
    payments = session.scalars(
        select(ReturnPayment)
        .where(ReturnPayment.return_id.in_(_chain(vat_return)))
        .order_by(ReturnPayment.date, ReturnPayment.id)
    ).all()
    paid = sum((_signed(one) for one in payments if one.state == "posted"), ZERO)
    return Account(vat_return.net or ZERO, paid, tuple(payments))


def pay(session: Session, values: Mapping[str, Any]) -> ReturnPayment:
    """Record a payment or a refund and post it. Without an amount it is all that is open.

    Raises ReturnNotReady for a return that is not filed or was replaced, Conflict where nothing
    is open, InvalidInput for more than that, for another account than one of money, and for a
    day before the return's days were over.
    """
    vat_return = _locked(session, values["return_id"])
    is_open = standing(session, vat_return).open
    if is_open == 0:
        raise Conflict(
            phrase("Nothing is open on {title}.", title=return_title(vat_return)),
            fix=phrase("It was paid or refunded, or nothing was due."),
        )
    payment = ReturnPayment(
        return_id=vat_return.id,
        date=values["date"],
        account_id=money_account(session, values["account_id"]).id,
        amount=_amount(values.get("amount"), is_open),
        is_refund=is_open < 0,
        currency=vat_return.currency,
        reference=values.get("reference") or "",
    )
    if payment.date <= vat_return.end_date:
        raise InvalidInput.of(
            "date", phrase("The return's days are not over before {day}.", day=vat_return.end_date)
        )
    session.add(payment)
    session.flush()
    payment.entry_id = post_entry(session, _entry(session, vat_return, payment)).id
    session.flush()
    return payment


def take_back(session: Session, payment: ReturnPayment) -> None:
    """Reverse the payment's entry, on its day or today where that is locked."""
    if payment.state != "posted" or payment.entry_id is None:
        raise Conflict(phrase("This payment was reversed before."))
    code = money_journal(session, money_account(session, payment.account_id))
    posting = Posting(payment.date, journal_type(session, code), taxed=False)
    day = payment.date if can_post(session, posting) else today(session)
    reverse_entry(session, payment.entry_id, on=day)


def follow_reversal(session: Session, entry_id: int, reversal_id: int) -> None:
    """An entry was reversed: the payment that it posted is taken back, or is there again where
    it was the reversal that was reversed. Raises Conflict where more would be paid than is owed."""
    payment = session.scalar(
        select(ReturnPayment).where(ReturnPayment.entry_id == entry_id).with_for_update()
    )
    if payment is not None:
        payment.state, payment.reversal_id = "reversed", reversal_id
        session.flush()
        return
    payment = session.scalar(
        select(ReturnPayment).where(ReturnPayment.reversal_id == entry_id).with_for_update()
    )
    if payment is None:
        return
    vat_return = _locked(session, payment.return_id)
    is_open = standing(session, vat_return).open
    if payment.is_refund != (is_open < 0) or payment.amount > abs(is_open):
        raise Conflict(
            phrase("With this payment {title} would be overpaid.", title=return_title(vat_return)),
            fix=phrase("Take back what was paid since first."),
        )
    payment.state, payment.reversal_id, payment.entry_id = "posted", None, reversal_id
    session.flush()


def _locked(session: Session, return_id: int) -> VatReturn:
    # Two who pay the same return at once take turns.
    vat_return = session.scalar(
        select(VatReturn)
        .where(VatReturn.id == return_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if vat_return is None:
        raise InvalidInput.of("return_id", phrase("There is no such return."))
    if vat_return.state != "filed":
        raise ReturnNotReady(
            phrase("Only a filed return can be paid."),
            fix=phrase("File it first; where it was amended, pay the amendment."),
        )
    return vat_return


def _chain(vat_return: VatReturn) -> list[int]:
    ids, one = [], vat_return
    while one is not None:
        ids.append(one.id)
        one = one.replaces
    return ids


def _signed(payment: ReturnPayment) -> Decimal:
    return -payment.amount if payment.is_refund else payment.amount


def _amount(given: Decimal | None, is_open: Decimal) -> Decimal:
    most = abs(is_open)
    amount = most if given is None else given
    if not 0 < amount <= most:
        raise InvalidInput.of(
            "amount", phrase("Give an amount above 0 and up to {most}.", most=f"{most:f}")
        )
    return amount


def _entry(session: Session, vat_return: VatReturn, payment: ReturnPayment) -> EntryDraft:
    company = options(session, VatOptions)
    if account_id(session, company.payable_account) is None:
        raise ReturnNotReady(
            phrase("The account of the tax authority is not chosen, or not active."),
            fix=phrase("Choose it under Settings > VAT."),
        )
    money, title = money_account(session, payment.account_id), return_title(vat_return)
    words = (
        phrase("Refund of {title}", title=title)
        if payment.is_refund
        else phrase("Payment of {title}", title=title)
    )
    signed = _signed(payment)
    return EntryDraft(
        date=payment.date,
        lines=(
            LineDraft(company.payable_account, signed, words, payment.currency),
            LineDraft(money.code, -signed, words, payment.currency),
        ),
        journal=money_journal(session, money),
        reference=payment.reference,
        narration=words,
        source_type=SOURCE,
        source_id=str(payment.id),
    )
