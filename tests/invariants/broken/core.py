"""What can be wrong beneath all addons. A suspended addon is tried in `tests/addons`."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

CASES: Final = (
    Case(
        "core.jobs_alive",
        "nobody does what is running",
        "UPDATE core.job SET state = 'running', worker = 'gone', started_at = now(),"
        " finished_at = NULL, lease_until = now() - interval '1 hour'"
        " WHERE id = (SELECT min(id) FROM core.job) RETURNING '(' || id || ')'",
    ),
)
