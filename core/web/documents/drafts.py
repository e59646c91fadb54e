"""Drafts: what somebody typed into a form and did not save, kept for them alone.

A draft bears its form's token, so that going on with it in another window is still the same
form, which saves once. Whoever saves the form is done with the draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.errors import InvalidInput
from core.i18n import phrase
from core.web.documents.models import FormDraft

MAX_CHARACTERS: Final = 4 * 2**20
"""Of all inputs together: a document of some thousand lines."""
MOST: Final = 100
"""Drafts of one person; then the oldest go."""
KEPT_FOR: Final = timedelta(days=60)
MAX_TOKEN: Final = 64

Content = Sequence[tuple[str, str]]


def keep(session: Session, user_id: int, form: str, token: str, content: Content) -> FormDraft:
    """The draft of this form as it is now. Raises InvalidInput when it is too large."""
    if not 0 < len(token) <= MAX_TOKEN:
        raise InvalidInput.of("_token", phrase("This form is not known. Open it again."))
    if sum(len(name) + len(value) for name, value in content) > MAX_CHARACTERS:
        raise InvalidInput(phrase("This is too much to be kept as a draft. Save it soon."))
    row = insert(FormDraft).values(
        user_id=user_id,
        token=token,
        form=form,
        content=[list(pair) for pair in content],
        saved_at=func.now(),
    )
    changed = {"form": form, "content": row.excluded.content, "saved_at": func.now()}
    kept = row.on_conflict_do_update(index_elements=["user_id", "token"], set_=changed)
    draft = session.scalars(
        kept.returning(FormDraft), execution_options={"populate_existing": True}
    ).one()
    _forget_oldest(session, user_id)
    return draft


def of_form(session: Session, user_id: int | None, form: str) -> list[FormDraft]:
    """What this person began in the form at this address, the newest first."""
    if user_id is None:
        return []
    mine = select(FormDraft).where(FormDraft.user_id == user_id, FormDraft.form == form)
    return list(session.scalars(mine.order_by(FormDraft.saved_at.desc())))


def find(session: Session, user_id: int | None, form: str, token: str) -> FormDraft | None:
    """One draft of this person's, if it is still there."""
    drafts = of_form(session, user_id, form) if token else []
    return next((draft for draft in drafts if draft.token == token), None)


def discard(session: Session, user_id: int | None, token: str) -> None:
    """Forget a draft; nothing happens if there is none."""
    session.execute(delete(FormDraft).where(FormDraft.user_id == user_id, FormDraft.token == token))


def forget_old_drafts(session: Session) -> None:
    """Drop what nobody came back to."""
    session.execute(delete(FormDraft).where(FormDraft.saved_at < utc_now() - KEPT_FOR))


def _forget_oldest(session: Session, user_id: int) -> None:
    mine = FormDraft.user_id == user_id
    newest = select(FormDraft.token).where(mine).order_by(FormDraft.saved_at.desc()).limit(MOST)
    session.execute(delete(FormDraft).where(mine, FormDraft.token.not_in(newest)))
