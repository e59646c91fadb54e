"""The page of a document that was refused: each reason in plain words, with the field that mends
it, and the button that lets another document follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from addons.zatca.models import Document
from addons.zatca.permissions import MEND_DOCUMENTS, VIEW_DOCUMENTS
from addons.zatca.services.issuing import make_anew
from addons.zatca.services.sending import states
from addons.zatca.services.sending.explaining import explain
from addons.zatca.services.sending.queueing import send_again
from core.api import (
    AppError,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    msg,
    phrase,
    savepoint,
    utc_now,
)


def reasons(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Why the authority refused a document, or what it warned of."""
    document = _document(session, request)
    given = {
        "document": document,
        "reasons": explain(document, utc_now()),
        "error": error,
        "may_mend": request.actor.may(MEND_DOCUMENTS.code) and document.state in states.MENDABLE,
        "may_send": request.actor.may(MEND_DOCUMENTS.code)
        and document.state in (*states.WAITING, states.NOT_CLEARED),
    }
    return Page("zatca/reasons.html", given, status=200 if error is None else error.status)


def _action(do: Callable[[Session, Document], None], done: str) -> Callable[..., Reply]:
    def handle(session: Session, request: Request) -> Reply:
        document = _document(session, request)
        session.refresh(document, with_for_update=True)
        try:
            with savepoint(session):
                do(session, document)
        except AppError as error:
            return reasons(session, request, error)
        return Redirect(f"/zatca/documents/{document.id}", phrase(done))

    return handle


def _document(session: Session, request: Request) -> Document:
    document = session.get(Document, int(request.path_params["id"]))
    if document is None:
        raise NotFound(phrase("There is no such electronic invoice."))
    return document


_MENDED: Final = msg("Another document follows it.")
_SENT: Final = msg("It is being sent.")

ROUTES: Final = (
    Route("GET", "/reasons/{id:int}", reasons, VIEW_DOCUMENTS),
    Route("POST", "/reasons/{id:int}/mend", _action(make_anew, _MENDED), MEND_DOCUMENTS),
    Route("POST", "/reasons/{id:int}/send", _action(send_again, _SENT), MEND_DOCUMENTS),
)
