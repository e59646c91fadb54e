"""How somebody proves that a domain is theirs: by a record in the DNS, or by a file there."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Protocol

import dns.exception
import dns.resolver
import httpx
from dns.nameserver import Do53Nameserver

from core.errors import InvalidInput
from core.i18n import phrase
from core.outgoing import OutgoingClient
from core.webhooks.targets import Unreachable, resolve

RECORD: Final = "_domain-proof"
"""The name below the domain at which the TXT record stands. No brand stands in it: customers of a
reseller publish it, too."""
PATH: Final = "/.well-known/domain-proof.txt"
SECONDS: Final = 5.0
_READ: Final = 1000
_DNS_PORT: Final = 53


class Proof(Protocol):
    """One way to prove a domain."""

    def refuses(self, host: str, token: str) -> str:
        """Why the token is not found at the host, in a sentence; nothing if it is there. Raises
        nothing for what the network or the host does."""
        ...


@dataclass(frozen=True, slots=True)
class DnsProof:
    """A TXT record with the token. `servers` are asked, as `address` or `address:port`; those of
    this machine where there are none."""

    servers: tuple[str, ...] = ()

    def refuses(self, host: str, token: str) -> str:
        """Ask the servers; see `Proof`."""
        name = f"{RECORD}.{host}"
        try:
            answer = self._resolver().resolve(f"{name}.", "TXT", lifetime=SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return phrase("There is no TXT record {name}.", name=name)
        except dns.exception.DNSException:
            return phrase("The servers of {host} do not answer.", host=host)
        texts = [b"".join(record.strings).decode(errors="replace").strip() for record in answer]
        if token in texts:
            return ""
        return phrase("The TXT record {name} says something else.", name=name)

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self.servers)
        if self.servers:
            resolver.nameservers = [_server(text) for text in self.servers]
        return resolver


@dataclass(frozen=True, slots=True)
class FileProof:
    """A file with the token. `private` lets the domain lead into a network of one's own, which
    strangers' domains must not."""

    private: bool = False
    port: int = 80

    def refuses(self, host: str, token: str) -> str:
        """Fetch it, without following where it leads; see `Proof`."""
        port = "" if self.port == 80 else f":{self.port}"
        address = f"http://{host}{port}{PATH}"
        try:
            target = resolve(address, private=self.private)
            with (
                OutgoingClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
                client.stream(
                    "GET", target.url.copy_with(host=target.ip), headers={"host": f"{host}{port}"}
                ) as response,
            ):
                found = b""
                for chunk in response.iter_raw(_READ):
                    found += chunk
                    if len(found) >= _READ:
                        break
        except (Unreachable, httpx.HTTPError):
            return phrase("There is no file at {address}.", address=address)
        said = found[:_READ].decode(errors="replace").strip()
        if response.status_code == 200 and said == token:
            return ""
        return phrase("There is no file at {address} that says it.", address=address)


def read_servers(text: str) -> tuple[str, ...]:
    """The servers that an operator typed; raises InvalidInput."""
    found = tuple(text.replace(",", " ").split())
    for each in found:
        try:
            _server(each)
        except ValueError as error:
            raise InvalidInput.of(
                "nameservers", phrase("{text} is no address of a server.", text=each)
            ) from error
    return found


def _server(text: str) -> Do53Nameserver:
    """Raises ValueError for what is no address."""
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    else:
        address, port = text, ""
    return Do53Nameserver(str(ip_address(address)), int(port or _DNS_PORT))
