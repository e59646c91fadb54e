"""Writing, changing and taking back notes; following a record."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.conversation import notes
from core.conversation.followers import set_following
from core.errors import Forbidden
from core.i18n import phrase
from core.web.conversation.panel import answer, answer_once
from core.web.conversation.place import place_of
from core.web.replies import Reply
from core.web.request import Request
from core.web.resources.shape import Shape


def write_note(shape: Shape, session: Session, request: Request) -> Reply:
    """A new note."""
    place = place_of(shape, session, request, writing=True)
    chosen = {
        int(one) for one in request.form.getlist("mention") if one.isdecimal() and len(one) < 19
    }

    def write() -> Reply:
        body = request.form.get("body", "")
        written = notes.write_note(session, place.subject, body, chosen=chosen)
        return answer(session, request, place, phrase("Noted."), warning=_warning(written.not_told))

    return answer_once(session, request, place, write)


def change_note(shape: Shape, session: Session, request: Request) -> Reply:
    """One's own note, put differently."""
    place = place_of(shape, session, request, writing=True)
    entry = notes.entry_of(session, place.conversation_id, request.path_params["note"])
    written = notes.change_note(session, place.subject, entry, request.form.get("body", ""))
    return answer(session, request, place, phrase("Changed."), warning=_warning(written.not_told))


def delete_note(shape: Shape, session: Session, request: Request) -> Reply:
    """One's own note, taken back."""
    place = place_of(shape, session, request, writing=True)
    entry = notes.entry_of(session, place.conversation_id, request.path_params["note"])
    notes.delete_note(session, entry)
    return answer(session, request, place, phrase("Taken back."))


def follow(shape: Shape, session: Session, request: Request) -> Reply:
    """Begin to follow the record, or stop."""
    place = place_of(shape, session, request)
    user_id = actor(session).user_id
    if user_id is None:
        raise Forbidden(phrase("Only people can follow a record."))
    follows = request.form.get("follow", "") == "yes"
    set_following(session, place.subject, user_id, follows=follows)
    return answer(session, request, place)


def _warning(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    return phrase("{names} may not read this record, and is not told.", names=", ".join(names))
