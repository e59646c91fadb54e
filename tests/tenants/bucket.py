"""A stand-in for S3 on a socket of this machine: objects put, asked for, read and deleted by name.

It looks who asks, and can be slow, full, or gone after so many requests; what it keeps can be
looked at and changed, as a failing disk would.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCESS_KEY, SECRET_KEY = "stand-in", "stand-in-secret"


@dataclass
class Bucket:
    """What is kept, by path, and how the storage behaves. `left` is how many more objects it takes
    before its connections break; None is no limit."""

    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0
    full: bool = False
    left: int | None = None
    puts: list[str] = field(default_factory=list)

    @property
    def options(self) -> dict[str, str]:
        """What leads OpenDAL here."""
        return {
            "bucket": "kept",
            "region": "auto",
            "endpoint": f"http://127.0.0.1:{self.port}",
            "access_key_id": ACCESS_KEY,
            "secret_access_key": SECRET_KEY,
            "disable_config_load": "true",
        }

    def of(self, backup_id: str) -> dict[str, bytes]:
        """The objects of a backup by their names."""
        return {
            path.rpartition("/")[2]: content
            for path, content in self.objects.items()
            if f"/{backup_id}/" in path
        }

    def flip(self, backup_id: str, name: str, place: int) -> None:
        """Turn one bit of an object around."""
        (path,) = (each for each in self.objects if each.endswith(f"/{backup_id}/{name}"))
        content = bytearray(self.objects[path])
        content[place] ^= 1
        self.objects[path] = bytes(content)


@contextmanager
def bucket() -> Iterator[Bucket]:
    """A storage that listens until the block ends."""
    kept = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(kept))
    server.daemon_threads = True
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(kept: Bucket) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            if kept.left is not None:
                kept.left -= 1
            if self._refused():
                return
            if kept.full:
                self._answer(507, b"<Error><Code>StorageFull</Code></Error>")
                return
            kept.puts.append(self.path)
            kept.objects[self.path] = content
            self._answer(200)

        def do_GET(self) -> None:
            if self._refused():
                return
            content = kept.objects.get(self.path)
            if content is None:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            else:
                self._answer(200, content)

        do_HEAD = do_GET

        def do_DELETE(self) -> None:
            if not self._refused():
                kept.objects.pop(self.path, None)
                self._answer(204)

        def _refused(self) -> bool:
            if kept.left is not None and kept.left < 0:
                self.close_connection = True
                return True
            time.sleep(kept.seconds)
            known = f"Credential={ACCESS_KEY}/" in self.headers.get("authorization", "")
            if not known:
                self._answer(403, b"<Error><Code>InvalidAccessKeyId</Code></Error>")
            return not known

        def _answer(self, status: int, content: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("etag", '"kept"')
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    return Handler
