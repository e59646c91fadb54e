"""The till at /pos/: the page, its worker, its manifest and its words.

They are the same for every device, bound or not, and hold nothing of the company but its name:
whoever wants more shows the token of a binding to the API.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.api import LOCALES, PUBLIC, Fragment, Redirect, Reply, Request, Route

APP_URL: Final = "/pos/"
_NOT_LONG: Final = {"cache-control": "no-cache"}


def show_app(session: Session, request: Request) -> Reply:
    """The page of the till, and of the display that faces the customer."""
    about = {"company": request.tenant.title, "languages": dict(LOCALES)}
    given = {"name": _name(request), "about": about}
    return Fragment("pos/app/shell.html", given, headers=_NOT_LONG)


def go_to_app(session: Session, request: Request) -> Reply:
    """Whoever leaves out the last slash is outside the worker's scope, and sent into it."""
    return Redirect(APP_URL)


def worker(session: Session, request: Request) -> Reply:
    """The service worker: which files make up this version, and the script that keeps them."""
    given = {"name": _name(request), "words": [locale for locale in LOCALES if locale != "en"]}
    return Fragment("pos/app/sw.html", given, media_type="text/javascript", headers=_NOT_LONG)


def words(session: Session, request: Request) -> Reply:
    """What the till says, in the language that is asked for: English sentence to translation."""
    return Fragment("pos/app/words.html", media_type="application/json", headers=_NOT_LONG)


def manifest(session: Session, request: Request) -> Reply:
    """What makes the till installable."""
    given = {"name": _name(request)}
    return Fragment(
        "pos/app/manifest.html", given, media_type="application/manifest+json", headers=_NOT_LONG
    )


def _name(request: Request) -> str:
    brand = request.tenant.brand
    return f"{request.tenant.title} · {brand.name}" if brand.is_own else request.tenant.title


APP_ROUTES: Final = (
    Route("GET", "", go_to_app, PUBLIC),
    Route("GET", "/", show_app, PUBLIC),
    Route("GET", "/display", show_app, PUBLIC),
    Route("GET", "/sw.js", worker, PUBLIC),
    Route("GET", "/words.json", words, PUBLIC),
    Route("GET", "/manifest.webmanifest", manifest, PUBLIC),
)
"""Open to everybody: a device is bound by a code, and nobody signs in at it."""
