"""The web processes of this machine, with a worker or without, under one parent."""

from __future__ import annotations

import socket

from core.addons.catalog import Catalog
from core.config import Config
from tenants.processes.dispatcher import Dispatcher, channel
from tenants.processes.supervisor import Program, supervise
from tenants.processes.web import serve_alone, serve_dispatched
from tenants.processes.work import work

_BACKLOG = 2048


def run(config: Config, catalog: Catalog, bound: socket.socket, *, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM; the caller has neither threads nor connections open."""
    bound.listen(_BACKLOG)
    worker = [Program("worker", lambda: work(config, catalog))] if with_worker else []
    if config.web_processes == 1:
        supervise([Program("web", lambda: serve_alone(config, catalog, bound)), *worker])
        return
    channels = [channel() for _ in range(config.web_processes)]
    web = [
        Program(
            f"web {number}",
            lambda given=each.there: serve_dispatched(config, catalog, given),
            before=each.forget,
        )
        for number, each in enumerate(channels, start=1)
    ]
    dispatcher = Dispatcher(bound, channels)
    try:
        supervise([*web, *worker], meanwhile=dispatcher.run_for)
    finally:
        dispatcher.close()
