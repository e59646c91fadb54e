"""Carries a move out, from whatever point a killed one stopped at.

waiting     nothing is made yet
copying     the copy is being made: begun anew where it was interrupted
following   the copy is whole, and follows what happens in the original
switching   nobody writes; the copy is compared, and takes the original's place
switched    the organization is at its new place: one commit in the control plane
kept        nothing of the move is left but the old database, closed
"""

from __future__ import annotations

import time
from typing import Final

import psycopg
import structlog
from psycopg.errors import DiskFull

from core.custody.dumping import DumpFailed
from core.db.full_disk import fills_the_disk
from core.errors import Conflict, Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from tenants.backups.locks import alone
from tenants.move_models import Move
from tenants.moving import arriving, clearing, copying, switching
from tenants.moving.fence import Busy
from tenants.moving.journal import Cancelled, Journal
from tenants.moving.lifecycle import GiveWay
from tenants.moving.verifying import NotTheSame
from tenants.provisioning.templates import Progress, quiet

PATIENCE: Final = 600.0
"""Seconds for which a server that is out of reach is waited for; then a worker tries later."""
_PAUSE: Final = 1.0
_TRIES: Final = 3
"""How often a copy is begun that does not become what the original is."""

log = structlog.get_logger(__name__)


def lock_of(move_id: str) -> str:
    """What whoever carries it out holds: see `alone`."""
    return f"move {move_id}"


def carry_out(kernel: Kernel, move_id: str, progress: Progress = quiet) -> Move:
    """Do what is missing; how it stands then. Raises Conflict while another process is at it, and
    Unavailable where a server stays out of reach: then it is to be called again."""
    with alone(kernel, lock_of(move_id)) as mine:
        if not mine:
            raise Conflict(phrase("This move is being carried out by another process."))
        journal = Journal(kernel, move_id, progress)
        try:
            return _carry_out(kernel, journal)
        except Cancelled:
            return _take_back(kernel, journal, "cancelled", "")
        except (NotTheSame, DumpFailed, DiskFull, Conflict) as error:
            said = error.message if isinstance(error, Conflict) else str(error).strip()
            log.error("organization not moved", move=move_id, reason=said)
            if fills_the_disk(error):
                said = _disk_full(journal.move(), said)
            return _take_back(kernel, journal, "failed", said)


def _carry_out(kernel: Kernel, journal: Journal) -> Move:
    failures, gone_since = 0, None
    while True:
        try:
            move = journal.move()
            if move.phase not in Move.UNDER_WAY:
                return move
            if move.cancel_asked and move.phase != "switched":
                raise Cancelled
            if move.phase == "switched":
                return arriving.arrive(kernel, journal)
            _go(kernel, journal, move)
            gone_since = None
        except GiveWay:
            journal.write(phase="waiting", note=phrase("Waits for a change of its addons."))
            time.sleep(_PAUSE)
        except Busy:
            _wait(journal, phrase("Waits for somebody who writes for long."))
        except DiskFull:
            raise  # it would be waited for in vain
        except (psycopg.OperationalError, Unavailable) as error:
            gone_since = gone_since or time.monotonic()
            if time.monotonic() - gone_since > PATIENCE:
                raise Unavailable(str(error)) from error
            log.warning("move waits", reason=str(error).strip())
            _wait(journal, phrase("Waits for a server that cannot be reached."))
        except (NotTheSame, DumpFailed) as error:
            failures += 1
            if failures >= _TRIES or fills_the_disk(error):
                raise
            log.warning("copy begun anew", reason=str(error).strip())
            journal.write(phase="waiting", problem=str(error).strip())
            time.sleep(_PAUSE)


def _disk_full(move: Move, said: str) -> str:
    """Only what reads names the old server: by itself it writes next to nothing."""
    reading = "pg_dump: " in said and "pg_restore: " not in said
    return phrase(
        "The disk of {server} is full. {slug} stays where it is, and what was begun is taken away."
        " Free about {size} MB there, or choose another server, and move it again.",
        server=(move.from_server if reading else move.to_server).name,
        slug=move.organization.slug,
        size=max(1, move.size // 2**20),
    )


def _go(kernel: Kernel, journal: Journal, move: Move) -> None:
    with copying.prepared(kernel, journal, move) as ends:
        if move.method == "replication":
            if not ends.goes_on(move):
                copying.copy(kernel, journal, move, ends)
            copying.catch_up(kernel, journal, ends)
        switching.switch(kernel, journal, ends)


def _take_back(kernel: Kernel, journal: Journal, phase: str, problem: str) -> Move:
    try:
        clearing.undo(kernel, journal.move())
    except (psycopg.OperationalError, Unavailable) as error:
        # Its half-made things stay known by its row, and the sweep takes them away.
        log.warning("leftovers of a move stay", reason=str(error).strip())
        raise Unavailable(
            phrase("A server cannot be reached, so that something of the move is left there."),
            retry_after=60,
        ) from error
    return journal.end(phase, problem)


def _wait(journal: Journal, note: str) -> None:
    try:
        journal.write(note=note)
        journal.look()
    except (psycopg.OperationalError, Unavailable):
        log.warning("control plane out of reach")
    time.sleep(_PAUSE)
