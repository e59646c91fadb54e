"""The second step: codes from an authenticator app (RFC 6238).

A code is good for one sign-in: the step it belongs to is remembered and never accepted again.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pyotp
from pyotp.totp import TOTP
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.auth import recovery_codes
from core.auth.actors import forget_actors
from core.auth.models import TotpCredential, User
from core.db.base import utc_now
from core.db.sealed import seal, unseal
from core.db.session import binding
from core.errors import Conflict, InvalidInput
from core.i18n import phrase

if TYPE_CHECKING:
    from core.kernel import Kernel
    from core.secrets import SecretBox

STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""Steps before and after the present one that are accepted, for clocks that are a bit off."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the secret, and the same as an address for a QR code."""

    secret: str
    address: str


def is_enabled(session: Session, user_id: int) -> bool:
    """Whether this user gives a code after the password."""
    confirmed = select(TotpCredential.id).where(
        TotpCredential.user_id == user_id, TotpCredential.confirmed_at.is_not(None)
    )
    return session.scalar(confirmed) is not None


def enrol(session: Session, user: User) -> Enrolment:
    """Begin with an authenticator app; nothing changes until `confirm`. Raises Conflict if
    the user has one already."""
    if is_enabled(session, user.id):
        raise Conflict(
            phrase("You use an authenticator app already."),
            fix=phrase("Remove it first, then set up the new one."),
        )
    session.execute(delete(TotpCredential).where(TotpCredential.user_id == user.id))
    secret = pyotp.random_base32()
    sealed = seal(_secrets(session), TotpCredential.secret, secret.encode(), user_id=user.id)
    session.add(TotpCredential(user_id=user.id, secret=sealed))
    session.flush()
    return _enrolment(session, user, secret)


def pending_enrolment(session: Session, user: User) -> Enrolment | None:
    """What `enrol` returned, while it waits for its first code."""
    credential = _credential(session, user.id, confirmed=False)
    if credential is None:
        return None
    return _enrolment(session, user, _open(session, credential))


def confirm(session: Session, user: User, code: str) -> list[str]:
    """Finish with the first right code; returns the recovery codes, shown this once."""
    credential = _credential(session, user.id, confirmed=False)
    if credential is None:
        raise Conflict(phrase("There is no authenticator app to confirm. Please start again."))
    step = _matching_step(_open(session, credential), code)
    if step is None:
        raise InvalidInput.of(
            "code",
            phrase("This code is not right."),
            fix=phrase("Check the clock of your device and type the code that it shows now."),
        )
    credential.confirmed_at, credential.last_step = utc_now(), step
    session.flush()
    forget_actors(session)
    return recovery_codes.renew(session, user.id)


def remove(session: Session, user_id: int) -> None:
    """Do without the second step again."""
    session.execute(delete(TotpCredential).where(TotpCredential.user_id == user_id))
    recovery_codes.clear(session, user_id)


def accept(session: Session, user_id: int, code: str) -> Literal["totp", "recovery code"] | None:
    """Use up a code of the app or a recovery code; None if it is not right."""
    credential = _credential(session, user_id, confirmed=True)
    if credential is None:
        return None
    step = _matching_step(_open(session, credential), code)
    if step is not None:
        return "totp" if _use_step(session, credential.id, step) else None
    return "recovery code" if recovery_codes.use(session, user_id, code) else None


def _use_step(session: Session, credential_id: int, step: int) -> bool:
    # A last step beyond the present was used before the clock jumped back; waiting for it to
    # come again would lock the user out.
    ahead = _present_step() + DRIFT
    used = session.scalar(
        update(TotpCredential)
        .where(
            TotpCredential.id == credential_id,
            or_(TotpCredential.last_step < step, TotpCredential.last_step > ahead),
        )
        .values(last_step=step)
        .returning(TotpCredential.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


def _matching_step(secret: str, code: str) -> int | None:
    generator = TOTP(secret, interval=STEP_SECONDS)
    typed = "".join(code.split()).encode()
    present = _present_step()
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), typed):
            return step
    return None


def _present_step() -> int:
    return int(utc_now().timestamp()) // STEP_SECONDS


def _credential(session: Session, user_id: int, *, confirmed: bool) -> TotpCredential | None:
    is_confirmed = TotpCredential.confirmed_at.is_not(None)
    return session.scalar(
        select(TotpCredential).where(
            TotpCredential.user_id == user_id, is_confirmed if confirmed else ~is_confirmed
        )
    )


def _enrolment(session: Session, user: User, secret: str) -> Enrolment:
    issuer = binding(session).tenant.title
    address = TOTP(secret).provisioning_uri(name=user.email, issuer_name=issuer)
    return Enrolment(secret, address)


def _open(session: Session, credential: TotpCredential) -> str:
    return unseal(_secrets(session), TotpCredential.secret, credential).decode()


def _secrets(session: Session) -> SecretBox:
    kernel: Kernel = binding(session).context["kernel"]
    return kernel.secrets
