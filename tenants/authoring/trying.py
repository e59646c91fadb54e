"""Tries newly installed addons out before they serve anybody, in a process of its own.

`python -m tenants.authoring.trying` makes itself ready: a server that is thrown away, and the
platform without addons. Then it is told names, as a line of JSON, loads the active set of the
deployment with those of the shipped addons that the set depends on or reacts to, and runs the
checks of `aorabooks addon check` over the named addons. That the set also loads beside all others
is seen by the processes that are made ready to serve it. The last line of its output is JSON: by
name, why one does not work. Nobody's data is touched. It ends when nobody is there any more who
could tell it names.
"""

from __future__ import annotations

import importlib
import json
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import structlog

from tenants.garbage import without_collections

with without_collections(for_good=True):
    from core import config
    from core.addons.catalog import Catalog
    from core.db.embedded import Embedded
    from tenants.authoring.checking import run_all
    from tenants.authoring.finding import subject_of
    from tenants.authoring.scratch import scratch_kernel_on
    from tenants.composition import load_catalog
    from tenants.testing.cluster import scratch_server


def try_out(
    catalog: Catalog, names: Sequence[str], server: Callable[[], Embedded]
) -> dict[str, str]:
    """The reason for each of these addons that cannot be used, by name."""
    refused = {each.name: each.reason for each in catalog.refused}
    troubles = {name: refused[name] for name in names if name in refused}
    loaded = [name for name in names if name in catalog.addons]
    if not loaded:
        return troubles
    with scratch_kernel_on(server(), catalog.addons[loaded[0]].folder, catalog) as kernel:
        for name in loaded:
            findings = run_all(subject_of(kernel, name))
            errors = [found for found in findings if found.severity == "error"]
            if errors:
                troubles[name] = f"{errors[0].check}: {errors[0].message}"
    return troubles


def main() -> int:
    """Wait for names, and print what was found."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # not without clearing up
    with ExitStack() as held, ThreadPoolExecutor(1) as aside:
        # The server starts while the addons are loaded.
        server = aside.submit(held.enter_context, scratch_server())
        for part in ("core.plugin", "tenants.plugin"):
            importlib.import_module(part)
        if told := sys.stdin.readline():
            catalog = load_catalog(config.from_environment(), around_guests=True)
            print(json.dumps(try_out(catalog, json.loads(told), server.result)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
