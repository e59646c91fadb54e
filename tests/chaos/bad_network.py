"""A proxy between tills and the platform that loses calls and answers, delays, repeats, reorders
and cuts short. One connection carries one call, so that whatever happens to it harms no other."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator

_LENGTH = re.compile(rb"(?im)^content-length:\s*(\d+)\r?$")
_KEPT = re.compile(rb"(?im)^connection:[^\r\n]*\r\n")
FATES = {
    "straight": 58,
    "slow": 10,
    "lost": 8,
    "late": 7,
    "cut short": 4,
    "half of it": 3,
    "twice": 5,
    "answer lost": 3,
    "answer cut short": 2,
}
"""What becomes of a call that a till makes, and how often in a hundred."""


class BadNetwork:
    """What a till sends to `port` may reach the platform at `to_port`. `seen` counts what
    happened to calls; once `is_well`, nothing bad does any more."""

    def __init__(self, to_port: int, chance: random.Random) -> None:
        self.port = 0
        self.seen: Counter[str] = Counter()
        self.is_well = False
        self._to_port = to_port
        self._chance = chance
        self._calls: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()

    @contextlib.contextmanager
    def up(self) -> Iterator[BadNetwork]:
        """The network, until the block ends."""
        listening = self._loop.run_until_complete(
            asyncio.start_server(self._accept, "127.0.0.1", 0, limit=1 << 20)
        )
        self.port = listening.sockets[0].getsockname()[1]
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(listening), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    async def _end(self, listening: asyncio.Server) -> None:
        """Nobody comes any more; then those go who are there."""
        listening.close()
        await listening.wait_closed()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await asyncio.sleep(0)  # a connection that was just accepted begins its task now

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._keep(asyncio.current_task())
        async with _closing(writer):
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                head = _KEPT.sub(b"", head).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
                writer.write(await self._answer(head, body))
                await writer.drain()

    async def _answer(self, head: bytes, body: bytes) -> bytes:
        """What the till gets to hear; nothing is a broken connection."""
        fate = self._fate(head)
        match fate:
            case "lost":
                return b""
            case "late":
                self._deliver_later(head, body)
                return b""
            case "cut short":
                half = body[: len(body) // 2]
                return await self._deliver(_with_length(head, len(half)), half)
            case "half of it":
                await self._deliver(head, body[: len(body) // 2], waits=False)
                return b""
            case "slow":
                await asyncio.sleep(self._chance.uniform(0.05, 0.5))
            case "twice":
                await self._deliver(head, body)
        answer = await self._deliver(head, body)
        if fate == "answer lost":
            return b""
        return answer[: len(answer) // 2] if fate == "answer cut short" else answer

    def _fate(self, head: bytes) -> str:
        address = head.split(b" ", 2)[1]
        if self.is_well or not address.startswith((b"/api/v1/pos/sync", b"/api/v1/pos/feed")):
            return "straight"
        (fate,) = self._chance.choices(list(FATES), list(FATES.values()))
        self.seen[fate] += 1
        return fate

    async def _deliver(self, head: bytes, body: bytes, *, waits: bool = True) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        async with _closing(writer):
            writer.write(head + body)
            await writer.drain()
            return await reader.read() if waits else b""

    def _deliver_later(self, head: bytes, body: bytes) -> None:
        async def deliver() -> None:
            await asyncio.sleep(self._chance.uniform(0.2, 3.0))
            with contextlib.suppress(OSError):
                await self._deliver(head, body)

        self._keep(self._loop.create_task(deliver()))

    def _keep(self, task: asyncio.Task[None] | None) -> None:
        """Nobody else does: a call whose till has gone would be cleaned up while it waits for its
        answer."""
        assert task is not None
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)


@contextlib.asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Close a connection whatever happens, and wait until it is: what is left open is found only
    when Python cleans up, in the middle of another test."""
    try:
        yield
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _with_length(head: bytes, length: int) -> bytes:
    return _LENGTH.sub(b"Content-Length: %d\r" % length, head)
