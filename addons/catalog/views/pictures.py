"""Pictures: shown, added, moved, taken away, and brought in from a zip."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.models import Picture, Product
from addons.catalog.permissions import EDIT_PRODUCTS, VIEW_PRODUCTS
from addons.catalog.services.pictures import (
    LARGEST,
    LARGEST_ZIP,
    add_picture,
    bring_in_zip,
    delete_picture,
    move_picture,
)
from core.api import (
    AppError,
    File,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    phrase,
    read_file,
)


def show(session: Session, request: Request) -> File:
    """The picture itself."""
    picture = _picture(session, request)
    ending = picture.media_type.partition("/")[2]
    return File(
        read_file(session, picture.digest),
        f"picture-{picture.id}.{ending}",
        picture.media_type,
        inline=True,
        # The content behind an address never changes: another picture is another id.
        headers={"Cache-Control": "private, max-age=604800, immutable"},
    )


def largest(session: Session) -> int:
    """How much may be sent at once: a few pictures."""
    return 5 * LARGEST


def largest_zip(session: Session) -> int:
    """How large a zip may be."""
    return LARGEST_ZIP


def add(session: Session, request: Request) -> Reply:
    """Add the pictures that were chosen to a product."""
    product = session.get(Product, request.path_params["id"])
    if product is None:
        raise NotFound(phrase("There is no such product."))
    files = [one for one in request.files.getlist("file") if one.size]
    if not files:
        raise InvalidInput.of("file", phrase("Choose a picture."))
    for one in files:
        add_picture(session, product, one.read(), one.name)
    return Redirect(f"/catalog/products/{product.id}")


def move(session: Session, request: Request) -> Reply:
    """Move a picture one place to the front."""
    picture = _picture(session, request)
    move_picture(session, picture, -1)
    return Redirect(_back(session, picture, request))


def delete(session: Session, request: Request) -> Reply:
    """Take a picture away."""
    picture = _picture(session, request)
    back = _back(session, picture, request)
    delete_picture(session, picture)
    return Redirect(back)


def import_page(session: Session, request: Request, problem: AppError | None = None) -> Page:
    """Choose a zip of pictures."""
    context = {"problem": problem, "result": None}
    return Page("catalog/pictures.html", context, status=problem.status if problem else 200)


def bring_in(session: Session, request: Request) -> Reply:
    """Take the pictures out of the zip, and tell what came of it."""
    file = request.files.get("file")
    try:
        if file is None or not file.size:
            raise InvalidInput.of("file", phrase("Choose a zip file."))
        file.file.seek(0)
        result = bring_in_zip(session, file.file)
    except InvalidInput as error:
        return import_page(session, request, error)
    return Page("catalog/pictures.html", {"problem": None, "result": result})


def _picture(session: Session, request: Request) -> Picture:
    picture = session.get(Picture, request.path_params["picture_id"])
    if picture is None:
        raise NotFound(phrase("There is no such picture."))
    return picture


def _back(session: Session, picture: Picture, request: Request) -> str:
    """The product on whose page somebody was."""
    given = request.form.get("product", "")
    if given.isascii() and given.isdecimal() and len(given) < 19:
        product = session.get(Product, int(given))
        if product is not None and product.template_id == picture.template_id:
            return f"/catalog/products/{product.id}"
    return f"/catalog/templates/{picture.template_id}"


ROUTES: Final = (
    Route("GET", "/pictures/{picture_id:int}", show, VIEW_PRODUCTS),
    Route("POST", "/products/{id:int}/pictures", add, EDIT_PRODUCTS, upload=largest),
    Route("POST", "/pictures/{picture_id:int}/move", move, EDIT_PRODUCTS),
    Route("POST", "/pictures/{picture_id:int}/delete", delete, EDIT_PRODUCTS),
    Route("GET", "/pictures/import", import_page, EDIT_PRODUCTS),
    Route("POST", "/pictures/import", bring_in, EDIT_PRODUCTS, upload=largest_zip),
)
