"""Shares the worker threads fairly: no tenant holds more than its part, waiters take turns.

Runs in the event loop alone, so it needs no lock.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict, deque

from core.errors import Unavailable


class Gate:
    """Lets at most `places` requests work at a time and at most `share` of one tenant."""

    def __init__(self, *, places: int, patience: float, queue: int = 200) -> None:
        """Who waits longer than `patience` seconds, or finds `queue` waiting before them in
        their tenant's line, is told to come back."""
        self._places = places
        self._share = max(1, places // 2)
        self._patience = patience
        self._queue = queue
        self._busy = 0
        self._of_tenant: defaultdict[str, int] = defaultdict(int)
        # Ordered: the tenant in front is served next and then goes to the back.
        self._lines: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def enter(self, tenant_id: str) -> None:
        """Take a place, waiting for one if need be; raises Unavailable when that takes too long.

        Whoever enters must `leave`, from the event loop, when the work has really ended.
        """
        line = self._lines.get(tenant_id)
        if line is None and self._has_room(tenant_id):
            self._take(tenant_id)
            return
        if line is None:
            line = self._lines[tenant_id] = deque()
        if len(line) >= self._queue:
            raise _busy()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await asyncio.wait_for(turn, self._patience)
        except BaseException as error:
            self._step_out(tenant_id, turn)
            if isinstance(error, TimeoutError):
                raise _busy() from None
            raise

    def leave(self, tenant_id: str) -> None:
        """Give the place back to whoever is next."""
        self._busy -= 1
        self._of_tenant[tenant_id] -= 1
        if not self._of_tenant[tenant_id]:
            del self._of_tenant[tenant_id]
        self._call_next()

    def _has_room(self, tenant_id: str) -> bool:
        return self._busy < self._places and self._of_tenant.get(tenant_id, 0) < self._share

    def _take(self, tenant_id: str) -> None:
        self._busy += 1
        self._of_tenant[tenant_id] += 1

    def _call_next(self) -> None:
        for tenant_id in list(self._lines):
            if not self._has_room(tenant_id):
                continue
            line = self._lines[tenant_id]
            while line and line[0].done():  # gave up, and has not stepped out yet
                line.popleft()
            turn = line.popleft() if line else None
            if line:
                self._lines.move_to_end(tenant_id)
            else:
                del self._lines[tenant_id]
            if turn is not None:
                self._take(tenant_id)
                turn.set_result(None)
                return

    def _step_out(self, tenant_id: str, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():
            # Called in just as it gave up: the place goes on to the next.
            self.leave(tenant_id)
            return
        line = self._lines.get(tenant_id)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self._lines[tenant_id]


def _busy() -> Unavailable:
    return Unavailable("The server is busy. Please try again in a moment.", retry_after=2)
