"""What loyalty adds."""

from __future__ import annotations

from core.api import Access, Column, Field, Permission, Resource, Section, hookimpl

from .models import Point

POINTS = Permission("loyalty.point.change", "Give points")

POINT_LIST = Resource(
    name="points",
    model=Point,
    title="Points",
    singular="Point",
    access=Access(read=POINTS, create=POINTS, update=POINTS, delete=POINTS),
    columns=(Column("sale_id"),),
    record_title=lambda point: str(point.sale_id),
    form=(Section("Point", (Field("sale_id"),)),),
)


@hookimpl
def register_models() -> list[type]:
    return [Point]


@hookimpl
def register_permissions() -> list[Permission]:
    return [POINTS]


@hookimpl
def register_resources() -> list[Resource]:
    return [POINT_LIST]
