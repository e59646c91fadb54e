"""The one place that writes moves of points, and the locks on accounts.

An account is locked after the documents and their numbers, before the books. What points are worth
goes with them in proportion, and all of it with the last of them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.contacts.api import canonical_ids, get_contact
from addons.sales.events import PointsValued
from addons.sales.models import LoyaltyAccount, LoyaltyMove
from addons.sales.services.amounts import EXACT, ZERO, step_of, to_step
from addons.sales.services.loyalty.expiry_rules import PointMove
from core.api import NotFound, emit, phrase

GRANTS: Final = ("earn", "adjust", "merge")


def lock_account(session: Session, account_id: int) -> LoyaltyAccount:
    """An account as it is now, locked until the commit; raises NotFound."""
    found = session.scalars(
        select(LoyaltyAccount)
        .where(LoyaltyAccount.id == account_id)
        .with_for_update(of=LoyaltyAccount)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(phrase("There is no such loyalty account."))
    return found


def lock_accounts(session: Session, contact_id: int) -> None:
    """Lock all accounts of a customer, by ascending id, so that of two who change several of them
    one waits for the other."""
    key = canonical_ids(session, {contact_id}).get(contact_id, contact_id)
    session.execute(
        select(LoyaltyAccount.id)
        .where(LoyaltyAccount.contact_id == key)
        .order_by(LoyaltyAccount.id)
        .with_for_update(of=LoyaltyAccount)
    )


def account_of(session: Session, program_id: int, contact_id: int) -> LoyaltyAccount:
    """A customer's account in a programme, locked; made where there is none."""
    contact = get_contact(session, contact_id)
    key = contact.id if contact is not None else contact_id
    name = contact.name if contact is not None else ""
    new = insert(LoyaltyAccount).values(program_id=program_id, contact_id=key, contact_name=name)
    session.execute(new.on_conflict_do_nothing())
    found = session.scalars(
        select(LoyaltyAccount.id).where(
            LoyaltyAccount.program_id == program_id, LoyaltyAccount.contact_id == key
        )
    ).one()
    return lock_account(session, found)


def add_points(
    session: Session,
    account: LoyaltyAccount,
    kind: str,
    points: Decimal,
    day: date,
    *,
    worth: Decimal | None = None,
    owed: Decimal = ZERO,
    expires_on: date | None = None,
    number: str = "",
    branch_id: int | None = None,
    **more: Any,
) -> LoyaltyMove:
    """Add a move to an account that the caller has locked; the database keeps the sums, which the
    record has afterwards. Points that go take their share of the worth along unless it is given.
    Told by `sales.PointsValued` where the books put something off for them."""
    if worth is None:
        worth = -share_of_worth(session, account, -points) if points < 0 else ZERO
    move = LoyaltyMove(
        account_id=account.id,
        kind=kind,
        points=points,
        worth=worth,
        owed=owed,
        day=day,
        expires_on=expires_on if points > 0 else None,
        **more,
    )
    session.add(move)
    session.flush()
    session.refresh(account)
    if worth:
        emit(
            session,
            PointsValued(
                move_id=move.id,
                account_id=account.id,
                number=number,
                day=day,
                contact_id=account.contact_id,
                points=points,
                worth=worth,
                branch_id=branch_id,
            ),
        )
    return move


def share_of_worth(session: Session, account: LoyaltyAccount, points: Decimal) -> Decimal:
    """What so many of an account's points are worth in the books."""
    if not account.points or points >= account.points:
        return account.worth
    part = EXACT.divide(EXACT.multiply(account.worth, points), account.points)
    return min(to_step(part, step_of(company_currency(session))), account.worth)


def moves_of(session: Session, account_id: int) -> list[PointMove]:
    """An account's moves, as far as expiry goes."""
    rows = session.execute(
        select(LoyaltyMove.points, LoyaltyMove.expires_on, LoyaltyMove.kind).where(
            LoyaltyMove.account_id == account_id
        )
    )
    return [
        PointMove(row.points, row.expires_on, row.points > 0 and row.kind in GRANTS) for row in rows
    ]
