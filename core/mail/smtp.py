"""The SMTP client: where the environment says the mail server is, and handing it a message."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from core.config import ConfigError

TIMEOUT: Final = 20.0
_PORTS: Final = {"smtp": 587, "smtps": 465}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FORM: Final = "smtp://user:password@host:587?from=books@example.com (smtps:// for TLS at once)"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server, and the address that mail comes from."""

    host: str
    port: int
    implicit_tls: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def parse_url(url: str, *, base_domain: str) -> SmtpServer:
    """The server of `AORABOOKS_SMTP_URL`; raises ConfigError. Mail comes from the `from` of
    the URL, else from no-reply at the platform's domain."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if parts.scheme not in _PORTS or not parts.hostname or not port:
        raise ConfigError(f"AORABOOKS_SMTP_URL cannot be used; give {_FORM}")
    return SmtpServer(
        host=parts.hostname,
        port=port,
        implicit_tls=parts.scheme == "smtps",
        sender=parse_qs(parts.query).get("from", [f"no-reply@{base_domain}"])[0],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def send(server: SmtpServer, message: EmailMessage) -> None:
    """Hand the message over; raises OSError or smtplib.SMTPException when the server does not
    take it."""
    with _connection(server) as connection:
        if server.user:
            connection.login(server.user, server.password)
        connection.send_message(message)


@contextmanager
def _connection(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    if server.implicit_tls:
        with smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=context
        ) as connection:
            yield connection
        return
    with smtplib.SMTP(server.host, server.port, timeout=TIMEOUT) as connection:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
        elif server.user and server.host not in _LOOPBACK:
            raise smtplib.SMTPNotSupportedError(
                f"{server.host} offers no TLS, so the password was not sent to it"
            )
        yield connection
