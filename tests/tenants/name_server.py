"""A name server of tests: answers for TXT records over a real UDP socket."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """Set `records` to what it says, by name without a dot at the end; `silent` lets it ignore
    everybody."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self.records: dict[str, str] = {}
        self.silent = False

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def serve(self) -> None:
        """Answer until the socket is closed."""
        while True:
            try:
                asked, who = self._socket.recvfrom(4096)
            except OSError:
                return
            if not asked:
                return
            if not self.silent:
                self._socket.sendto(self._answer(dns.message.from_wire(asked)), who)

    def _answer(self, query: dns.message.Message) -> bytes:
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        name = query.question[0].name
        said = self.records.get(name.to_text(omit_final_dot=True).lower())
        if said is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif query.question[0].rdtype == dns.rdatatype.TXT:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{said}"'))
        return answer.to_wire()


@contextmanager
def name_server() -> Iterator[NameServer]:
    """One that runs until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        server = NameServer(opened)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        # Closing alone would leave the thread waiting.
        with contextlib.suppress(OSError):  # nobody is connected, and the thread wakes up
            opened.shutdown(socket.SHUT_RDWR)
        thread.join()
