"""Paying suppliers together: everything due until a day is proposed, a person takes out what
waits, and one payment for each supplier and currency is posted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.payments import Payment, PaymentRun, PaymentRunItem
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.payments.discounts import most_discount
from addons.accounting.services.payments.documents import Allocation
from addons.accounting.services.payments.ordering import PaymentOrder, pay
from addons.accounting.services.settlement.items import open_items
from addons.contacts.api import contact_names
from core.api import Conflict, InvalidInput, announce, phrase

SOURCE: Final = "accounting.payment-runs"
_FIELDS: Final = (
    "date", "due_until", "journal_id", "account_id", "currency", "take_discounts",
)  # fmt: skip


def create_run(session: Session, values: Mapping[str, Any]) -> PaymentRun:
    """A new proposal, filled with what is due."""
    run = PaymentRun(state="proposed")
    _fill(session, run, values)
    session.add(run)
    propose(session, run)
    return run


def update_run(session: Session, run: PaymentRun, values: Mapping[str, Any]) -> PaymentRun:
    """Change a proposal. Where day, currency or account changes, it is made anew; items that are
    sent are those that stay."""
    _require_proposed(run)
    before = [getattr(run, name) for name in _FIELDS]
    _fill(session, run, values)
    if before != [getattr(run, name) for name in _FIELDS]:
        propose(session, run)
    elif "items" in values:
        stay = {row["id"]: row for row in values["items"] if "id" in row}
        run.items = [item for item in run.items if item.id in stay]
        for item in run.items:
            item.amount = stay[item.id].get("amount") or item.amount
        session.flush()
    return run


def delete_run(session: Session, run: PaymentRun) -> None:
    """Throw a proposal away."""
    _require_proposed(run)
    session.delete(run)
    session.flush()


def propose(session: Session, run: PaymentRun) -> int:
    """Fill a proposal with the payables due until its day, and with those whose discount ends
    before the next one could be. Returns how many there are."""
    _require_proposed(run)
    accounts = session.scalars(select(Account.id).where(Account.subtype == "payable")).all()
    wanted = [
        item
        for item in open_items(session, account_ids=accounts, currency=run.currency or None)
        if item.residual < 0 and item.partner_id is not None and item.due <= run.due_until
    ]
    names = contact_names(session, (item.partner_id for item in wanted))
    run.items = []
    session.flush()
    for place, item in enumerate(wanted, start=1):
        open_now, partner = abs(item.owed), item.partner_id or 0
        saved = Decimal(0)
        if run.take_discounts:
            saved = most_discount(session, item.line_id, open_now, item.owed_currency, run.date)
        run.items.append(
            PaymentRunItem(
                position=place,
                line_id=item.line_id,
                partner_id=partner,
                partner=names.get(partner, item.partner),
                number=item.reference or item.number,
                due_date=item.due,
                currency=item.owed_currency,
                amount=open_now - saved,
                discount=saved,
            )
        )
    session.flush()
    return len(run.items)


def pay_run(session: Session, run: PaymentRun) -> list[Payment]:
    """Post the payments of a proposal, all or none. Paying it again finds them posted."""
    session.flush()
    session.refresh(run, with_for_update=True)
    _require_proposed(run)
    if not run.items:
        raise InvalidInput.of("items", phrase("There is nothing to pay in this proposal."))
    groups: dict[tuple[int, str], list[PaymentRunItem]] = {}
    for item in run.items:
        groups.setdefault((item.partner_id, item.currency), []).append(item)
    made = [
        pay(
            session,
            PaymentOrder(
                kind="out",
                partner_id=partner,
                date=run.date,
                journal=run.journal.code,
                account=run.account.code,
                amount=exact_sum(item.amount for item in items),
                currency=currency,
                items=tuple(Allocation(i.line_id, i.amount, i.discount) for i in items),
                memo=", ".join(item.number for item in items)[:200],
                source_type=SOURCE,
                source_id=f"{run.id}/{partner}/{currency}",
            ),
        )
        for (partner, currency), items in sorted(groups.items())
    ]
    run.state = "paid"
    session.flush()
    announce(session, SOURCE, run.id)
    return made


def _fill(session: Session, run: PaymentRun, values: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        if name in values:
            setattr(run, name, values[name])
    run.currency = run.currency or ""
    if run.take_discounts is None:
        run.take_discounts = True
    with session.no_autoflush:
        account = session.get(Account, run.account_id)
    if account is None or account.subtype not in ("bank", "cash") or not account.active:
        raise InvalidInput.of("account_id", phrase("Choose an active bank or cash account."))


def _require_proposed(run: PaymentRun) -> None:
    if run.state != "proposed":
        raise Conflict(phrase("This proposal is paid and cannot be changed."))
