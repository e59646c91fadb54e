"""Where the payment service is, and the secret that both sides sign with."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.api import OptionSet


@dataclass(frozen=True, slots=True)
class TellerOptions:
    """Settings of the gateway."""

    address: str = field(default="", metadata={"title": "Address"})
    secret: str = field(default="", metadata={"title": "Secret", "secret": True})


OPTIONS = OptionSet(TellerOptions, "Teller")
