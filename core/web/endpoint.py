"""The endpoint adapter: async outside, sync inside.

Outside it reads the request from the socket, bounded; inside, one call in a worker thread does
all the work (core.web.transaction). Between the two stands the gate that shares the threads
among the tenants.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Future, ThreadPoolExecutor

from starlette.types import Receive

from core.errors import AppError
from core.kernel import Kernel
from core.web.answer import Answer
from core.web.failures import Failures
from core.web.gate import Gate
from core.web.incoming import Incoming, read_body
from core.web.routing import Match, Router
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
        return await self._work(incoming, match)

    async def _work(self, incoming: Incoming, match: Match | None) -> Answer:
        """Have a thread do the work. A thread cannot be interrupted: when the request is cancelled,
        the work goes on to its own end, and only then is its place free."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Answer] = loop.create_future()

        def finish(work: Future[Answer]) -> None:
            self._gate.leave(incoming.tenant.id)
            if answered.cancelled():
                return
            error = work.exception()
            if error is not None:
                answered.set_exception(error)
            else:
                answered.set_result(work.result())

        def ended(work: Future[Answer]) -> None:
            with contextlib.suppress(RuntimeError):  # the event loop was closed meanwhile
                loop.call_soon_threadsafe(finish, work)

        try:
            work = self._threads.submit(self._transactions.answer, incoming, match)
        except RuntimeError:  # the process is stopping
            self._gate.leave(incoming.tenant.id)
            raise
        work.add_done_callback(ended)
        return await answered
