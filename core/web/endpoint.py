"""The endpoint adapter: async outside, sync inside.

Outside it reads the request from the socket, bounded; inside, one call in a worker thread does
all the work (core.web.transaction). Between the two stands the gate that shares the threads
among the tenants. Where large files may be sent, a call before that one says how large, and to
whom, so that nothing is read which would be refused.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from starlette.types import Receive

from core.errors import AppError
from core.kernel import Kernel
from core.web import moving
from core.web.answer import Answer
from core.web.failures import Failures
from core.web.gate import Gate
from core.web.incoming import MAX_BODY, MAX_UPLOAD, Incoming, brings_files, read_body
from core.web.routing import Match, Router
from core.web.transaction import SAFE_METHODS, Transactions

Result = TypeVar("Result")


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
        self._directory = kernel.directory
        self._gate = Gate(places=kernel.config.threads, patience=kernel.config.checkout_timeout)

    async def answer(self, incoming: Incoming, receive: Receive) -> Answer:
        """The answer to one request. Raises ClientGone if nobody waits for it any more."""
        match = self._router.find(incoming.path)
        try:
            if match is not None and incoming.method not in SAFE_METHODS:
                if incoming.tenant.held:
                    incoming.tenant = await moving.writable(self._directory, incoming.tenant)
                limit = await self._upload_limit(incoming, match)
                if isinstance(limit, Answer):
                    return limit
                mount = match.mounts.get(incoming.method)
                body = None if mount is None else mount.body
                await read_body(incoming, receive, max_upload=limit, max_body=body or MAX_BODY)
            return await self._work(incoming, lambda: self._transactions.answer(incoming, match))
        except AppError as error:
            return self._failures.answer(incoming, error)

    async def _upload_limit(self, incoming: Incoming, match: Match) -> int | Answer:
        mount = match.mounts.get(incoming.method)
        if mount is None or mount.upload is None or not brings_files(incoming):
            return MAX_UPLOAD
        return await self._work(incoming, lambda: self._transactions.upload_limit(incoming, match))

    async def _work(self, incoming: Incoming, run: Callable[[], Result]) -> Result:
        """Have a thread do the work. A thread cannot be interrupted: when the request is cancelled,
        the work goes on to its own end, and only then is its place free."""
        await self._gate.enter(incoming.tenant.id)
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Result] = loop.create_future()

        def finish(work: Future[Result]) -> None:
            self._gate.leave(incoming.tenant.id)
            if answered.cancelled():
                return
            error = work.exception()
            if error is not None:
                answered.set_exception(error)
            else:
                answered.set_result(work.result())

        def ended(work: Future[Result]) -> None:
            with contextlib.suppress(RuntimeError):  # the event loop was closed meanwhile
                loop.call_soon_threadsafe(finish, work)

        try:
            work = self._threads.submit(run)
        except RuntimeError:  # the process is stopping
            self._gate.leave(incoming.tenant.id)
            raise
        work.add_done_callback(ended)
        return await answered
