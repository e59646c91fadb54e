"""What is kept of a code: a digest under a secret of the company, which is sealed.

Whoever reads the table of cards, or a backup of it, can neither pay with one nor try codes out. The
secret is made when the first code is, and never changes: a new master key seals it anew.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.sales.models import CodeKey
from core.api import open_secret, seal_secret

_KEY: Final = 1
_BYTES: Final = 32


def digest_of(session: Session, code: str) -> str:
    """The keyed digest of a code in its one spelling (HMAC-SHA-256, RFC 2104)."""
    return hmac.new(_secret(session), code.encode(), sha256).hexdigest()


def _secret(session: Session) -> bytes:
    wanted = select(CodeKey).where(CodeKey.id == _KEY)
    known = session.scalars(wanted).one_or_none()
    if known is None:
        sealed = seal_secret(session, CodeKey.secret, secrets.token_bytes(_BYTES), id=_KEY)
        new = insert(CodeKey).values(id=_KEY, secret=sealed)
        session.execute(new.on_conflict_do_nothing())
        known = session.scalars(wanted).one()
    return open_secret(session, CodeKey.secret, known)
