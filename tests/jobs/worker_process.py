"""A worker as a process of its own, to be killed: `python -m tests.jobs.worker_process`.

With `die-after-commit` it asks for a job instead, and is killed the moment that the
transaction has committed, before any wake-up is sent.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from core.config import from_environment
from core.jobs.queue import enqueue
from core.jobs.worker import run_worker
from core.kernel import Kernel
from tenants.composition import running_kernel


def main(arguments: list[str]) -> None:
    with running_kernel(from_environment()) as kernel:
        if arguments[:1] == ["die-after-commit"]:
            ask_and_die(kernel, slug=arguments[1])
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        run_worker(kernel, stop)


def ask_and_die(kernel: Kernel, *, slug: str) -> None:
    tenant = kernel.directory.find_slug(slug)
    assert tenant is not None
    with kernel.session(tenant) as session:
        enqueue(session, "probe.note", text="asked for by the dead")
        session.commit()
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
