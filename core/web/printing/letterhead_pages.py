"""The settings page of the letterhead: what all documents share, with a preview beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from core.belongings import store_file
from core.declare import msg
from core.errors import InvalidInput
from core.i18n import phrase
from core.i18n.locales import LOCALES
from core.printing import designs
from core.printing.design import Design, Letterhead
from core.printing.designs import LETTERHEAD
from core.printing.logos import Logo, read_logo
from core.printing.setting import Batch, Stationery
from core.web.printing.previews import preview_reply
from core.web.printing.samples import sample_document
from core.web.printing.service import known_language, logo_of
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

PRINTING: Final = "/settings/printing"
URL: Final = f"{PRINTING}/letterhead"
TEXTS: Final = ("company", "address", "numbers", "contact", "bank", "footer")


def show_letterhead(session: Session, request: Request) -> Reply:
    """The form as it was saved, or as it was in an earlier version that is looked at."""
    return _page(session, request, _stored(session, request.query.get("version", "")))


def save_letterhead(session: Session, request: Request) -> Reply:
    """Keep what was sent as the newest version."""
    try:
        settings, logo = _sent(session, request)
        kept = designs.check_letterhead(settings)
    except InvalidInput as error:
        return _page(session, request, _typed(session, request), error)
    if logo is not None:
        kept["shared"]["logo"] = store_file(session, [logo.content]).digest
        kept["shared"]["logo_type"] = logo.media_type
    designs.save(session, LETTERHEAD, "", kept, after=_number(request))
    return Redirect(URL, message=phrase("Saved."))


def reset_letterhead(session: Session, request: Request) -> Reply:
    """Back to the plain one; the versions before stay."""
    designs.save(session, LETTERHEAD, "", {}, after=_number(request))
    return Redirect(URL, message=phrase("Reset. The earlier versions are still there."))


def preview_letterhead(session: Session, request: Request) -> Reply:
    """A document with the letterhead as it is being typed."""
    try:
        settings, logo = _sent(session, request)
        kept = designs.check_letterhead(settings)
    except InvalidInput as error:
        return preview_reply(session, None, error)
    letterheads = designs.read_letterheads(session, kept)
    language = known_language(session, request.form.get("preview_language", ""))
    letterhead = letterheads[language]
    design = replace(
        Design(), paper=letterhead.paper, terms="", second_language=letterhead.second_language
    )
    document = sample_document(session, letterheads, language, design, msg("Invoice"))
    picture = logo.content if logo is not None else logo_of(session, letterhead)
    if logo is not None:
        letterhead = replace(letterhead, logo_type=logo.media_type)
    return preview_reply(session, Batch(Stationery(letterhead, picture), [document]))


def _page(
    session: Session,
    request: Request,
    stored: Mapping[str, Any],
    error: InvalidInput | None = None,
) -> Page:
    versions = designs.versions(session, LETTERHEAD, "")
    shared = {**asdict(Letterhead()), **stored.get("shared", {})}
    context = {
        "url": URL,
        "shared": shared,
        "texts": stored.get("texts", {}),
        "names": TEXTS,
        "languages": LOCALES,
        "preview_language": known_language(session, ""),
        "problems": {item.field: item.message for item in error.problems} if error else {},
        "versions": versions,
        "number": _number(request) if error else (versions[0].number if versions else 0),
        "looked_at": request.query.get("version", ""),
        "company": request.tenant.title,
    }
    return Page("core/printing/letterhead.html", context, status=422 if error else 200)


def _stored(session: Session, number: str) -> Mapping[str, Any]:
    if number.isdecimal() and len(number) < 19:
        return designs.version(session, LETTERHEAD, "", int(number[:9])).settings
    versions = designs.versions(session, LETTERHEAD, "")
    return versions[0].settings if versions else {}


def _sent(session: Session, request: Request) -> tuple[dict[str, Any], Logo | None]:
    """The settings that a form holds, and the logo that came with it."""
    settings = _typed(session, request)
    upload = request.files.get("logo")
    return settings, read_logo(upload.read()) if upload is not None and upload.size else None


def _typed(session: Session, request: Request) -> dict[str, Any]:
    form = request.form
    shared: dict[str, Any] = {
        name: form[name]
        for name in ("logo_place", "colour", "paper", "second_language")
        if name in form
    }
    height = form.get("logo_height", "")
    shared["logo_height"] = int(height) if height.isdecimal() and len(height) < 10 else height
    if "no_logo" not in form:
        # The digest is never the form's to say: it names a file.
        held = _stored(session, form.get("version", "")).get("shared", {})
        shared |= {name: held[name] for name in ("logo", "logo_type") if name in held}
    texts = {
        language: {
            name: text
            for name in TEXTS
            if (text := form.get(f"{name}.{language}", "").replace("\r\n", "\n").strip())
        }
        for language in LOCALES
    }
    return {"shared": shared, "texts": texts}


def _number(request: Request) -> int:
    text = request.form.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
