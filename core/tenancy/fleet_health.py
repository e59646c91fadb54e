"""How addons fare in all companies, as the kernel tells whoever runs the deployment.

Counts leave a company and nothing else: no text, no name of a record, no error's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AddonDay:
    """What happened to an addon of one company on one day so far. `storage` is in bytes; None
    leaves what was told before."""

    addon: str
    day: date
    errors: int = 0
    slow: int = 0
    job_failures: int = 0
    quarantined: bool = False
    storage: int | None = None


@dataclass(frozen=True, slots=True)
class FleetGauge:
    """A figure about all companies, for the metrics. Its labels have few values: none of them names
    a company."""

    name: str
    text: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


class FleetHealth(Protocol):
    """Where it is told; implemented by the control plane."""

    def tell(self, company_id: str, days: Sequence[AddonDay]) -> None:
        """These are the company's figures now; telling the same again changes nothing. Raises
        nothing: what could not be told is told with the next figures."""
        ...

    def tell_dead(self, company_id: str, jobs: int) -> None:
        """So many of the company's jobs failed for good and wait for somebody. Never raises."""
        ...

    def gauges(self) -> list[FleetGauge]:
        """How all companies stand; those of one name together. May raise when out of reach."""
        ...
