"""The ASGI application for a server of one's own choice: `uvicorn --factory tenants.app:create`."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from starlette.types import ASGIApp

from core import config, log
from core.web.app import build_app
from tenants.composition import running_kernel
from tenants.processes.settling import settle


def create() -> ASGIApp:
    """The application over the server that the environment names, until the process ends."""
    log.configure()
    held = ExitStack()
    kernel = held.enter_context(running_kernel(config.from_environment()))
    atexit.register(held.close)
    app = build_app(kernel)
    settle()
    return app
