"""Receipt printers in the network of the server: raw TCP on port 9100.

A server that many companies share must not be talked into knocking at doors of its own network: so
whoever runs it names the networks in which there are printers, and none is reached without that.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from core.api import phrase, send_to_printer

NETWORKS_VARIABLE: Final = "AORABOOKS_PRINTER_NETWORKS"
"""The networks with printers, such as "192.168.8.0/24, 10.1.2.3/32". Never a company's to set."""
_USUAL: Final = 9100
_PORTS: Final = range(9100, 9110)
"""Of printers, and of print servers with several."""


class NetworkPrinters:
    """Printers by address and port, `192.168.8.20` or `192.168.8.20:9101` (`ReceiptPrinter`)."""

    def flaw(self, address: str, /) -> str:
        """Why no printer can be reached there; empty where one may be."""
        try:
            host, port = _place(address)
        except ValueError:
            return phrase("Write the printer's number in the network, such as 192.168.8.20.")
        if port not in _PORTS:
            return phrase("Receipt printers listen at the ports 9100 to 9109.")
        if not any(host in network for network in _networks()):
            return phrase("Whoever runs the server has not opened this network for printers.")
        return ""

    def send(self, address: str, data: bytes, /) -> None:
        """Print these bytes. Raises Unavailable where the printer does not take them."""
        host, port = _place(address)
        send_to_printer(str(host), data, port=port)


def _place(address: str) -> tuple[IPv4Address | IPv6Address, int]:
    """A number and a port. Names are not looked up: what they lead to may change."""
    host, _, port = address.partition(":") if address.count(":") == 1 else (address, "", "")
    return ip_address(host.strip()), int(port or _USUAL)


def _networks() -> list[IPv4Network | IPv6Network]:
    said = os.environ.get(NETWORKS_VARIABLE, "").replace(",", " ").split()
    return [ip_network(one, strict=False) for one in said]
