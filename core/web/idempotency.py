"""A call that is repeated with the same Idempotency-Key is done once and answered twice.

The key's row is written in the call's own transaction: a failed call leaves none, so it may be
tried again; a second call under the key waits for the first to commit, and then gets its answer.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.db.base import utc_now
from core.errors import InvalidInput
from core.web.answer import Answer
from core.web.incoming import Incoming
from core.web.models import KeptAnswer

HEADER = "idempotency-key"
KEPT_FOR = timedelta(days=7)
MAX_KEY = 200
MAX_KEPT = 2**20
"""Bytes of an answer that is kept; calls with larger ones cannot be repeated safely."""
_CHUNK = 256 * 1024


class Repeatable:
    """One call under one key; made before the handler runs, kept after it replied."""

    def __init__(self, session: Session, incoming: Incoming, actor: Actor) -> None:
        """Raises InvalidInput if the key is unusable or was used for another call."""
        self._session = session
        self._key = incoming.headers[HEADER]
        if not 0 < len(self._key) <= MAX_KEY:
            raise InvalidInput.of(
                "Idempotency-Key", f"An Idempotency-Key has 1 to {MAX_KEY} characters."
            )
        self._actor = f"{actor.kind}:{actor.user_id or ''}"
        self._fingerprint = _fingerprint(incoming)

    def earlier_answer(self) -> Answer | None:
        """The answer to this very call if it was made before; else the key is ours now."""
        taken = insert(KeptAnswer).values(
            actor=self._actor, key=self._key, fingerprint=self._fingerprint
        )
        # Waits here for the first call, if that is still under way.
        fresh = self._session.execute(
            taken.on_conflict_do_nothing().returning(KeptAnswer.key)
        ).one_or_none()
        if fresh is not None:
            return None
        kept = self._session.execute(
            select(KeptAnswer).where(KeptAnswer.actor == self._actor, KeptAnswer.key == self._key)
        ).scalar_one()
        if kept.fingerprint != self._fingerprint:
            raise InvalidInput.of(
                "Idempotency-Key",
                "This Idempotency-Key was used for another call.",
                fix="Use a new key for each new call, and the same key only to repeat one.",
            )
        headers = [(name.encode(), value.encode()) for name, value in kept.headers.items()]
        return Answer(kept.status, [*headers, (b"idempotent-replayed", b"true")], kept.body)

    def keep(self, answer: Answer) -> None:
        """Remember the answer together with what the call did."""
        if not isinstance(answer.body, bytes) or len(answer.body) > MAX_KEPT:
            raise InvalidInput.of(
                "Idempotency-Key", "A call with so large an answer takes no Idempotency-Key."
            )
        self._session.execute(
            update(KeptAnswer)
            .where(KeptAnswer.actor == self._actor, KeptAnswer.key == self._key)
            .values(
                status=answer.status,
                headers={name.decode(): value.decode() for name, value in answer.headers},
                body=answer.body,
            )
        )


def forget_old_answers(session: Session) -> None:
    """Drop what nobody repeats any more."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < utc_now() - KEPT_FOR))


def _fingerprint(incoming: Incoming) -> bytes:
    call = (incoming.method, incoming.path, incoming.query_string, incoming.form.multi_items())
    digest = hashlib.sha256(repr(call).encode() + b"\n" + incoming.body)
    for name, upload in incoming.files.multi_items():
        digest.update(repr((name, upload.name)).encode())
        upload.file.seek(0)
        while chunk := upload.file.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()
