"""The web processes of this machine, and what runs beside them, under one parent."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence

from core.addons.catalog import Catalog
from core.config import Config
from tenants.processes.dispatcher import Dispatcher, channel
from tenants.processes.supervisor import Program, supervise
from tenants.processes.web import serve_alone, serve_dispatched

_BACKLOG = 2048


def run(
    config: Config,
    catalog: Catalog,
    bound: socket.socket,
    *,
    beside: Sequence[Program] = (),
    look: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM; the caller has neither threads nor connections open.

    `beside` are other programs to keep running, `look` is called several times a second.
    """
    bound.listen(_BACKLOG)
    if config.web_processes == 1:
        web = [Program("web", lambda: serve_alone(config, catalog, bound))]
        supervise([*web, *beside], meanwhile=_after(look, time.sleep))
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
        supervise([*web, *beside], meanwhile=_after(look, dispatcher.run_for))
    finally:
        dispatcher.close()


def _after(look: Callable[[], None], wait: Callable[[float], None]) -> Callable[[float], None]:
    def meanwhile(seconds: float) -> None:
        look()
        wait(seconds)

    return meanwhile
