"""The actors of recent requests, kept for less than a second.

Every request shows a credential; asking the database each time would double the cost of a
small one. The time to live is what lets a revocation take effect everywhere within a second.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.auth.credentials import Credential, record_use, resolve
from core.auth.secret_tokens import digest
from core.db.engine import TenantEngine
from core.db.session import after_commit, binding, tenant_session
from core.tenancy.tenant import Tenant

TTL = 0.8
"""Seconds that an answer is believed."""
CAPACITY = 10_000
"""Answers kept; unknown credentials count too, so the cache is bounded against guessing."""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Answer:
    actor: Actor
    at: float


class ActorCache:
    """From tenant and credential to actor. Thread-safe; one per process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: OrderedDict[Key, _Answer] = OrderedDict()
        self._epoch = 0
        self._lock = threading.Lock()

    def peek(self, tenant: Tenant, credential: Credential) -> Actor | None:
        """The actor if it is known without asking the database; never blocks."""
        answer = self._answers.get(_key(tenant, credential))
        if answer is None or self._clock() - answer.at >= TTL:
            return None
        return answer.actor

    def find(self, engine: TenantEngine, tenant: Tenant, credential: Credential) -> Actor:
        """Who shows this credential to this tenant; anonymous if it is not valid."""
        known = self.peek(tenant, credential)
        if known is not None:
            return known
        epoch, asked_at = self._epoch, self._clock()
        with tenant_session(engine, tenant, readonly=True) as session:
            resolved = resolve(session, credential)
        if resolved.used is not None and not tenant.held:
            with tenant_session(engine, tenant, author=resolved.actor.author()) as session:
                record_use(session, credential, resolved.used)
        with self._lock:
            # An answer read before something was revoked here may be older than that.
            if epoch == self._epoch:
                self._keep(_key(tenant, credential), _Answer(resolved.actor, asked_at))
        return resolved.actor

    def forget(self, tenant_id: str) -> None:
        """Drop what is known of one tenant's actors."""
        with self._lock:
            self._epoch += 1
            for key in [key for key in self._answers if key[0] == tenant_id]:
                del self._answers[key]

    def _keep(self, key: Key, answer: _Answer) -> None:
        self._answers[key] = answer
        self._answers.move_to_end(key)
        while len(self._answers) > CAPACITY:
            self._answers.popitem(last=False)


def forget_actors(session: Session) -> None:
    """Once this transaction has committed, this process asks anew who its tenant's actors are.

    Called by whatever changes rights or revokes; other processes notice within `TTL`.
    """
    bound = binding(session)
    kernel = bound.context.get("kernel")
    if kernel is not None:
        after_commit(session, lambda: kernel.actors.forget(bound.tenant.id))


def _key(tenant: Tenant, credential: Credential) -> Key:
    # Hashed, so that a memory dump or a debugger shows no live secret.
    return tenant.id, credential.host, digest(f"{credential.kind} {credential.secret}")
