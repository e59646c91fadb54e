"""A mail server for tests: speaks SMTP on a real socket and keeps what it is given."""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any, cast


class MailServer(socketserver.ThreadingTCPServer):
    """`users` may log in; with any set, who has not is sent away. `busy` refuses everybody."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.users: dict[str, str] = {}
        self.busy = False

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._server = cast(MailServer, self.server)
        self._signed_in = not self._server.users
        self._say("421 busy" if self._server.busy else "220 mail.test")
        while line := self.rfile.readline():
            if not self._obey(line.decode().strip()):
                return

    def _obey(self, line: str) -> bool:
        word = line.split(" ")[0].upper()
        if word == "EHLO":
            self._say("250-mail.test")
            self._say("250 AUTH PLAIN")
        elif word == "AUTH":
            self._authenticate(line.split(" ")[2])
        elif word == "MAIL" and not self._signed_in:
            self._say("530 authentication required")
        elif word == "RCPT":
            self._server.recipients.append(line.partition(":")[2].split(">")[0].strip("<"))
            self._say("250 ok")
        elif word == "DATA":
            self._take_message()
        elif word == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _authenticate(self, encoded: str) -> None:
        _, user, password = base64.b64decode(encoded).decode().split("\0")
        self._signed_in = self._server.users.get(user) == password
        self._say("235 welcome" if self._signed_in else "535 wrong")

    def _take_message(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        policy: Any = email.policy.default
        message = email.message_from_bytes(b"".join(lines), policy=policy)
        self._server.messages.append(cast(EmailMessage, message))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server, stopped afterwards."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)
