"""What the noisy addon declares."""

from __future__ import annotations

from core.api import Job, Permission, Resource, Route, hookimpl

from .jobs import MARK
from .models import Mark
from .permissions import MAKE
from .routes import ROUTES
from .views import WORDS


@hookimpl
def register_models() -> list[type]:
    return [Mark]


@hookimpl
def register_permissions() -> list[Permission]:
    return [MAKE]


@hookimpl
def register_resources() -> list[Resource]:
    return [WORDS]


@hookimpl
def register_routes() -> list[Route]:
    return ROUTES


@hookimpl
def register_jobs() -> list[Job]:
    return [MARK]
