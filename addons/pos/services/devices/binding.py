"""Binding a device to a register: a manager shows a code, the device sends it and gets a token.

The code has eight letters and digits of 31, nearly 40 bits; it works once and for ten minutes, and
guesses are slowed down. The token has 256 bits and belongs to the device, not to whoever bound it.
A device that sends a key of its own with the code may send both again while the code holds: where
the answer got lost, it would have no token, and the code be used up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.pos.models import Binding, BindingCode, Register
from addons.pos.services.methods import fill_accounts
from addons.pos.services.registers import settle_currency
from core.api import Conflict, InvalidInput, actor, new_token, phrase, token_digest, utc_now

LASTS: Final = timedelta(minutes=10)
LONGEST_NAME: Final = 80
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are mistaken for one another: 0 and O, 1 and I."""
_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Bound:
    """A device that was just bound; `token` is seen this once."""

    binding: Binding
    token: str


def make_code(session: Session, register: Register) -> str:
    """A new code for this register, as it is shown: "K7QM-2F9X". Raises Conflict for one that
    rests."""
    if not register.active:
        raise Conflict(phrase("This till rests. Make it active first."))
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    session.add(
        BindingCode(
            register_id=register.id,
            digest=token_digest(code),
            made_by=actor(session).user_id,
            expires_at=utc_now() + LASTS,
        )
    )
    session.flush()
    return f"{code[:4]}-{code[4:]}"


def bind(session: Session, code: str, device: str, key: str = "") -> Bound:
    """Bind a device by a code. With the first one the register's currency is settled, and ways to
    pay that have no account yet get those that the books have by now. The same code with the same
    `key` answers the same binding with a new token, until its first operation has come.

    Raises InvalidInput for a code that is unknown, used or too old: whoever tries learns no more.
    """
    device = " ".join(device.split())[:LONGEST_NAME]
    if not device:
        raise InvalidInput.of("device", phrase("Give the device a name."))
    plain = "".join(one for one in code.upper() if one.isalnum())
    found = session.scalar(
        select(BindingCode).where(BindingCode.digest == token_digest(plain)).with_for_update()
    )
    again = _bound_before(session, found, key)
    if again is not None:
        return again
    if found is None or found.used_at is not None or found.expires_at <= utc_now():
        raise InvalidInput.of(
            "code",
            phrase("This code is not valid, or not any more."),
            fix=phrase("Ask a manager for a new one: it holds for ten minutes and works once."),
        )
    found.used_at = utc_now()
    register = session.scalars(
        select(Register).where(Register.id == found.register_id).with_for_update()
    ).one()
    if not register.active:
        raise Conflict(phrase("This till rests. Make it active first."))
    settle_currency(session, register)
    fill_accounts(session)
    bound = _bound(session, register, device, found.made_by)
    found.binding_id = bound.binding.id
    found.key_digest = token_digest(key) if key else None
    return bound


def _bound_before(session: Session, found: BindingCode | None, key: str) -> Bound | None:
    """What this code and key bound already, with a token in place of the one that got lost."""
    if found is None or not key or found.binding_id is None or found.expires_at <= utc_now():
        return None
    binding = session.get_one(Binding, found.binding_id, with_for_update=True)
    if found.key_digest != token_digest(key) or binding.revoked_at or binding.next_seq > 1:
        return None
    token = f"till_{new_token()}"
    binding.token_digest = token_digest(token)
    session.flush()
    return Bound(binding, token)


def bring_back(session: Session, register_id: int, ordinal: int, chain: str) -> Binding | None:
    """The binding of a device that was bound after the backup from which the server came back:
    known again by what it holds, and revoked. None where it cannot be one: there is no such
    register, or it had devices with this number or a later one."""
    register = session.get(Register, register_id, with_for_update=True)
    if register is None or ordinal <= _last(session, register):
        return None
    settle_currency(session, register)
    fill_accounts(session)
    now = utc_now()
    made = Binding(
        register_id=register.id,
        ordinal=ordinal,
        device=str(phrase("Brought back by its recovery file")),
        token_digest=token_digest(new_token()),
        chain=chain,
        last_hash=chain,
        bound_by=actor(session).user_id,
        revoked_at=now,
        revoked_by=actor(session).user_id,
    )
    session.add(made)
    session.flush()
    return made


def _last(session: Session, register: Register) -> int:
    found = select(func.max(Binding.ordinal)).where(Binding.register_id == register.id)
    return session.scalar(found) or 0


def _bound(session: Session, register: Register, device: str, by: int | None) -> Bound:
    token, chain = f"till_{new_token()}", secrets.token_hex(32)
    made = Binding(
        register_id=register.id,
        ordinal=_last(session, register) + 1,
        device=device,
        token_digest=token_digest(token),
        chain=chain,
        last_hash=chain,
        bound_by=by,
        last_seen_at=utc_now(),
    )
    session.add(made)
    session.flush()
    return Bound(made, token)
