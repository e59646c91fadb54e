"""How a brand looks: the page on which its pictures, colours and words are chosen, with a preview
in light and dark beside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.rules import check_record
from core.brand.colour import read_colour
from core.brand.palette import style_sheet
from core.brand.values import PLATFORM
from core.declare import Route, Slot
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.printing.icons import read_brand_picture
from core.printing.logos import Logo
from core.web.replies import File, Fragment, Page, Redirect, Reply
from core.web.request import Request
from tenants.branding import brands
from tenants.branding.models import BrandPicture, KeptBrand
from tenants.branding.views import BRANDS, base_domain
from tenants.branding.wishes import TEXTS, colour_problems
from tenants.permissions import MANAGE_BRANDS, SEE_BRANDS

PREVIEW_URL: Final = "/tenants/brand-look/preview"
PREVIEW_SCOPE: Final = ".brand-preview"


def show_look(session: Session, request: Request) -> Reply:
    """The form as the brand is kept."""
    brand = _brand(session, request)
    return _page(session, brand, {})


def save_look(session: Session, request: Request) -> Reply:
    """Keep what was sent; the pages of every tenant that shows it follow within a second."""
    brand = _brand(session, request)
    values = _typed(request)
    try:
        brands.change(
            session, brand, values, _pictures(session, request), base=base_domain(session)
        )
    except InvalidInput as error:
        return _page(session, brand, values, error)
    return Redirect(_url(brand), message=phrase("Saved."))


def preview(session: Session, request: Request) -> Reply:
    """A page for signing in and a few controls, in the colours that are being typed."""
    values = _typed(request)
    problems = {problem.field: problem.message for problem in colour_problems(_filled(values))}
    try:
        pictures = _pictures(session, request)
    except InvalidInput as error:
        pictures = brands.Pictures()
        problems |= {problem.field: problem.message for problem in error.problems}
    logo = _as_data(pictures.logo) or _kept_logo(session, request)
    context = {"values": _filled(values), "problems": problems, "logo": logo}
    return Fragment("tenants/brand_preview.html", context)


def preview_colours(session: Session, request: Request) -> Reply:
    """The style sheet of a preview, for elements of the preview alone."""
    filled = _filled(dict(request.query))
    accents = []
    for theme in ("light", "dark"):
        try:
            accents.append(str(read_colour(filled[f"accent_{theme}"])))
        except ValueError:
            accents.append(getattr(PLATFORM, f"accent_{theme}"))
    content = style_sheet(accents[0], accents[1], PREVIEW_SCOPE).encode()
    return File(content, name="colours.css", media_type="text/css; charset=utf-8", inline=True)


def beside_the_brand(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """On the record's page: the way to the page of its look, for those who may change it."""
    brand = given["record"]
    if brand is None or not check_record(session, BRANDS, MANAGE_BRANDS, brand):
        return None
    return {"look_url": _url(brand)}


def _url(brand: KeptBrand) -> str:
    return f"/tenants/brands/{brand.id}/look"


def _brand(session: Session, request: Request) -> KeptBrand:
    found = session.get(KeptBrand, request.path_params["id"])
    if found is None or not check_record(session, BRANDS, MANAGE_BRANDS, found):
        raise NotFound(phrase("There is no such brand."))
    return found


def _page(
    session: Session,
    brand: KeptBrand,
    typed: Mapping[str, Any],
    error: InvalidInput | None = None,
) -> Page:
    icon = session.scalar(_picture(brand.id, "icon"))
    context = {
        "kept": brand,
        "values": {name: getattr(brand, name) for name in TEXTS} | dict(typed),
        "url": _url(brand),
        "preview_url": PREVIEW_URL,
        "problems": {item.field: item.message for item in error.problems} if error else {},
        "has_icon": icon is not None,
    }
    return Page("tenants/brand_look.html", context, status=422 if error else 200)


def _typed(request: Request) -> dict[str, str]:
    return {name: request.form[name] for name in TEXTS if name in request.form}


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    """What is typed, with the platform's colours where there is none."""
    filled = {name: values.get(name, "").strip() for name in TEXTS}
    for name in ("accent_light", "accent_dark"):
        filled[name] = filled[name] or getattr(PLATFORM, name)
    return filled


def _pictures(session: Session, request: Request) -> brands.Pictures:
    return brands.Pictures(
        logo=_sent(request, "logo"),
        icon=_sent(request, "icon"),
        drop_logo="drop_logo" in request.form,
        drop_icon="drop_icon" in request.form,
    )


def _sent(request: Request, field: str) -> Logo | None:
    upload = request.files.get(field)
    return read_brand_picture(upload.read(), field) if upload is not None and upload.size else None


def _kept_logo(session: Session, request: Request) -> str:
    number = request.form.get("brand", "")
    if "drop_logo" in request.form or not (number.isdecimal() and len(number) < 19):
        return ""
    brand = session.get(KeptBrand, int(number))
    if brand is None or not check_record(session, BRANDS, MANAGE_BRANDS, brand):
        return ""
    picture = session.scalar(_picture(brand.id, "logo"))
    return _as_data(Logo(picture.content, picture.media_type)) if picture else ""


def _picture(brand_id: int, name: str) -> Any:
    return select(BrandPicture).where(BrandPicture.brand_id == brand_id, BrandPicture.name == name)


def _as_data(picture: Logo | None) -> str:
    if picture is None:
        return ""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"


ROUTES: Final = (
    Route("POST", "/brand-look/preview", preview, MANAGE_BRANDS),
    Route("GET", "/brand-look/colours.css", preview_colours, MANAGE_BRANDS),
    Route("GET", "/brands/{id:int}/look", show_look, MANAGE_BRANDS),
    Route("POST", "/brands/{id:int}/look", save_look, MANAGE_BRANDS),
)
SLOTS: Final = (
    Slot("tenants.brands.side", "tenants/brand_beside.html", beside_the_brand, SEE_BRANDS),
)
