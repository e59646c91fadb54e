"""The bytes of a response, and how they go out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import BinaryIO

from starlette.types import Send

from core.web.replies import Cookie

CHUNK = 256 * 1024

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Answer:
    """A response that is ready to be sent; an open file is sent from its present position. Forms
    of a page may be sent to the origin `forms_to` beside its own."""

    status: int
    headers: RawHeaders = field(default_factory=list)
    body: bytes | BinaryIO = b""
    forms_to: str = ""


async def send_answer(
    answer: Answer, send: Send, executor: Executor, *, common: Iterable[tuple[bytes, bytes]]
) -> None:
    """Send it with the headers that all answers have in common."""
    headers = [*answer.headers, *common]
    if isinstance(answer.body, bytes):
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    loop = asyncio.get_running_loop()
    try:
        while chunk := await loop.run_in_executor(executor, answer.body.read, CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        answer.body.close()


def set_cookie(cookie: Cookie, *, secure: bool) -> tuple[bytes, bytes]:
    """The header that sets a cookie for this host alone."""
    parts = [f"{cookie.name}={cookie.value}", "Path=/", "SameSite=Lax"]
    if cookie.max_age is not None:
        parts.append(f"Max-Age={cookie.max_age}")
    if not cookie.scripts:
        parts.append("HttpOnly")
    # Browsers refuse a __Host- cookie that is not Secure, and count localhost as secure.
    if secure or cookie.name.startswith("__Host-"):
        parts.append("Secure")
    return b"set-cookie", "; ".join(parts).encode("latin-1")
