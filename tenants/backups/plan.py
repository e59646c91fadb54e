"""When backups are made, how long they are kept, and how often one is proven: for all tenants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from core.declare import msg

Count = Annotated[int, Field(ge=0, le=1000)]


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Days, weeks, months and years are how many of each have a backup that is kept."""

    hour: Annotated[int, Field(ge=0, le=23)] = field(
        default=2,
        metadata={
            "title": msg("Hour of the day"),
            "help": msg("From 0 to 23, in each organization's own time zone."),
        },
    )
    days: Count = field(default=7, metadata={"title": msg("Days of which a backup is kept")})
    weeks: Count = field(default=5, metadata={"title": msg("Weeks of which a backup is kept")})
    months: Count = field(default=12, metadata={"title": msg("Months of which a backup is kept")})
    years: Count = field(default=7, metadata={"title": msg("Years of which a backup is kept")})
    prove_days: Annotated[int, Field(ge=1, le=366)] = field(
        default=7,
        metadata={
            "title": msg("Days between two proofs"),
            "help": msg("How often a backup of each organization is restored to prove it."),
        },
    )
