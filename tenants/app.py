"""The ASGI application for a server of one's own choice: `uvicorn --factory tenants.app:create`."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from starlette.types import ASGIApp

from core import config, log
from core.tracing.starting import traced
from core.web.app import build_app
from tenants.composition import running_kernel
from tenants.processes.settling import settle


def create() -> ASGIApp:
    """The application over the server that the environment names, until the process ends."""
    log.configure()
    held = ExitStack()
    settings = config.from_environment()
    tracer = held.enter_context(traced(settings.traces, process="web"))
    kernel = held.enter_context(running_kernel(settings, tracer))
    atexit.register(held.close)
    app = build_app(kernel)
    settle()
    return app
