"""A stand-in for a WebDAV server (RFC 4918) on a socket of this machine: collections, and files in
them that are put, looked at, read, moved and deleted. As servers do, it takes no file into a
collection that is not there. It looks who asks, and can be full."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

USER, PASSWORD = "stand-in", "stand-in-secret"
_KNOWN = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_ENTRY = (
    "<D:response><D:href>{href}</D:href><D:propstat><D:prop>{length}"
    "<D:resourcetype>{kind}</D:resourcetype><D:getlastmodified>{changed}</D:getlastmodified>"
    "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
)


@dataclass
class WebFolder:
    """What is kept, by path, and how the server behaves."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {""})
    full: bool = False
    asked: list[str] = field(default_factory=list)
    """The methods, in turn."""

    @property
    def options(self) -> dict[str, str]:
        """What leads OpenDAL here."""
        place = f"http://127.0.0.1:{self.port}"
        return {"endpoint": place, "username": USER, "password": PASSWORD, "root": "/kept"}


@contextmanager
def web_folder() -> Iterator[WebFolder]:
    """A server that listens until the block ends."""
    kept = WebFolder()
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


def _handler(kept: WebFolder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

        def do_PUT(self) -> None:
            content = self._begun()
            if content is None:
                return
            parent = self._path.rpartition("/")[0]
            if kept.full:
                self._answer(507)
            elif parent not in kept.folders:
                self._answer(409)
            else:
                kept.files[self._path] = content
                self._answer(201)

        def do_GET(self) -> None:
            if self._begun() is not None:
                content = kept.files.get(self._path)
                self._answer(404 if content is None else 200, content or b"")

        do_HEAD = do_GET

        def do_DELETE(self) -> None:
            if self._begun() is not None:
                known = kept.files.pop(self._path, None)
                self._answer(404 if known is None else 204)

        def do_MKCOL(self) -> None:
            if self._begun() is None:
                return
            if self._path in kept.folders:
                self._answer(405)
            elif self._path.rpartition("/")[0] not in kept.folders:
                self._answer(409)
            else:
                kept.folders.add(self._path)
                self._answer(201)

        def do_MOVE(self) -> None:
            if self._begun() is None:
                return
            target = unquote(urlsplit(self.headers["destination"]).path).rstrip("/")
            content = kept.files.pop(self._path, None)
            if content is None:
                self._answer(404)
            else:
                kept.files[target] = content
                self._answer(201)

        def do_PROPFIND(self) -> None:
            if self._begun() is None:
                return
            content = kept.files.get(self._path)
            if content is None and self._path not in kept.folders:
                self._answer(404)
                return
            entry = _ENTRY.format(
                href=escape(self.path),
                length=""
                if content is None
                else f"<D:getcontentlength>{len(content)}</D:getcontentlength>",
                kind="<D:collection/>" if content is None else "",
                changed=formatdate(usegmt=True),
            )
            body = f'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">{entry}</D:multistatus>'
            self._answer(207, body.encode())

        @property
        def _path(self) -> str:
            return unquote(urlsplit(self.path).path).rstrip("/")

        def _begun(self) -> bytes | None:
            """What was sent; None, once it is answered, where nobody knows who asks."""
            content = self.rfile.read(int(self.headers["content-length"] or 0))
            kept.asked.append(self.command)
            if self.headers["authorization"] == _KNOWN:
                return content
            self._answer(401)
            return None

        def _answer(self, status: int, content: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    return Handler
