"""The addon's table of contents."""

from __future__ import annotations

from pathlib import Path

from core.api import (
    Invariant,
    MenuItem,
    Permission,
    Resource,
    Role,
    Route,
    TemplateFolder,
    hookimpl,
    msg,
)

from .models import Notice
from .permissions import POST_NOTICES, ROLES, SEE_NOTICES
from .routes import ROUTES
from .services.notices import NOTICES_HAVE_TITLES
from .views import NOTICES

_SECTION = msg("Notice board")


@hookimpl
def register_models() -> list[type]:
    return [Notice]


@hookimpl
def register_permissions() -> list[Permission]:
    return [SEE_NOTICES, POST_NOTICES]


@hookimpl
def register_roles() -> list[Role]:
    return list(ROLES)


@hookimpl
def register_resources() -> list[Resource]:
    return [NOTICES]


@hookimpl
def register_routes() -> list[Route]:
    return list(ROUTES)


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(msg("Board"), "/notice_board/board", SEE_NOTICES, _SECTION, "pin-angle"),
        MenuItem(msg("Notices"), "/notice_board/notices", SEE_NOTICES, _SECTION, "list"),
    ]


@hookimpl
def register_invariants() -> list[Invariant]:
    return [NOTICES_HAVE_TITLES]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]
