"""The addon's table of contents, in which nothing looks wrong."""

from __future__ import annotations

from pathlib import Path

from core.api import Permission, Route, TemplateFolder, hookimpl, msg

from .routes import ROUTES, SEE


@hookimpl
def register_permissions() -> list[Permission]:
    return [SEE]


@hookimpl
def register_routes() -> list[Route]:
    return list(ROUTES)


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]
