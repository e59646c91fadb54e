"""Approval limits, delegations, and what was decided."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import ApprovalLimit, ApprovalStep, Delegation
from addons.purchases.permissions import APPROVE_ORDERS, SET_LIMITS, VIEW_PURCHASES
from addons.purchases.services.approvals import keeping
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Operations,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

DECISIONS: Final = (
    ("asked", msg("Asked for approval")),
    ("approved", msg("Approved")),
    ("rejected", msg("Sent back")),
    ("automatic", msg("Needed no approval")),
    ("reopened", msg("Reopened")),
)
_TONES: Final[tuple[tuple[str, Tone], ...]] = (("approved", "good"), ("rejected", "bad"))


def _revoke(session: Session, given: Delegation) -> str:
    keeping.revoke_delegation(session, given)
    return phrase("Ended.")


LIMITS: Final = Resource(
    name="approval-limits",
    model=ApprovalLimit,
    title=msg("Approval limits"),
    singular=msg("Approval limit"),
    help=msg(
        "Up to which amount a role, or a person, may approve. Without any, the right is enough."
    ),
    access=Access(SET_LIMITS, SET_LIMITS, SET_LIMITS, SET_LIMITS),
    columns=(
        Column("role_id", msg("Role")),
        Column("user_id", msg("User")),
        Column("amount", msg("Up to"), widget="money"),
    ),
    record_title=lambda limit: phrase("Limit {id}", id=limit.id),
    order=("id",),
    form=(
        Section(
            msg("Limit"),
            (
                Field("role_id", msg("Role"), reference="core.roles"),
                Field("user_id", msg("User"), reference="core.users"),
                Field(
                    "amount",
                    msg("Up to"),
                    widget="money",
                    help=msg("With taxes, in the company's currency. Empty is any amount."),
                ),
            ),
        ),
    ),
    operations=Operations(
        create=keeping.create_limit,
        update=keeping.write_limit,
    ),
)

DELEGATIONS: Final = Resource(
    name="delegations",
    model=Delegation,
    title=msg("Delegations"),
    singular=msg("Delegation"),
    help=msg("Who approves in whose place, from one day to another."),
    access=Access(APPROVE_ORDERS, APPROVE_ORDERS),
    columns=(
        Column("from_user_id", msg("In place of")),
        Column("to_user_id", msg("Approves")),
        Column("start_on", msg("From")),
        Column("end_on", msg("Until")),
        Column("reason", msg("Reason")),
        Column("revoked_at", msg("Ended")),
    ),
    record_title=lambda given: phrase("Delegation {id}", id=given.id),
    filters=(Filter("start_on", msg("From")), Filter("end_on", msg("Until"))),
    order=("-start_on", "-id"),
    form=(
        Section(
            msg("Delegation"),
            (
                Field(
                    "from_user_id",
                    msg("In place of"),
                    reference="core.users",
                    required=False,
                    help=msg("Empty: of yourself."),
                ),
                Field("to_user_id", msg("Approves"), reference="core.users"),
                Field("start_on", msg("From"), initial=today),
                Field("end_on", msg("Until"), initial=today),
                Field("reason", msg("Reason")),
            ),
        ),
    ),
    actions=(
        Action(
            "revoke",
            msg("End now"),
            APPROVE_ORDERS,
            _revoke,
            when=lambda given: given.revoked_at is None,
            style="danger",
        ),
    ),
    operations=Operations(create=keeping.create_delegation),
    editable=lambda given: False,
)

STEPS: Final = Resource(
    name="approvals",
    model=ApprovalStep,
    title=msg("Approvals"),
    singular=msg("Approval"),
    help=msg("What was decided about orders, by whom, and in whose place."),
    access=Access(VIEW_PURCHASES),
    columns=(
        Column("order.number", msg("Order")),
        Column("order.contact_name", msg("Supplier")),
        Column("decision", msg("Decision"), choices=DECISIONS, tones=_TONES),
        Column("user_name", msg("By")),
        Column("in_place_of", msg("In place of")),
        Column("amount", msg("Amount"), widget="money"),
        Column("limit", msg("Limit"), widget="money"),
        Column("decided_at", msg("At")),
    ),
    record_title=lambda step: phrase("Approval {id}", id=step.id),
    search=("user_name", "in_place_of", "order.number"),
    filters=(
        Filter("decision", msg("Decision"), choices=DECISIONS),
        Filter("decided_at", msg("At")),
        Filter("order_id", msg("Order"), reference="purchases.orders"),
    ),
    order=("-id",),
    customizable=False,
    discussed=False,
)

RESOURCES: Final = (LIMITS, DELEGATIONS, STEPS)
