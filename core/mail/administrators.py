"""Writes to everybody who administers a company."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.models import Role, User, UserRole
from core.auth.users import ADMIN_ROLE
from core.db.session import binding
from core.jobs.queue import enqueue
from core.mail.outgoing import can_send


def mail_administrators(session: Session, *, subject: str, text: str, key: str) -> None:
    """Mail them, each in their language, once a key; nobody where no mail can be sent. Both texts
    are phrases."""
    if not can_send(session):
        return
    bound = binding(session)
    translate = bound.context["kernel"].languages.translate
    administrators = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(Role.code == ADMIN_ROLE, UserRole.in_force(), User.is_active, ~User.is_guest)
        .order_by(User.id)
    )
    for user in session.scalars(administrators):
        language = user.locale or bound.tenant.locale
        enqueue(
            session,
            "core.send_mail",
            key=f"{key}:{user.id}",
            to=user.email,
            subject=translate(language, subject),
            text=translate(language, text),
        )
