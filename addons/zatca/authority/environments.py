"""The three platforms of the authority: for trying out, for rehearsing with one's own company,
and the one that counts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

_GATEWAY: Final = "https://gw-fatoora.zatca.gov.sa/e-invoicing"

GATEWAY_VARIABLE: Final = "AORABOOKS_ZATCA_GATEWAY"
"""Names another gateway for the whole deployment, such as a proxy in its own network. Never a
company's to set: the server calls what stands there."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A platform: `path` below the gateway, and the certificate template that its requests name
    (1.3.6.1.4.1.311.20.2), without which production refuses them."""

    name: str
    path: str
    template: str

    @property
    def url(self) -> str:
        """The base of its addresses, without a slash at the end."""
        gateway = os.environ.get(GATEWAY_VARIABLE, "").strip() or _GATEWAY
        return f"{gateway.rstrip('/')}/{self.path}"


SANDBOX: Final = Environment("sandbox", "developer-portal", "TSTZATCA-Code-Signing")
SIMULATION: Final = Environment("simulation", "simulation", "PREZATCA-Code-Signing")
PRODUCTION: Final = Environment("production", "core", "ZATCA-Code-Signing")

ENVIRONMENTS: Final = {each.name: each for each in (SANDBOX, SIMULATION, PRODUCTION)}
