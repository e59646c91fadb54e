"""Attaching files, giving them out safely, and deleting them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.conversation import attachments as files
from core.conversation.models import Attachment
from core.errors import Forbidden, InvalidInput
from core.i18n import phrase
from core.web.conversation.panel import answer
from core.web.conversation.place import Place, place_of
from core.web.replies import File, Reply
from core.web.request import Request
from core.web.resources.shape import Shape

_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""Types that a browser may show by itself. What can hold script is not among them."""
_SAFE: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'none'",
    "Cache-Control": "private, no-cache",
}
_SAFE_PDF: Final = {
    # A sandboxed PDF is not shown at all; the viewer itself runs none of its script in our name.
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
}


def attach(shape: Shape, session: Session, request: Request) -> Reply:
    """Take the files in, all or none."""
    place = place_of(shape, session, request, writing=True)
    sent = request.files.getlist("file")
    if not sent:
        raise InvalidInput.of("file", phrase("Choose a file first."))
    for upload in sent:
        files.attach(session, place.subject, upload.name, upload.file, upload.size)
    return answer(session, request, place, phrase("Attached."))


def give_out(shape: Shape, session: Session, request: Request) -> Reply:
    """The file: to be looked at where that is safe and was asked for, else to be saved."""
    place = place_of(shape, session, request)
    attachment = files.attachment_of(
        session, place.conversation_id, request.path_params["attachment"]
    )
    return content_of(session, request, attachment)


def content_of(session: Session, request: Request, attachment: Attachment) -> File:
    """An attachment's bytes as a reply."""
    inline = "show" in request.query and attachment.media_type in _SHOWN
    is_pdf = attachment.media_type == "application/pdf"
    return File(
        files.open_attachment(session, attachment),
        attachment.name,
        # What is only saved is nobody's page, whatever it holds.
        attachment.media_type if inline else _media_type_to_save(attachment),
        inline=inline,
        headers=_SAFE_PDF if is_pdf else _SAFE,
    )


def remove(shape: Shape, session: Session, request: Request) -> Reply:
    """Delete a file: one's own, or anybody's with the right to."""
    place = place_of(shape, session, request)
    attachment = files.attachment_of(
        session, place.conversation_id, request.path_params["attachment"]
    )
    require_removable(session, place, attachment)
    name = attachment.name
    files.remove(session, place.subject, attachment)
    return answer(session, request, place, phrase("“{name}” was deleted.", name=name))


def require_removable(session: Session, place: Place, attachment: Attachment) -> None:
    """Raise Forbidden unless the actor may delete this file."""
    user_id = actor(session).user_id
    is_own = attachment.added_by_id is not None and attachment.added_by_id == user_id
    if not (place.may_remove or (is_own and place.may_write)):
        raise Forbidden(
            phrase("You may delete what you attached yourself, and nothing else."),
            fix=phrase("Ask whoever attached it, or somebody with the right to."),
        )


def _media_type_to_save(attachment: Attachment) -> str:
    return attachment.media_type if attachment.media_type in _SHOWN else "application/octet-stream"
