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


class FleetHealth(Protocol):
    """Where it is told; implemented by the control plane."""

    def tell(self, company_id: str, days: Sequence[AddonDay]) -> None:
        """These are the company's figures now; telling the same again changes nothing. Raises
        nothing: what could not be told is told with the next figures."""
        ...
