"""Sending a record by mail: the page to write it on, and what becomes of it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.conversation import attachments as files
from core.conversation.models import Attachment
from core.conversation.sending import Letter, require_mail, send_record
from core.errors import AppError, InvalidInput
from core.i18n import phrase
from core.web.conversation.place import Place, place_of
from core.web.printing.forms import form_named, offered_forms, title_of
from core.web.printing.service import print_pdf
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.record_pages import record_head
from core.web.resources.shape import Shape


def compose(shape: Shape, session: Session, request: Request) -> Reply:
    """The page to write the mail on."""
    place = place_of(shape, session, request, writing=True)
    require_mail(session)
    title = place.title
    forms = _forms(place)
    typed = {
        "to": ", ".join(_known_addresses(place.record)),
        "cc": "",
        "subject": f"{title} · {request.tenant.title}",
        "text": "",
        "prints": {forms[0][0]} if forms else set(),
        "attachments": set(),
    }
    return _page(session, request, place, typed)


def send(shape: Shape, session: Session, request: Request) -> Reply:
    """Send it, once however often the form comes; what is wrong is said above what was typed."""
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    place = place_of(shape, session, request, writing=True)
    form = request.form
    typed: dict[str, Any] = {
        **{name: form.get(name, "") for name in ("to", "cc", "subject", "text")},
        "prints": set(form.getlist("print")),
        "attachments": {
            int(one) for one in form.getlist("attachment") if one.isdecimal() and len(one) < 19
        },
    }
    try:
        with session.begin_nested():
            chosen = [
                *_printed(session, place, sorted(typed["prints"])),
                *_chosen(session, place, typed["attachments"]),
            ]
            send_record(
                session,
                place.subject,
                Letter(typed["to"], typed["cc"], typed["subject"], typed["text"], tuple(chosen)),
            )
    except InvalidInput as error:
        return _page(session, request, place, typed, error)
    done = Redirect(place.subject.url, phrase("{title} is on its way.", title=place.title))
    return form_once.keep(session, request, done)


def _page(
    session: Session,
    request: Request,
    place: Place,
    typed: dict[str, Any],
    error: AppError | None = None,
) -> Page:
    head = record_head(place.shape, session, request, place.record)
    problems = {item.field: item.message for item in error.problems} if error else {}
    context = {
        **head,
        "place": place,
        "typed": typed,
        "forms": _forms(place),
        "files": [
            file
            for file in files.attachments_of(session, place.conversation_id)
            if file.state == "ready"
        ],
        "problems": problems,
        "problem": error,
    }
    return Page("core/conversation/send.html", context, status=422 if error else 200)


def _forms(place: Place) -> list[tuple[str, str]]:
    """The documents that can be printed of the record: names and titles."""
    offered = offered_forms(place.shape, place.record)
    return [(form.name, title_of(place.shape, form)) for form in offered if form.kind == "document"]


def _printed(session: Session, place: Place, names: Iterable[str]) -> Iterator[Attachment]:
    """The chosen documents as they are now, kept beside the record as what was sent."""
    for name in names:
        if not form_named(place.shape, name).when(place.record):
            raise InvalidInput.of("prints", phrase("This document cannot be printed now."))
        pdf = print_pdf(session, place.shape, place.record, form=name, way="mail")
        content = io.BytesIO(pdf.content)
        yield files.attach(session, place.subject, pdf.name, content, len(pdf.content))


def _chosen(session: Session, place: Place, ids: Iterable[int]) -> Iterator[Attachment]:
    for attachment_id in sorted(ids):
        yield files.attachment_of(session, place.conversation_id, attachment_id)


def _known_addresses(record: Any) -> list[str]:
    """The e-mail addresses of the record, or else of what it directly refers to."""
    own = _address_of(record)
    if own:
        return [own]
    state = inspect(record)
    referred = [
        getattr(record, relation.key)
        for relation in state.mapper.relationships
        if not relation.uselist
    ]
    found = [_address_of(one) for one in referred if one is not None]
    return [address for address in dict.fromkeys(found) if address]


def _address_of(record: Any) -> str:
    columns = inspect(record).mapper.columns
    named = [name for name in ("email", "email_address") if name in columns]
    value = getattr(record, named[0]) if named else None
    return value if isinstance(value, str) else ""
