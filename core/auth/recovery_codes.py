"""Codes on paper that stand in for a lost authenticator app, each for one sign-in."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.auth.models import RecoveryCode
from core.auth.secret_tokens import digest
from core.db.base import utc_now

COUNT: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike. Sixteen of these are 79 bits: nobody guesses back from a hash."""
_LENGTH: Final = 16


def renew(session: Session, user_id: int) -> list[str]:
    """Fresh codes in place of the old ones; they are seen this once."""
    clear(session, user_id)
    codes = [_random_code() for _ in range(COUNT)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code)) for code in codes)
    session.flush()
    return codes


def left(session: Session, user_id: int) -> int:
    """How many codes have not been used."""
    unused = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(unused) or 0


def use(session: Session, user_id: int, code: str) -> bool:
    """Use a code up, however it is typed; says whether it was one."""
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=utc_now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


def clear(session: Session, user_id: int) -> None:
    """Let go of a user's codes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _random_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, _LENGTH, 4))


def _hash(code: str) -> str:
    return digest("".join(letter for letter in code.lower() if letter in _ALPHABET))
