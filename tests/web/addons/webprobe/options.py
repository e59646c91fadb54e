"""Options of each kind that the settings page has an input for."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from core.api import msg


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """What the probe lets a company choose."""

    greeting: str = field(default="Hello", metadata={"title": msg("Greeting")})
    limit: int = 10
    rate: Decimal = Decimal("1.5")
    loud: bool = False
    size: Literal["small", "large"] = "small"
