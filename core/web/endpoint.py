"""The endpoint adapter: async outside, sync inside.

Outside it reads the request from the socket, bounded; inside, one call in a worker thread does
all the work (core.web.transaction). Between the two stands the gate that shares the threads
among the tenants.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.types import Receive

from core.errors import AppError
from core.kernel import Kernel
from core.web.answer import Answer
from core.web.failures import Failures
from core.web.gate import Gate
from core.web.incoming import Incoming, read_body
from core.web.routing import Router
from core.web.transaction import SAFE_METHODS, Transactions


class Endpoint:
    """Answers the requests of all tenants; one per process."""

    def __init__(
        self,
        kernel: Kernel,
        router: Router,
        transactions: Transactions,
        failures: Failures,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._router = router
        self._transactions = transactions
        self._failures = failures
        self._threads = threads
        self._gate = Gate(places=kernel.config.threads, patience=kernel.config.checkout_timeout)

    async def answer(self, incoming: Incoming, receive: Receive) -> Answer:
        """The answer to one request. Raises ClientGone if nobody waits for it any more."""
        match = self._router.find(incoming.path)
        try:
            if match is not None and incoming.method not in SAFE_METHODS:
                await read_body(incoming, receive)
            await self._gate.enter(incoming.tenant.id)
        except AppError as error:
            return self._failures.answer(incoming, error)
        loop = asyncio.get_running_loop()
        try:
            work = loop.run_in_executor(self._threads, self._transactions.answer, incoming, match)
        except RuntimeError:  # the process is stopping
            self._gate.leave(incoming.tenant.id)
            raise
        # A thread cannot be interrupted: when the request is cancelled, the work goes on to its
        # own end, and only then is its place free.
        work.add_done_callback(lambda _: self._gate.leave(incoming.tenant.id))
        return await asyncio.shield(work)
