"""How pages name the state of an organization, and the two actions that change it: for the
operator's staff and for those who sell to it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import Action, Permission, msg
from tenants import organizations
from tenants.models import Organization

STATUSES: Final = (
    ("creating", msg("Being made")),
    ("active", msg("Active")),
    ("suspended", msg("Suspended")),
    ("deleting", msg("Being removed")),
    ("binning", msg("On its way into the bin")),
    ("binned", msg("In the bin")),
    ("restoring", msg("Being restored")),
)


def suspend_and_resume(permission: Permission, question: str) -> tuple[Action, Action]:
    """Both actions, for those who hold the permission; `question` is asked before suspending."""
    return (
        Action(
            "suspend",
            msg("Suspend"),
            permission,
            _suspend,
            when=lambda organization: organization.status == "active",
            confirm=question,
            style="danger",
        ),
        Action(
            "resume",
            msg("Resume"),
            permission,
            _resume,
            when=lambda organization: organization.status == "suspended",
            style="primary",
        ),
    )


def _suspend(session: Session, organization: Organization) -> str:
    organizations.suspend(session, organization, organization.suspended_reason)
    return msg("Its members now see that it is suspended; its jobs wait.")


def _resume(session: Session, organization: Organization) -> str:
    organizations.resume(session, organization)
    return msg("It is served again.")
