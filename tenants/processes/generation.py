"""One generation of processes: a fresh interpreter that loads the active addons, once, and forks.

`python -m tenants.processes.generation`, started by `parent`, with the two ends that it inherits.
Its web processes begin at once and its worker when it takes over, so that a generation that never
becomes ready has done no work on any company's data.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from tenants.garbage import without_collections

with without_collections(for_good=True):
    from core import config, log
    from core.addons.catalog import Catalog
    from core.addons.loading import CatalogError
    from core.config import Config, ConfigError
    from core.db.embedded import EmbeddedError
    from core.errors import AppError
    from core.secrets import SealError
    from tenants.composition import load_catalog, refuse_wrong_keys
    from tenants.processes import web, welcome
    from tenants.processes.line import Line
    from tenants.processes.settling import settle_before_forking
    from tenants.processes.supervisor import Family, Program
    from tenants.processes.work import work

LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Generation:
    """What it was started for, and where it is told what to do."""

    config: Config
    line: Line
    channels: Sequence[socket.socket]
    works: bool
    number: int
    greeting: str = ""
    told_to_stop: bool = False
    family: Family = field(init=False)

    def __post_init__(self) -> None:
        self.family = Family(lambda name, status: self.line.say(ended=name, status=status))

    def run(self, catalog: Catalog) -> None:
        """Serve until told to stop, or until everybody has left."""
        for number, given in enumerate(self.channels, start=1):
            self.family.add(
                Program(
                    f"web {number}",
                    lambda given=given: web.serve(self.config, catalog, given, self.number),
                    leaves_on=signal.SIGUSR1,
                )
            )
        try:
            while not (self.told_to_stop or self.line.cut or self.family.has_gone):
                self.family.look()
                for order in self.line.hear(LOOK_SECONDS):
                    self._obey(order["order"], catalog)
        finally:
            self.family.stop()

    def _obey(self, order: str, catalog: Catalog) -> None:
        if order == "take over":
            if self.works:
                self.family.add(Program("worker", lambda: work(self.config, catalog, self.number)))
            print(self.greeting, end="", flush=True)
        elif order == "leave":
            self.family.leave()


def main(arguments: Sequence[str]) -> int:
    """Run one generation; the line tells why it could not start."""
    options = _parse(arguments)
    here = Line(socket.socket(fileno=options.line))
    channels = [socket.socket(fileno=number) for number in options.channel]
    try:
        settings = config.from_environment()
        generation = Generation(settings, here, channels, options.works, options.number)

        def stop(*_: object) -> None:
            generation.told_to_stop = True

        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, stop)
        refuse_wrong_keys(settings)
        catalog = load_catalog(settings)
        settle_before_forking(catalog, serves=bool(channels))
        if options.prepare:
            generation.greeting = welcome.prepare(settings, catalog)
        here.say(
            loaded=sorted(catalog.addons),
            refused={refused.name: refused.reason for refused in catalog.refused},
        )
        log.configure()
        generation.run(catalog)
    except (AppError, ConfigError, CatalogError, EmbeddedError, SealError) as error:
        here.say(failed=" ".join(filter(None, (str(error), getattr(error, "fix", "")))))
        return 1
    except Exception as error:
        here.say(failed=f"{type(error).__name__}: {error}")
        raise
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--line", type=int, required=True)
    parser.add_argument("--number", type=int, required=True)
    parser.add_argument("--channel", type=int, action="append", default=[])
    parser.add_argument("--works", action="store_true")
    parser.add_argument("--prepare", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
