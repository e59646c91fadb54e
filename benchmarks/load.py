"""A load generator in a process of its own: keep-alive HTTP/1.1 over plain sockets.

It sends prepared requests and reads answers by their Content-Length, so that on a machine of
few cores the client takes as little as it can from the server it measures.
"""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True, slots=True)
class Get:
    """A GET request: the Host header decides the tenant."""

    host: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode()


def requests_per_second(
    port: int, requests: list[Get], *, seconds: float = 4.0, clients: int = 8
) -> float:
    """Answers with status 200 per second; raises RuntimeError at the first other answer."""
    ours, theirs = multiprocessing.Pipe()
    encoded = [request.encoded() for request in requests]
    process = multiprocessing.get_context("spawn").Process(
        target=_generate, args=(theirs, port, encoded, seconds, clients)
    )
    process.start()
    outcome = ours.recv()
    process.join()
    if isinstance(outcome, str):
        raise RuntimeError(outcome)
    return outcome


def _generate(
    report: Connection, port: int, requests: list[bytes], seconds: float, clients: int
) -> None:
    counts = [0] * clients
    errors: list[str] = []
    start = time.perf_counter()
    workers = [
        threading.Thread(
            target=_client, args=(port, requests, start + seconds, clients, index, counts, errors)
        )
        for index in range(clients)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    elapsed = time.perf_counter() - start
    report.send(errors[0] if errors else sum(counts) / elapsed)


def _client(
    port: int,
    requests: list[bytes],
    deadline: float,
    clients: int,
    index: int,
    counts: list[int],
    errors: list[str],
) -> None:
    turn = index
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < deadline and not errors:
            connection.sendall(requests[turn % len(requests)])
            answer = _read(connection)
            if not answer.startswith(b"HTTP/1.1 200"):
                errors.append(answer[:600].decode("latin-1"))
                return
            counts[index] += 1
            turn += clients


def _read(connection: socket.socket) -> bytes:
    data = connection.recv(262144)
    head_end = data.find(b"\r\n\r\n")
    while head_end < 0:
        data += connection.recv(262144)
        head_end = data.find(b"\r\n\r\n")
    lowered = data[:head_end].lower()
    at = lowered.find(b"content-length:")
    if at < 0:
        return data
    length = int(lowered[at + 15 :].split(b"\r\n", 1)[0])
    while len(data) < head_end + 4 + length:
        data += connection.recv(262144)
    return data
