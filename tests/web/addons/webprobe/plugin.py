"""Pages that behave and misbehave, for the tests of the web."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.api import (
    SIGNED_IN,
    FoundRecord,
    Job,
    MenuItem,
    OptionSet,
    Permission,
    Route,
    Slot,
    TemplateFolder,
    Tile,
    hookimpl,
)
from webprobe import jobs, routes
from webprobe.models import Item
from webprobe.options import ProbeOptions


@hookimpl
def register_models() -> list[type]:
    return [Item]


@hookimpl
def register_permissions() -> list[Permission]:
    return [routes.USE]


@hookimpl
def register_routes() -> list[Route]:
    return routes.ROUTES


@hookimpl
def register_jobs() -> list[Job]:
    return jobs.JOBS


@hookimpl
def register_options() -> list[OptionSet]:
    return [OptionSet(ProbeOptions, "Probe")]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem("Hello page", "/webprobe/hello", SIGNED_IN, "Probes", "emoji-smile"),
        MenuItem("Items page", "/webprobe/items", routes.USE, "Probes"),
    ]


def _welcome(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"word": "from the slot"}


def _broken(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    raise RuntimeError("a broken slot")


@hookimpl
def register_slots() -> list[Slot]:
    return [
        Slot("core.start", "webprobe/piece.html", _broken, order=1),
        Slot("core.start", "webprobe/piece.html", _welcome, order=2),
    ]


@hookimpl
def page_tiles(session: Session) -> list[Tile]:
    items = session.scalar(select(func.count()).select_from(Item))
    return [Tile("Items", str(items), "/webprobe/hello")]


@hookimpl
def find_records(session: Session, text: str) -> list[FoundRecord]:
    found = session.scalars(select(Item).where(Item.name.icontains(text, autoescape=True)).limit(5))
    return [FoundRecord(item.name, f"/webprobe/greet/{item.id}", "Items") for item in found]
