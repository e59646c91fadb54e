"""Limits and delegations, as they are written and ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.purchases.models import ApprovalLimit, Delegation
from addons.purchases.permissions import APPROVE_ORDERS, SET_LIMITS
from core.api import Conflict, Forbidden, InvalidInput, actor, phrase, utc_now

_MAY_APPROVE: Final = text("""
SELECT EXISTS (
  SELECT 1 FROM core.user_role AS held JOIN core.role AS role ON role.id = held.role_id
   WHERE held.user_id = :user AND (held.expires_at IS NULL OR held.expires_at > now())
     AND (role.unlimited OR EXISTS (
           SELECT 1 FROM core.role_permission AS granted
            WHERE granted.role_id = role.id AND granted.permission = :right)))
""")


def write_limit(session: Session, limit: ApprovalLimit, values: Mapping[str, Any]) -> ApprovalLimit:
    """Set a limit of a role, or of a user. Raises InvalidInput where it names neither or both,
    and Conflict where there is one already."""
    for name in ("role_id", "user_id", "amount"):
        if name in values:
            setattr(limit, name, values[name])
    if (limit.role_id is None) == (limit.user_id is None):
        raise InvalidInput.of("role_id", phrase("Choose either a role or a user."))
    if limit.amount is not None and limit.amount < 0:
        raise InvalidInput.of("amount", phrase("A limit cannot be negative."))
    with session.no_autoflush:
        same = select(ApprovalLimit.id).where(
            ApprovalLimit.role_id == limit.role_id
            if limit.role_id is not None
            else ApprovalLimit.user_id == limit.user_id
        )
        other = session.scalar(same)
    if other is not None and other != limit.id:
        raise Conflict(
            phrase("There is a limit for them already."), fix=phrase("Change that one instead.")
        )
    session.add(limit)
    session.flush()
    return limit


def create_limit(session: Session, values: Mapping[str, Any]) -> ApprovalLimit:
    """A new limit, see `write_limit`."""
    return write_limit(session, ApprovalLimit(), values)


def create_delegation(session: Session, values: Mapping[str, Any]) -> Delegation:
    """Somebody approves in another's place. Everybody gives away what is their own; who sets the
    limits may do it for others, too. Raises Forbidden and InvalidInput."""
    given = Delegation(
        from_user_id=values.get("from_user_id") or actor(session).user_id,
        to_user_id=values["to_user_id"],
        start_on=values["start_on"],
        end_on=values["end_on"],
        reason=values.get("reason") or "",
    )
    who = actor(session)
    if given.from_user_id != who.user_id and not who.may(SET_LIMITS.code):
        raise Forbidden(phrase("Only your own approvals are yours to delegate."))
    if given.from_user_id == given.to_user_id:
        raise InvalidInput.of("to_user_id", phrase("Choose somebody else."))
    if given.start_on > given.end_on:
        raise InvalidInput.of("end_on", phrase("The last day is before the first."))
    asked = {"user": given.to_user_id, "right": APPROVE_ORDERS.code}
    if not session.scalar(_MAY_APPROVE, asked):
        raise InvalidInput.of(
            "to_user_id",
            phrase("This person may not approve orders at all."),
            fix=phrase("Give them a role with that right first."),
        )
    session.add(given)
    session.flush()
    return given


def revoke_delegation(session: Session, given: Delegation) -> Delegation:
    """End a delegation now; it stays on record. Raises Conflict where it was ended before."""
    who = actor(session)
    if given.from_user_id != who.user_id and not who.may(SET_LIMITS.code):
        raise Forbidden(phrase("Only your own delegations are yours to end."))
    if given.revoked_at is not None:
        raise Conflict(phrase("This delegation was ended before."))
    given.revoked_at = utc_now()
    session.flush()
    return given
