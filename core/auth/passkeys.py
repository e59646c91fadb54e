"""Passkeys (WebAuthn): made by a signed-in user, then good for signing in without a password.

A passkey verifies its holder by itself (fingerprint, face, PIN), so it is two factors in one.
Each challenge is kept here until its one answer comes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from core.auth.client import Client
from core.auth.models import Passkey, PasskeyChallenge, User
from core.auth.secret_tokens import digest
from core.auth.sign_in import Refused, SignedIn, act_as, admit_user
from core.db.base import utc_now
from core.db.session import binding
from core.errors import InvalidInput
from core.i18n import phrase

CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
_NAME_LENGTH: Final = 80

Options = dict[str, Any]
"""What the browser's `navigator.credentials` takes, as JSON has it."""
Answer = Any
"""What the browser's `navigator.credentials` gave, as JSON; not to be trusted in any way."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ceremony happens: the host, and the whole origin as the browser names it."""

    host: str
    origin: str


def registration_options(session: Session, user: User, place: Place) -> Options:
    """What the browser needs to make a passkey."""
    # The library brings certificate parsers along that no other request needs.
    import webauthn
    from webauthn.helpers import options_to_json_dict, structs

    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=binding(session).tenant.title,
        user_id=_handle(session, user),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(key.credential_id))
            for key in passkeys_of(session, user.id)
        ],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    _keep(session, options.challenge, place, user.id)
    return options_to_json_dict(options)


def register(session: Session, user: User, *, answer: Answer, name: str, place: Place) -> Passkey:
    """Keep the passkey that the browser made. Raises InvalidInput when it cannot be accepted."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=_take(session, answer, place, user.id),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise InvalidInput.of(
            "passkey",
            phrase("The passkey could not be accepted."),
            fix=phrase("Please start again; each attempt is good for five minutes."),
        ) from error
    passkey = Passkey(
        user_id=user.id,
        name=" ".join(name.split())[:_NAME_LENGTH] or "Passkey",
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        rp_id=place.host,
    )
    session.add(passkey)
    session.flush()
    return passkey


def sign_in_options(session: Session, place: Place) -> Options:
    """What the browser needs to offer its passkeys for this host."""
    import webauthn
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=place.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    _keep(session, options.challenge, place, None)
    return options_to_json_dict(options)


def with_passkey(
    session: Session, *, answer: Answer, place: Place, client: Client
) -> SignedIn | Refused:
    """Sign in with the passkey that signed the challenge."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    found = session.execute(
        select(Passkey, User)
        .join(User)
        .where(
            Passkey.credential_id == _credential_id(answer),
            Passkey.rp_id == place.host,
            User.is_active,
        )
        .with_for_update(of=Passkey)
    ).one_or_none()
    if found is None:
        return Refused()
    passkey, user = found
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=_take(session, answer, place, None),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return Refused()
    act_as(session, user)
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, utc_now()
    session.flush()
    return admit_user(session, user, client=client, method="passkey")


def passkeys_of(session: Session, user_id: int) -> list[Passkey]:
    """A user's passkeys, oldest first."""
    found = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return list(session.scalars(found))


def remove(session: Session, user_id: int, passkey_id: int) -> bool:
    """Let go of a passkey of this user; says whether there was one."""
    gone = delete(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)
    return session.scalar(gone.returning(Passkey.id)) is not None


def _credential_id(answer: Answer) -> str:
    return str(answer.get("id")) if isinstance(answer, dict) else ""


def _handle(session: Session, user: User) -> bytes:
    """What the authenticator files the passkey under: stable, and says nothing about the user."""
    return hashlib.sha256(f"{binding(session).tenant.id}/{user.id}".encode()).digest()


def _keep(session: Session, challenge: bytes, place: Place, user_id: int | None) -> None:
    now = utc_now()
    # Anybody may ask for a challenge, as often as they like; only five minutes' worth is kept.
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now))
    session.add(
        PasskeyChallenge(
            challenge_hash=digest(challenge.hex()),
            user_id=user_id,
            host=place.host,
            expires_at=now + CHALLENGE_LIFETIME,
        )
    )
    session.flush()


def _take(session: Session, answer: Answer, place: Place, user_id: int | None) -> bytes:
    """The challenge that this answer is for, which is used up by it; raises ValueError."""
    from webauthn import base64url_to_bytes

    client_data = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
    challenge = base64url_to_bytes(client_data["challenge"])
    whose: ColumnElement[bool] = PasskeyChallenge.user_id.is_not_distinct_from(user_id)
    taken = session.scalar(
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.challenge_hash == digest(challenge.hex()),
            PasskeyChallenge.host == place.host,
            PasskeyChallenge.expires_at > utc_now(),
            whose,
        )
        .returning(PasskeyChallenge.id)
    )
    if taken is None:
        raise ValueError("no such challenge waits for an answer")
    return challenge
