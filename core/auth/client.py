"""What signing in wants to know of the other end: where it is and which browser it is."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """The browser that signs in. `device` is the secret of its device cookie, if it has one."""

    address: str
    host: str
    user_agent: str = ""
    device: str = ""

    @property
    def network(self) -> str:
        """The network that counts as one stranger: a /24 of IPv4, a /64 of IPv6.

        Changing the address within these costs an attacker nothing.
        """
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address or "unknown"
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        bits = 24 if address.version == 4 else 64
        return str(ipaddress.ip_network((address, bits), strict=False))
