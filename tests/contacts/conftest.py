"""A mail server that the platform knows, for links to the portal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.kernel import Kernel
from tests.auth.mail_server import MailServer, mail_server


@pytest.fixture
def post_office(kernel: Kernel) -> Iterator[MailServer]:
    """A mail server on a real socket."""
    with mail_server() as server:
        address = f"smtp://127.0.0.1:{server.port}?from=books@example.com"
        before = kernel.config
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        yield server
        object.__setattr__(kernel, "config", before)
