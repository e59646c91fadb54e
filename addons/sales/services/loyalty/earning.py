"""What earns points, wherever it was sold: which programmes reward it, how often its lines count,
and the moves that give points and take them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import category_paths
from addons.contacts.api import get_contact
from addons.sales.models import LoyaltyAccount, LoyaltyMove, LoyaltyProgram
from addons.sales.services.amounts import EXACT, ZERO
from addons.sales.services.loyalty.earning_rules import EarningRule, factor_of, worth_of
from addons.sales.services.loyalty.keeping import add_points
from addons.sales.services.months import add_months
from addons.sales.services.working_out import in_company
from core.api import today

OF_SALES: Final = ("earn", "take_back")


@dataclass(frozen=True, slots=True)
class Sold:
    """What earned points, as far as their worth goes: `rate` is that of its currency."""

    number: str
    net: Decimal
    total: Decimal
    rate: Decimal
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class EarningLine:
    """A line that may earn: what was sold, and for how much before tax."""

    line_id: int
    product_id: int | None
    category_id: int | None
    net: Decimal


def rewards(
    session: Session,
    program: LoyaltyProgram,
    contact_id: int,
    currency: str,
    sold_at: datetime,
    day: date,
) -> bool:
    """Whether what a customer bought at a moment, booked on a day, falls under a programme."""
    if program.currency != currency:
        return False
    if sold_at < program.created_at:
        return False  # a programme rewards what is sold from when it is there
    if program.valid_from is not None and day < program.valid_from:
        return False
    if program.valid_to is not None and day > program.valid_to:
        return False
    return program.group_id is None or program.group_id == _group_of(session, contact_id)


def why_earned(
    session: Session,
    program: LoyaltyProgram,
    account: LoyaltyAccount,
    sold: Sequence[EarningLine],
    day: date,
) -> list[dict[str, Any]]:
    """Which line earns on what, and how often; kept, so that later rules change nothing of it."""
    rules = rules_of(program)
    categories = {line.category_id for line in sold if line.category_id is not None}
    paths = category_paths(session, categories)
    group_id, tier = _group_of(session, account.contact_id), tier_factor(session, program, account)
    found = []
    for line in sold:
        path = paths.get(line.category_id or 0, ())
        factor = factor_of(rules, line.product_id, path, group_id, day)
        if factor and line.net > 0:
            counted = EXACT.multiply(factor, tier)
            found.append({"line": line.line_id, "net": str(line.net), "factor": str(counted)})
    return found


def _group_of(session: Session, contact_id: int) -> int | None:
    contact = get_contact(session, contact_id)
    return None if contact is None else contact.group_id


def rules_of(program: LoyaltyProgram) -> list[EarningRule]:
    """A programme's rules as values."""
    return [
        EarningRule(
            one.factor,
            one.product_id,
            one.category_id,
            one.group_id,
            one.weekdays,
            one.valid_from,
            one.valid_to,
        )
        for one in program.rules
    ]


def tier_factor(session: Session, program: LoyaltyProgram, account: LoyaltyAccount) -> Decimal:
    """How often points count for a customer, by what was earned in the programme's last months."""
    tier = tier_name(session, program, account)
    return Decimal(1) if tier is None else tier[1]


def tier_name(
    session: Session, program: LoyaltyProgram, account: LoyaltyAccount
) -> tuple[str, Decimal] | None:
    """The customer's tier and how often its points count; None below the first."""
    if not program.tiers:
        return None
    since = add_months(today(session), -program.tier_months) + timedelta(days=1)
    earned = session.scalar(
        select(func.coalesce(func.sum(LoyaltyMove.points - LoyaltyMove.owed), 0)).where(
            LoyaltyMove.account_id == account.id,
            LoyaltyMove.kind.in_(OF_SALES),
            LoyaltyMove.day >= since,
        )
    )
    reached = [one for one in program.tiers if one.from_points <= (earned or ZERO)]
    highest = max(reached, key=lambda one: one.from_points, default=None)
    return None if highest is None else (highest.name, highest.factor)


def give_points(
    session: Session,
    account: LoyaltyAccount,
    points: Decimal,
    sold: Sold,
    why: list[dict[str, Any]],
    day: date,
    **of: Any,
) -> None:
    """Give points for what was sold, `of` an invoice or a receipt; those that the account owes are
    taken at once."""
    program = account.program
    worth = worth_of(points, program.point_value, program.expected_use, sold.net, sold.total)
    add_points(
        session,
        account,
        "earn",
        points,
        day,
        worth=in_company(session, worth, sold.rate),
        expires_on=expiry_of(program, day),
        number=sold.number,
        branch_id=sold.branch_id,
        why=why,
        **of,
    )
    if account.owed:
        late = min(account.owed, account.points)
        add_points(session, account, "take_back", -late, day, owed=-late,
                   number=sold.number, branch_id=sold.branch_id)  # fmt: skip


def take_points(
    session: Session,
    account: LoyaltyAccount,
    points: Decimal,
    day: date,
    number: str,
    branch_id: int | None,
    **of: Any,
) -> None:
    """Take points back as far as they are there; the rest is owed, and taken from the next."""
    there = min(points, account.points)
    add_points(session, account, "take_back", -there, day, owed=points - there, number=number,
               branch_id=branch_id, **of)  # fmt: skip


def expiry_of(program: LoyaltyProgram, day: date) -> date | None:
    """The last day of points that come on a day."""
    return add_months(day, program.months) if program.months else None
