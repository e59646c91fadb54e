"""Files that a company brings: sent as a program sends them, worked off by a worker's thread."""

from __future__ import annotations

import io
from collections.abc import Sequence

import orjson
from sqlalchemy import select
from starlette.datastructures import ImmutableMultiDict

from benchmarks.stage import Stage
from core.addons.states import view
from core.auth.actor import SYSTEM
from core.importing.models import DataImport
from core.jobs.serving import work_off
from core.tenancy.tenant import Tenant
from core.web.importing.api import create_import
from core.web.request import Request, Upload
from core.web.resources.shaping import served_shape


def import_file(
    stage: Stage,
    tenant: Tenant,
    resource: str,
    content: bytes,
    *,
    created: int,
    making: Sequence[str] = (),
) -> None:
    """Import a CSV file into a resource; raises RuntimeError unless it makes so many records.
    `making` are the columns whose records are made where there are none."""
    plan = orjson.dumps({"keep": "all", "create_missing": list(making)}).decode()
    upload = Upload("records.csv", "text/csv", len(content), io.BytesIO(content))
    request = Request(
        method="POST",
        path=f"/api/v1/{resource.replace('.', '/')}/imports",
        tenant=tenant,
        actor=SYSTEM,
        form=ImmutableMultiDict([("plan", plan)]),
        files=ImmutableMultiDict([("file", upload)]),
    )
    with stage.kernel.session(tenant, actor=SYSTEM) as session:
        shape = served_shape(view(session), resource)
        assert shape is not None
        create_import(shape, session, request)
    work_off(stage.kernel, tenant)
    with stage.kernel.session(tenant) as session:
        done = session.scalars(select(DataImport).order_by(DataImport.id.desc())).first()
        if done is None or done.state != "done" or done.counts["created"] != created:
            raise RuntimeError(f"the import ended as {done and (done.state, done.counts)}")
