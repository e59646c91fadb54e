"""Carries wake-ups from whoever made work to a worker: huey over PostgreSQL or Redis.

A wake-up is a hint. One that is lost with its carrier is sent again by the sweeper, so nothing
here may make a request fail, and an outage is reported once and not at every request.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import psycopg
import redis
import structlog
from huey import Huey, PostgresHuey, RedisExpireHuey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage, RedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.jobs.wake_up import WakeUp

OUTAGE_PAUSE: Final = 3.0
"""Seconds for which nothing is tried after a failure, so that an outage slows nobody down."""
REDIS_CONNECT_SECONDS: Final = 1.0
REDIS_ANSWER_SECONDS: Final = 5.0
_SALT: Final = "aorabooks.jobs"

log = structlog.get_logger(__name__)


class Carrier:
    """Sends wake-ups, and hands those that arrive to whoever registered with `receive`."""

    def __init__(self, huey: Huey) -> None:
        self.huey = huey
        self._task = huey.task(name="wake")(self._arrived)
        self._receiver: Callable[[WakeUp], None] | None = None
        self._paused_until = 0.0
        self._failing = False
        self._lock = threading.Lock()
        # Each of the consumer's threads has a connection of its own, closed by that thread.
        huey.on_shutdown(name="close")(self.close)

    def send(self, wake_up: WakeUp) -> bool:
        """Send one; False if the carrier cannot be reached, which the log then says once."""
        if time.monotonic() < self._paused_until:
            return False
        try:
            self._task(wake_up.tenant_id, wake_up.ticket)
        except (redis.RedisError, psycopg.Error, OSError) as error:
            self._failed(error)
            return False
        if self._failing:
            self._recovered()
        return True

    def receive(self, receiver: Callable[[WakeUp], None]) -> None:
        """What a consumer in this process does with the wake-ups it is given."""
        self._receiver = receiver

    def close(self) -> None:
        """Hang up for this thread; the next use connects again."""
        with self._lock:
            storage = self.huey.storage
            if isinstance(storage, PostgresStorage):
                storage.close()
            elif isinstance(storage, RedisStorage):
                storage.pool.disconnect(inuse_connections=False)

    def _arrived(self, tenant_id: str, ticket: int) -> None:
        if self._receiver is not None:
            self._receiver(WakeUp(tenant_id, ticket))

    def _failed(self, error: Exception) -> None:
        with self._lock:
            self._paused_until = time.monotonic() + OUTAGE_PAUSE
            first, self._failing = not self._failing, True
        if first:
            log.warning("wake-ups cannot be sent; jobs start later", reason=str(error).strip())

    def _recovered(self) -> None:
        with self._lock:
            self._failing = False
        log.info("wake-ups are sent again")


def over_postgres(connect: Callable[[], psycopg.Connection], secrets: Sequence[bytes]) -> Carrier:
    """A carrier in PostgreSQL; `connect` opens connections that find the tables `huey_*`. Wake-ups
    are signed with the first of the secrets, and taken under any."""
    return Carrier(
        PostgresHuey(
            "aorabooks",
            results=False,
            serializer=_Signed(secrets),
            connection=connect,
            create_tables=False,
        )
    )


def over_redis(url: str, secrets: Sequence[bytes]) -> Carrier:
    """The same in Redis, under a name that installations with other keys do not share. So wake-ups
    of processes whose first secret is another are not heard; the sweeper sends them again."""
    pool = redis.ConnectionPool.from_url(
        url,
        socket_connect_timeout=REDIS_CONNECT_SECONDS,
        socket_timeout=REDIS_ANSWER_SECONDS,
        health_check_interval=15,
        # A request does not wait while the client tries again: the sweeper does that.
        retry=Retry(NoBackoff(), 0),
    )
    return Carrier(
        RedisExpireHuey(
            f"aorabooks{hashlib.sha256(secrets[0]).hexdigest()[:12]}",
            results=False,
            serializer=_Signed(secrets),
            connection_pool=pool,
        )
    )


class _Signed(SignedSerializer):
    """huey's messages are pickles: nothing is unpickled that was not signed with a key of ours."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        first, *older = secrets
        super().__init__(secret=first.hex(), salt=_SALT)
        self._older = [SignedSerializer(secret=each.hex(), salt=_SALT) for each in older]

    def _unsign(self, signed: bytes) -> bytes:
        for each in self._older:
            with contextlib.suppress(ValueError):
                return each._unsign(signed)
        return super()._unsign(signed)
