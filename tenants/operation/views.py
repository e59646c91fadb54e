"""The lists behind the dashboard's numbers: what organizations store, and whose work waits."""

from __future__ import annotations

from typing import Final

from core.declare import Access, Column, Filter, MenuItem, RecordRules, Resource, msg
from tenants.operation.models import StorageFigure
from tenants.permissions import SEE
from tenants.work_models import WorkSignal

STORAGE: Final = Resource(
    name="storage",
    model=StorageFigure,
    title=msg("Storage"),
    singular=msg("Storage of an organization"),
    help=msg("Measured four times a day and kept for five weeks; growth is that of a week."),
    access=Access(read=SEE),
    rules=RecordRules(),
    record_title=lambda figure: f"{figure.organization_id} {figure.day}",
    columns=(
        Column("day", msg("Day")),
        Column("organization.title", msg("Organization")),
        Column("database_bytes", msg("Database, bytes")),
        Column("file_bytes", msg("Files, bytes")),
        Column("total_bytes", msg("Bytes")),
        Column("growth_bytes", msg("Growth, bytes")),
    ),
    filters=(Filter("day", msg("Day")),),
    order=("-day", "-total_bytes"),
    discussed=False,
    customizable=False,
)
WORK: Final = Resource(
    name="work",
    model=WorkSignal,
    title=msg("Work of organizations"),
    singular=msg("Work of an organization"),
    help=msg("When workers look at each again, and how many of its jobs failed for good."),
    access=Access(read=SEE),
    rules=RecordRules(),
    record_title=lambda signal: signal.tenant_id,
    columns=(
        Column("organization.title", msg("Organization")),
        Column("tenant_id", msg("Number")),
        Column("due_at", msg("Looked at again")),
        Column("sent_at", msg("Last woken"), optional=True),
        Column("dead", msg("Failed for good")),
    ),
    search=("tenant_id",),
    filters=(Filter("due_at", msg("Looked at again")),),
    order=("due_at",),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(STORAGE.title, "/tenants/storage", SEE, icon="device-hdd", order=37),
    MenuItem(WORK.title, "/tenants/work", SEE, icon="list-check", order=38),
)
