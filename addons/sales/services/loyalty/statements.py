"""What a customer is told of his points: how many, what they pay, when they expire, and every move.

For the card beside a contact, for the portal and for a till.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.api import canonical_ids
from addons.sales.models import Invoice, LoyaltyAccount, LoyaltyMove, Payment
from addons.sales.services.amounts import ZERO
from addons.sales.services.loyalty.earning import tier_name
from addons.sales.services.loyalty.expiry_rules import OpenPoints, expired_by, open_points
from addons.sales.services.loyalty.keeping import moves_of
from addons.sales.services.loyalty.redeeming import worth_in_payment
from core.api import today


@dataclass(frozen=True, slots=True)
class PointsStatement:
    """A customer's points in one programme. `points` are those that can be used today, `amount` is
    what they pay in `currency`, `expiring` which of them go when. `offline_points` is what a till
    may take of them without asking."""

    account_id: int
    program: str
    currency: str
    points: Decimal
    amount: Decimal
    owed: Decimal
    tier: str
    expiring: tuple[OpenPoints, ...]
    offline_points: Decimal


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A move of points, with the document that it came from and the points afterwards."""

    day: date
    kind: str
    document: str
    points: Decimal
    balance: Decimal
    expires_on: date | None
    reason: str


def points_of(session: Session, contact_id: int) -> list[PointsStatement]:
    """The points of a customer, programme by programme."""
    key = canonical_ids(session, {contact_id}).get(contact_id, contact_id)
    accounts = session.scalars(
        select(LoyaltyAccount).where(LoyaltyAccount.contact_id == key).order_by(LoyaltyAccount.id)
    )
    return [_statement(session, account) for account in accounts]


def _statement(session: Session, account: LoyaltyAccount) -> PointsStatement:
    program, moves = account.program, moves_of(session, account.id)
    points = account.points - expired_by(moves, today(session))
    tier = tier_name(session, program, account)
    return PointsStatement(
        account_id=account.id,
        program=program.name,
        currency=program.currency,
        points=points,
        amount=worth_in_payment(program, points),
        owed=account.owed,
        tier=tier[0] if tier else "",
        expiring=tuple(one for one in open_points(moves) if one.expires_on is not None),
        offline_points=min(points, program.offline_points),
    )


def statement_lines(session: Session, account_id: int) -> list[StatementLine]:
    """Every move of an account in the order in which they came."""
    rows = session.execute(
        select(LoyaltyMove, Invoice.number, Payment.number)
        .outerjoin(Invoice, Invoice.id == LoyaltyMove.invoice_id)
        .outerjoin(Payment, Payment.id == LoyaltyMove.payment_id)
        .where(LoyaltyMove.account_id == account_id)
        .order_by(LoyaltyMove.id)
    )
    found, balance = [], ZERO
    for move, invoice, payment in rows:
        balance += move.points
        found.append(
            StatementLine(
                move.day,
                move.kind,
                invoice or payment or move.receipt,
                move.points,
                balance,
                move.expires_on,
                move.reason,
            )
        )
    return found
