"""Upgrading every company that is behind: a run begun or joined, and worked on until it rests."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from core.auth.actor import SYSTEM, Actor
from core.errors import Conflict, Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from tenants.control import control
from tenants.upgrading import behind, runner, runs
from tenants.upgrading.models import UpgradeRun, UpgradeStep
from tenants.upgrading.release import release_of
from tenants.upgrading.runs import Progress

POLL_SECONDS: Final = 0.2

Watch = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an upgrade of all: a sentence for each company by slug, and the run, if anybody
    was behind."""

    said: dict[str, str]
    run: Progress | None = None

    @property
    def is_well(self) -> bool:
        """Whether everybody is up to date."""
        return self.run is None or (self.run.status == "done" and not self.run.failed)


def at_once() -> int:
    """How many companies are upgraded at once where nobody says otherwise: two a processor, since
    each waits half of the time for its server to have written."""
    return min(2 * (os.cpu_count() or 1), 64)


def unwatched(_: Progress) -> None:
    """The `Watch` of callers that show nothing."""


def upgrade_all(
    kernel: Kernel,
    *,
    parallel: int | None = None,
    look: bool = False,
    actor: Actor = SYSTEM,
    watch: Watch = unwatched,
) -> Outcome:
    """Bring every company that is served to the release of this process, canaries first.

    Where nobody is behind, no database but the control plane's is opened. `look` opens them all.
    """
    said, run_id = start(kernel, parallel=parallel or at_once(), look=look, actor=actor)
    if run_id is None:
        return Outcome(said)
    return Outcome(*_worked(kernel, said, run_id, watch))


def start(
    kernel: Kernel, *, parallel: int, look: bool = False, actor: Actor = SYSTEM
) -> tuple[dict[str, str], int | None]:
    """Begin or join a run, if there is anything to do; and who is up to date already, by slug."""
    found = behind.standings(kernel, look=look)
    release = release_of(kernel.catalog)
    waiting = [each for each in found if each.behind]
    said: dict[str, str] = {each.slug: phrase("up to date") for each in found if not each.behind}
    with kernel.session(control(kernel), actor=actor) as session:
        last = runs.newest(session)
        joins = last is not None and last.status == "running" and last.release == release
        if not waiting and not joins:
            return said, None
        return said, runs.begin(session, waiting, release=release, parallel=parallel).id


def go_on(
    kernel: Kernel, change: Callable[..., UpgradeRun], *, actor: Actor, watch: Watch = unwatched
) -> Outcome:
    """Resume or retry the newest run (`change`), and work on it here."""
    with kernel.session(control(kernel), actor=actor) as session:
        run = change(session)
        refuse_other_release(kernel, run)
        run_id = run.id
    return Outcome(*_worked(kernel, {}, run_id, watch))


def refuse_other_release(kernel: Kernel, run: UpgradeRun) -> None:
    """Raise Conflict for a run to a release that this process does not have."""
    if run.release != release_of(kernel.catalog):
        raise Conflict(
            phrase("That upgrade was to another release than the one that runs here."),
            fix=phrase("`aorabooks migrate` begins one to this release."),
        )


def _worked(
    kernel: Kernel, said: dict[str, str], run_id: int, watch: Watch
) -> tuple[dict[str, str], Progress]:
    _work(kernel, run_id, watch)
    with kernel.session(control(kernel), readonly=True) as session:
        steps = runs.outcomes(session, run_id)
        said = said | {slug: _said(step) for slug, step in steps.items()}
        return dict(sorted(said.items())), runs.progress_of(session, run_id)


def _work(kernel: Kernel, run_id: int, watch: Watch) -> None:
    """Work on the run in threads, and tell how far it is; stopped by Ctrl-C, it ends what it has
    begun and leaves the rest to whoever goes on."""
    stop, failures = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            with kernel.session(control(kernel), readonly=True) as session:
                threads = runs.progress_of(session, run_id).parallel
            runner.work(kernel, run_id, threads=threads, stop=stop.is_set)
        except BaseException as error:
            failures.append(error)

    worker = threading.Thread(target=work, name="upgrade")
    worker.start()
    try:
        while worker.is_alive():
            worker.join(POLL_SECONDS)
            with suppress(Unavailable), kernel.session(control(kernel), readonly=True) as session:
                watch(runs.progress_of(session, run_id))
    finally:
        stop.set()
        worker.join()
    if failures:
        raise failures[0]


def _said(step: UpgradeStep) -> str:
    if step.status == "failed":
        return f"failed: {step.reason}"
    if step.status == "waiting":
        return phrase("waits")
    if step.addons:
        return phrase("upgraded {addons}", addons=", ".join(step.addons))
    return phrase("up to date")
