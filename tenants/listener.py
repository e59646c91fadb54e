"""Hears of every change to a tenant, so that no process believes an old answer for long.

A thread with a connection of its own listens to the control plane's database. While it is
connected, a change is known within milliseconds. While it is not, the directory trusts its
cache for `TTL_DEAF` only.
"""

from __future__ import annotations

import threading
import time

import psycopg
import structlog

from core.db.broker import ConnectionBroker
from core.tenancy.directory import TenantDirectory
from core.tenancy.tenant import DatabaseAddress
from tenants.models import CHANNEL
from tenants.names import database_name

log = structlog.get_logger(__name__)

_POLL_SECONDS = 0.2
_HEARTBEAT_SECONDS = 10.0
_BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0)


class DirectoryListener:
    """Keeps one process's directory and connections true to the control plane."""

    def __init__(
        self,
        address: DatabaseAddress,
        directory: TenantDirectory,
        broker: ConnectionBroker,
    ) -> None:
        self._address = address
        self._directory = directory
        self._broker = broker
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="directory", daemon=True)

    def start(self) -> None:
        """Begin to listen; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up, within a second."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2 * _POLL_SECONDS + 1)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                with self._connect() as connection:
                    failures = 0
                    self._listen(connection)
            except psycopg.Error as error:
                log.warning("directory listener lost its connection", error=str(error).strip())
            finally:
                self._directory.listening = False
                self._directory.forget()
            self._stop.wait(_BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
            failures += 1

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            **self._address.conninfo(),
            autocommit=True,
            connect_timeout=5,
            application_name="aorabooks-listener",
            # A peer that vanished without a word is noticed, and not waited for until TCP gives up.
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
        )

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        # What changed before LISTEN took effect was not heard.
        self._directory.forget()
        self._directory.listening = True
        checked = time.monotonic()
        while not self._stop.is_set():
            for notification in connection.notifies(timeout=_POLL_SECONDS):
                if not notification.payload:
                    # A brand has changed, which any tenant may show.
                    self._directory.forget()
                    continue
                self._directory.forget(notification.payload)
                # Suspended, moved or with new credentials: its idle connections serve no more.
                self._broker.forget(database_name(notification.payload))
            if time.monotonic() - checked > _HEARTBEAT_SECONDS:
                connection.execute("SELECT 1")
                checked = time.monotonic()
