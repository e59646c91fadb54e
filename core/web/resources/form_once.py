"""A form that is sent twice saves once: a double click, or a reload of the answer.

Each form carries a random token. A row for the token and what was typed is written in the
transaction of the save, so that the second request waits for the first and is then sent where
the first one went. Going back and typing something else is another form.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

import orjson
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.web.models import KeptAnswer
from core.web.replies import Redirect
from core.web.request import Request

TOKEN_FIELD: Final = "_token"  # noqa: S105, the name of an input
_MAX_TOKEN: Final = 64


def token_of(request: Request) -> str:
    """The token of the form that was sent; a new one for a form shown for the first time."""
    return request.form.get(TOKEN_FIELD, "") or secrets.token_urlsafe(18)


def earlier(session: Session, request: Request) -> Redirect | None:
    """Where this very form led when it was saved before; else it is ours to save."""
    key = _key(request)
    if key is None:
        return None
    taken = insert(KeptAnswer).values(actor=_actor(request), key=key, fingerprint=b"form")
    fresh = session.execute(taken.on_conflict_do_nothing().returning(KeptAnswer.key))
    if fresh.one_or_none() is not None:
        return None
    kept = session.scalar(select(KeptAnswer.body).where(_row(request, key)))
    if not kept:
        return None  # it was sent and refused
    url, message = orjson.loads(kept)
    return Redirect(url, message)


def keep(session: Session, request: Request, reply: Redirect) -> Redirect:
    """Remember where the form led."""
    key = _key(request)
    if key is not None:
        body = orjson.dumps([reply.url, str(reply.message)])
        row = update(KeptAnswer).where(_row(request, key))
        session.execute(row.values(status=303, body=body))
    return reply


def _key(request: Request) -> str | None:
    token = request.form.get(TOKEN_FIELD, "")
    if not 0 < len(token) <= _MAX_TOKEN:
        return None
    typed = repr((request.path, request.form.multi_items()))
    return f"{token}:{hashlib.sha256(typed.encode()).hexdigest()}"


def _row(request: Request, key: str) -> ColumnElement[bool]:
    return and_(KeptAnswer.actor == _actor(request), KeptAnswer.key == key)


def _actor(request: Request) -> str:
    return f"form:{request.actor.user_id or request.actor.kind}"
