"""Who may import what, and who sees which imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import Actor, actor
from core.declare import Importer, Permission, msg
from core.errors import Forbidden, NotFound
from core.i18n import phrase
from core.importing.models import DataImport
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shapes

MANAGE: Final = Permission("core.import.manage", msg("See and undo everybody's imports"))


def may_import(who: Actor, shape: Shape) -> bool:
    """Whether the resource takes files, and the actor may write at least some of them."""
    access = shape.resource.access
    wanted = [item for item in (access.create, access.update) if item is not None]
    return (
        shape.resource.importing is not None
        and bool(shape.groups)
        and who.may(access.read.code)
        and any(who.may(item.code) for item in wanted)
    )


def require_import(session: Session, shape: Shape) -> None:
    """Raise Forbidden for whoever may not import into this resource."""
    if not may_import(actor(session), shape):
        raise Forbidden(
            phrase("You may not import: {kind}.", kind=phrase(shape.resource.title)),
            fix="Ask whoever gives out the roles in your company.",
        )


def importable(session: Session) -> list[Shape]:
    """The resources that the actor may import into, by title."""
    who = actor(session)
    return [shape for shape in served_shapes(view(session)) if may_import(who, shape)]


def addon_files(session: Session) -> list[Importer]:
    """The files that addons read themselves and the actor may bring."""
    who = actor(session)
    return [item for item in view(session).importers.values() if who.may(item.permission.code)]


def addon_file(session: Session, kind: str) -> Importer:
    """The importer of this kind; raises NotFound also for whoever may not use it."""
    for importer in addon_files(session):
        if importer.kind == kind:
            return importer
    raise NotFound(phrase("There is no such page."))


def visible(session: Session) -> ColumnElement[bool]:
    """Which imports the actor sees: their own, and with the permission everybody's, of what they
    may import into themselves."""
    who = actor(session)
    targets = list(_targets(session))
    mine = DataImport.user_id == who.user_id if who.user_id is not None else true()
    if who.may(MANAGE.code):
        return or_(DataImport.target.in_(targets), mine) if not who.unlimited else true()
    return mine & DataImport.target.in_(targets)


def _targets(session: Session) -> Iterator[str]:
    yield from (shape.full_name for shape in importable(session))
    yield from (importer.kind for importer in addon_files(session))


def load_import(session: Session, import_id: int, *, lock: bool = False) -> DataImport:
    """An import that the actor may see; raises NotFound."""
    held = session.get(DataImport, import_id, with_for_update=lock or None, populate_existing=True)
    if held is not None:
        who = actor(session)
        mine = who.user_id is not None and held.user_id == who.user_id
        may_use = held.target in set(_targets(session))
        if who.unlimited or (may_use and (mine or who.may(MANAGE.code))):
            return held
    raise NotFound(
        phrase("There is no import {number}.", number=str(import_id)),
        fix="Look for it in the list of imports.",
    )
