"""What the market remembers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarketOptions:
    """The last cry heard."""

    cry: str = ""
