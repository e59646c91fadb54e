"""Writes every row of an addon's schema to a compressed file, one JSON object a line.

The first line says whose data it is. Numbers are as PostgreSQL writes them, so no digit of an
amount is lost.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from sqlalchemy import Text, cast, func, literal_column, select, text
from sqlalchemy.orm import Session

from core.addons import tables
from core.addons.transaction import current
from core.db.base import utc_now
from core.db.session import binding

_BATCH: Final = 1_000
_CUSTOM: Final = {
    "core.custom_field": text(
        "SELECT to_jsonb(field)::text FROM core.custom_field AS field"
        " WHERE split_part(field.resource, '.', 1) = :addon ORDER BY field.id"
    ),
    "core.custom_value": text(
        "SELECT to_jsonb(held)::text FROM core.custom_value AS held"
        " JOIN core.custom_field AS field ON field.id = held.field_id"
        " WHERE split_part(field.resource, '.', 1) = :addon"
        " ORDER BY held.field_id, held.record_id"
    ),
}
"""What the company added to the addon's records, which goes with them."""


def export(session: Session, addon: str, folder: Path) -> tuple[Path, int]:
    """Export the schema of an addon into a new file in `folder`; returns it and the row count.

    The file is complete and on disk when this returns, or is not there at all.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = utc_now()
    file = folder / f"{addon}-{now:%Y%m%dT%H%M%S%f}.jsonl.gz"
    partial = file.with_suffix(".partial")
    try:
        with partial.open("xb") as raw:
            partial.chmod(0o600)
            with gzip.open(raw, "wt", encoding="utf-8") as lines:
                rows = _write(session, addon, now, lines)
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    return file, rows


def _write(session: Session, addon: str, now: datetime, lines: IO[str]) -> int:
    row = current(session).rows[addon]
    head = {
        "addon": addon,
        "version": row.version,
        "head": row.head,
        "tenant": binding(session).tenant.slug,
        "at": now.isoformat(),
    }
    lines.write(json.dumps(head) + "\n")
    count = 0
    for name in tables.names(session, addon):
        prefix = f'{{"table": {json.dumps(name)}, "row": '
        for row in _rows(session, addon, name):
            lines.write(prefix + row + "}\n")
            count += 1
    for name, query in _CUSTOM.items():
        prefix = f'{{"table": {json.dumps(name)}, "row": '
        for row in session.execute(query, {"addon": addon}).scalars():
            lines.write(prefix + row + "}\n")
    return count


def _rows(session: Session, addon: str, name: str) -> Iterator[str]:
    whole_row = literal_column("one")
    query = select(cast(func.to_jsonb(whole_row), Text)).select_from(
        tables.table(addon, name).alias("one")
    )
    yield from session.execute(query, execution_options={"yield_per": _BATCH}).scalars()
