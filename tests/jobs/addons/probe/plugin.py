"""Jobs whose effects the tests can see."""

from __future__ import annotations

from core.api import Job, Schedule, hookimpl
from probe import jobs
from probe.models import Note


@hookimpl
def register_models() -> list[type]:
    return [Note]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job("probe.note", "Write a note", run=jobs.note),
        Job("probe.gated", "Write a note and wait at a gate", run=jobs.gated),
        Job("probe.divide", "Divide", run=jobs.divide),
        Job("probe.cross", "Update two notes", run=jobs.cross),
        Job("probe.silent", "Say nothing to the database", run=jobs.gated, timeout_seconds=1),
        Job("probe.out_of_reach", "Need what is away", run=jobs.out_of_reach),
        Job(
            "probe.nightly",
            "Write a note at night",
            run=jobs.nightly,
            schedule=Schedule("30 2 * * *"),
        ),
    ]
