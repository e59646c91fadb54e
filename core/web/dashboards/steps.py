"""The first steps that the kernel itself asks for: the company's paper, colleagues, and one's own
account.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import Passkey, TotpCredential, User
from core.auth.permissions import MANAGE_USERS
from core.db.session import binding
from core.declare import SIGNED_IN, OnboardingStep, msg
from core.printing.models import PrintDesign
from core.web.printing.declarations import MANAGE as MANAGE_PRINTING
from core.web.printing.letterhead_pages import URL as LETTERHEAD


def _has_letterhead(session: Session) -> bool:
    # The platform's own pages print nothing that customers see.
    if binding(session).tenant.is_control:
        return True
    return session.scalar(select(PrintDesign.id).limit(1)) is not None


def _has_colleagues(session: Session) -> bool:
    return (session.scalar(select(func.count()).select_from(User)) or 0) > 1


def _me(session: Session) -> User | None:
    return session.get(User, actor(session).user_id)


def _has_language(session: Session) -> bool:
    me = _me(session)
    return me is not None and bool(me.locale)


def _has_second_step(session: Session) -> bool:
    mine = actor(session).user_id
    confirmed = TotpCredential.confirmed_at.is_not(None)
    totp = select(TotpCredential.id).where(TotpCredential.user_id == mine, confirmed)
    passkey = select(Passkey.id).where(Passkey.user_id == mine)
    return session.scalar(totp.union_all(passkey).limit(1)) is not None


STEPS: Final = (
    OnboardingStep(
        "core.letterhead",
        msg("Put your logo on your paper"),
        msg("Name, address, tax number and logo stand on every document that you print or send."),
        LETTERHEAD,
        MANAGE_PRINTING,
        _has_letterhead,
        order=10,
    ),
    OnboardingStep(
        "core.colleagues",
        msg("Invite a colleague"),
        msg("Each person has an account of their own, and sees and does what their role allows."),
        "/core/users/new",
        MANAGE_USERS,
        _has_colleagues,
        order=20,
    ),
    OnboardingStep(
        "core.language",
        msg("Choose your language"),
        msg("English, Arabic or Bengali, and how your figures and dates are written."),
        "/account",
        SIGNED_IN,
        _has_language,
        order=80,
    ),
    OnboardingStep(
        "core.second_step",
        msg("Make signing in safer"),
        msg("A passkey or an authenticator app keeps others out, even with your password."),
        "/account",
        SIGNED_IN,
        _has_second_step,
        order=90,
    ),
)
