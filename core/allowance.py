"""How much of the platform one company may take, so that it cannot starve the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """Bounds of one company; 0 is no bound of its own, and the process's own share remains.

    `statement_seconds` bounds one statement of a request. `job_seconds` bounds one statement of a
    job, where the job declares more. `connections` and `requests_per_second` count in each
    process, `jobs` those that run at once in all of them. `storage_mb` is the database with the
    files (a megabyte is a million bytes).
    """

    statement_seconds: int = 60
    job_seconds: int = 0
    connections: int = 0
    jobs: int = 0
    storage_mb: int = 0
    requests_per_second: int = 200


USUAL = Allowance()
