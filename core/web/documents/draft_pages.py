"""Keeps, offers and discards the drafts of a form, at addresses below the form's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from core.addresses import parts_of
from core.auth.csrf import FIELD as CSRF_FIELD
from core.errors import Forbidden
from core.i18n import phrase
from core.web.documents import drafts
from core.web.documents.models import FormDraft
from core.web.replies import Json, Redirect, Reply
from core.web.request import Fields, Request
from core.web.resources.form_once import TOKEN_FIELD
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for, translator

DRAFT_PARAMETER: Final = "draft"
DRAFT: Final = "/draft"
DISCARD: Final = "/draft/discard"
_NO_INPUTS: Final = frozenset({CSRF_FIELD, TOKEN_FIELD, "_another", "_add", "_remove"})


def keep_draft(shape: Shape, session: Session, request: Request) -> Reply:
    """Keep what is typed so far; answers when that was, in words."""
    user_id = request.actor.user_id
    if user_id is None:
        raise Forbidden(phrase("Drafts are kept for people, not for programs."))
    token, form = request.form.get(TOKEN_FIELD, ""), request.path.removesuffix(DRAFT)
    content = list(_without_secrets(shape, request.form))
    draft = drafts.keep(session, user_id, form, token, content)
    local = draft.saved_at.astimezone(culture_for(request).zone)
    sentence = translator(session, request)("Draft kept at {time}").format(time=f"{local:%H:%M}")
    return Json({"kept": sentence})


def discard_draft(shape: Shape, session: Session, request: Request) -> Reply:
    """Forget a draft, and go back to its form or to the record where it was offered."""
    drafts.discard(session, request.actor.user_id, request.form.get(TOKEN_FIELD, ""))
    form = request.path.removesuffix(DISCARD)
    record = form.removesuffix("/edit")
    came_from = parts_of(request.headers.get("referer", "")).path
    return Redirect(record if came_from == record else form, phrase("The draft was discarded."))


def asked_for(session: Session, request: Request) -> FormDraft | None:
    """The draft that the address of the form names."""
    token = request.query.get(DRAFT_PARAMETER, "")
    return drafts.find(session, request.actor.user_id, request.path, token)


def offered(session: Session, request: Request, form: str) -> list[FormDraft]:
    """The drafts of this form to offer to whoever opens it."""
    return drafts.of_form(session, request.actor.user_id, form)


def content_of(draft: FormDraft) -> Fields:
    """What a draft holds, as the form would send it."""
    return Fields([(str(name), str(value)) for name, value in draft.content])


def _without_secrets(shape: Shape, form: Fields) -> Iterator[tuple[str, str]]:
    secret = {item.name for item in shape.inputs if item.secret}
    by_grid = {
        grid.name: {item.name for item in grid.inputs if item.secret} for grid in shape.grids
    }
    for name, value in form.multi_items():
        grid, _, rest = name.partition(".")
        hidden = by_grid.get(grid, frozenset()) if rest else secret
        if name not in _NO_INPUTS and (rest.partition(".")[2] or name) not in hidden:
            yield name, value
