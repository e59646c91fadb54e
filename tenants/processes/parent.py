"""The parent of all processes of a platform: it holds the port, and starts one generation after
another of those that do the work.

`python -m tenants.processes.parent`, which the commands `up`, `serve` and `worker` become. It
loads neither addons nor the libraries that they need, so that it stays small and never has to be
replaced.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from addon_registry.deployment import layout
from core import config, log
from core.config import Config
from core.db import embedded
from core.db.embedded import EmbeddedError
from tenants.processes.database import DatabaseKeeper
from tenants.processes.dispatcher import Dispatcher
from tenants.processes.errands import Errands
from tenants.processes.rollover import CannotStart, Rollover
from tenants.processes.started import Duties
from tenants.processes.supervisor import STOP_SECONDS

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = STOP_SECONDS + 10


def become(
    settings: Config, *, bound: socket.socket | None, works: bool, prepare: bool = False
) -> NoReturn:
    """Replace this process by the parent of all; it serves on the bound socket if there is one.

    `works` runs jobs, `prepare` makes what the very first start needs and greets.
    """
    command = [sys.executable, "-m", __name__]
    if bound is not None:
        bound.set_inheritable(True)
        command += ["--listen", str(bound.fileno())]
    command += ["--works"] if works else []
    command += ["--prepare"] if prepare else []
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, command, _environment(settings))  # noqa: S606


def main(arguments: Sequence[str]) -> int:
    """Look after generations until SIGINT or SIGTERM."""
    options = _parse(arguments)
    settings = config.from_environment()
    log.configure()
    told = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: told.set())
    try:
        if options.prepare and settings.database_url is None:
            keeper = DatabaseKeeper(embedded.start(settings.var / "postgres"))
            try:
                _look_after(options, settings, told, keeper.look)
            finally:
                keeper.stop()
        else:
            _look_after(options, settings, told, lambda: None)
    except (CannotStart, EmbeddedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _look_after(
    options: argparse.Namespace,
    settings: Config,
    told: threading.Event,
    look: Callable[[], None],
) -> None:
    listening = None if options.listen is None else socket.socket(fileno=options.listen)
    dispatcher = None
    if listening is not None:
        dispatcher = Dispatcher(listening)
    rollover = Rollover(
        layout.of(settings.var),
        Duties(web=settings.web_processes if listening else 0, works=options.works),
        settings.proving_seconds,
        dispatcher=dispatcher,
        prepare=options.prepare,
    )
    wait = dispatcher.run_for if dispatcher is not None else time.sleep
    errands = Errands(layout.of(settings.var))
    try:
        while not told.is_set():
            look()
            rollover.look()
            errands.look()
            wait(LOOK_SECONDS)
    finally:
        if dispatcher is not None:
            dispatcher.close()
        if listening is not None:
            listening.close()
        rollover.stop(PATIENCE_SECONDS)


def _environment(settings: Config) -> dict[str, str]:
    """What the command line said otherwise than the environment, as the environment says it."""
    return {
        **os.environ,
        "AORABOOKS_PORT": str(settings.port),
        "AORABOOKS_WEB_PROCESSES": str(settings.web_processes),
        "AORABOOKS_WORKER_THREADS": str(settings.worker_threads),
        "AORABOOKS_SAFE_MODE": "yes" if settings.safe_mode else "",
    }


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", type=int)
    parser.add_argument("--works", action="store_true")
    parser.add_argument("--prepare", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
