"""Which addresses may be told: those of the outside world, and no machine behind our back.

A webhook's address is typed by a tenant and called by the server. Were it to lead to the
server's own network, a tenant could reach databases and metadata services that only the server
can. So the name is resolved here, every address it stands for must be a public one, and the
connection is made to the very address that was looked at.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final

import httpx

from core.errors import InvalidInput
from core.i18n import phrase

MAX_URL: Final = 2000

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""The well-known prefix of translation from IPv6 to IPv4 (RFC 6052)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the address that was typed, and the IP address it is sent to."""

    url: httpx.URL
    ip: str


class Unreachable(Exception):
    """The address cannot be told now: its name is unknown, or it leads inside."""


def check_url(text: str, *, private: bool) -> str:
    """The address as it is kept; raises InvalidInput for one that can never be told."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL as error:
        raise _bad(phrase("This is no web address.")) from error
    if len(text) > MAX_URL or not url.host or url.scheme not in ("http", "https"):
        raise _bad(phrase("This is no web address."))
    if url.scheme == "http" and not private:
        raise _bad(phrase("Use https, so that nobody on the way can read along."))
    if url.userinfo:
        raise _bad(phrase("Leave out user name and password; messages are signed instead."))
    if _is_ip(url.host) and not private and not _is_public(url.host):
        raise _bad(phrase("This address lies inside a private network."))
    return str(url)


def resolve(text: str, *, private: bool) -> Target:
    """Where to connect to; raises Unreachable."""
    url = httpx.URL(text)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(phrase("The name {host} is not known.", host=url.host)) from error
    ips = [str(entry[4][0]) for entry in found]
    if not private and not all(map(_is_public, ips)):
        raise Unreachable(phrase("{host} lies inside a private network.", host=url.host))
    return Target(url, ips[0])


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(ip: str) -> bool:
    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        # Addresses that only wrap one of IPv4 lead wherever that one leads.
        if address in _NAT64:
            return _is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        wrapped = address.ipv4_mapped or address.sixtofour
        if wrapped is not None:
            return _is_public(str(wrapped))
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def _bad(message: str) -> InvalidInput:
    return InvalidInput.of("url", message, fix=phrase("Such as https://example.com/hooks."))
