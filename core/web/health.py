"""Whether this process lives (`/healthz`) and can serve (`/readyz`), for whoever supervises it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from core.errors import AppError
from core.kernel import Kernel
from core.web.answer import Answer
from core.web.rendering import to_json

_JSON = (b"content-type", b"application/json")
_NOT_KEPT = (b"cache-control", b"no-store")
_PATIENCE = 3.0


class Health:
    """Answers the supervisor; one per process."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="health")

    def alive(self) -> Answer:
        """The process runs and its event loop turns."""
        return _answer(200, {"status": "alive"})

    async def ready(self) -> Answer:
        """The control plane answers, and the addons that were found have loaded."""
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._threads, self._control_plane_answers)
        try:
            reachable = await asyncio.wait_for(asyncio.shield(asked), _PATIENCE)
        except TimeoutError:
            reachable = False
        refused = [refused.name for refused in self._kernel.catalog.refused]
        return _answer(
            200 if reachable else 503,
            {
                "status": "ready" if reachable else "not ready",
                "control_plane": "reachable" if reachable else "out of reach",
                # They cost their own pages and nobody else's, so they do not stop the process.
                "addons_left_out": len(refused),
            },
        )

    def close(self) -> None:
        """Stop asking."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _control_plane_answers(self) -> bool:
        try:
            control = self._kernel.directory.find_host(self._kernel.config.control_host)
            if control is None:
                return False
            with self._kernel.session(control, readonly=True) as session:
                session.execute(text("SELECT 1"))
        except AppError:
            return False
        return True


def _answer(status: int, data: dict[str, str | int]) -> Answer:
    return Answer(status, [_JSON, _NOT_KEPT], to_json(data))
